// Swift compares strings by canonical equivalence; JSON, CEL and PostgreSQL compare them by their bytes.
extension String {
    /// Whether both have the same UTF-8 bytes.
    public func hasSameUTF8(as other: String) -> Bool {
        self.isIdentical(to: other) || self.utf8.count == other.utf8.count && self.utf8Order(to: other) == 0
    }

    /// Whether both are short and the same, or one storage: mostly so, where they are equal.
    private func isIdentical(to other: String) -> Bool {
        unsafe unsafeBitCast(self, to: (UInt64, UInt64).self) == unsafeBitCast(other, to: (UInt64, UInt64).self)
    }

    /// Negative when these UTF-8 bytes come before the other's, 0 when they are the same, positive when after.
    public func utf8Order(to other: String) -> Int {
        if self.isIdentical(to: other) { return 0 }
        let order = unsafe self.utf8.withContiguousStorageIfAvailable { mine in
            unsafe other.utf8.withContiguousStorageIfAvailable { unsafe mine.order(to: $0) }
        }
        if let order = order ?? nil { return order }
        if self.utf8.elementsEqual(other.utf8) { return 0 }
        return self.utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1
    }

    /// Texts that are canonically equivalent, but differ in bytes, hash apart.
    public func hashUTF8(into hasher: inout Hasher) {
        unsafe self.withUTF8Bytes { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    /// Whether these are its UTF-8 bytes.
    func hasUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe self.withUTF8Bytes { unsafe $0.count == bytes.count && $0.order(to: bytes) == 0 }
    }

    @inline(__always)
    func withUTF8Bytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe self.utf8.withContiguousStorageIfAvailable(body) ?? self.withCopiedUTF8(body)
    }

    @inline(never)
    private func withCopiedUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe Array(self.utf8).withUnsafeBufferPointer(body)
    }
}

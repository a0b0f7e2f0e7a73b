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
        let order = unsafe self.utf8.withContiguousStorageIfAvailable { left in
            unsafe other.utf8.withContiguousStorageIfAvailable { right in
                unsafe compareBytes(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        if let order = order ?? nil { return order }
        if self.utf8.elementsEqual(other.utf8) { return 0 }
        return self.utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1
    }

    /// Texts that are canonically equivalent, but differ in bytes, hash apart.
    public func hashUTF8(into hasher: inout Hasher) {
        let isDone: Void? = unsafe self.utf8.withContiguousStorageIfAvailable {
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in self.utf8 { hasher.combine(byte) } }
        hasher.combine(0xFF as UInt8)
    }

    /// Whether these are its UTF-8 bytes.
    func hasUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe self.utf8.count == bytes.count
            && self.utf8.withContiguousStorageIfAvailable {
                unsafe compareBytes(UnsafeRawBufferPointer($0), bytes) == 0
            }
                ?? self.utf8.elementsEqual(bytes)
    }
}

/// Lexicographic order, eight bytes at a time.
private func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    var index = 0
    while index + 8 <= common {
        let a = unsafe left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let b = unsafe right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if a != b { return a.bigEndian < b.bigEndian ? -1 : 1 }
        index += 8
    }
    while index < common {
        if unsafe left[index] != right[index] { return unsafe left[index] < right[index] ? -1 : 1 }
        index += 1
    }
    return left.count - right.count
}

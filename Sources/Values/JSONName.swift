/// The name of a member of a known form. It lies in two words, so that a `switch` over literals compares numbers.
public struct JSONName: Sendable, Hashable {
    @usableFromInline let first: UInt64
    /// Zeros follow the last byte; U+0000 is in no text.
    @usableFromInline let second: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Of the UTF-8 of a name; those of more than sixteen bytes are all the same, and no literal.
    @inlinable
    init(_ bytes: some BidirectionalCollection<UInt8>) {
        let fits = bytes.count <= 16
        self.first = fits ? Self.word(bytes.prefix(8)) : .max
        self.second = fits ? Self.word(bytes.dropFirst(8)) : .max
    }

    @inlinable
    static func word(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension JSONName: ExpressibleByStringLiteral {
    /// Of at most sixteen bytes.
    @inlinable
    public init(stringLiteral name: StaticString) {
        precondition(name.utf8CodeUnitCount <= 16, "a name is longer than two words")
        unsafe self.init(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}

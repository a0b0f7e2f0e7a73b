extension UnsafeBufferPointer<UInt8> {
    /// How far a JSON string holds these bytes as they are: up to the first quote, backslash or control character, or to the
    /// end.
    @inline(__always)
    func plainJSON(from start: Int) -> (end: Int, isASCII: Bool) {
        var index = start
        var seen = TextWord(bits: 0)
        while index + 8 <= self.count {
            let word = unsafe self.word(at: index)
            if let count = word.plainCount { return (index + count, (seen | word.prefix(count)).isASCII) }
            seen = seen | word
            index += 8
        }
        while index < self.count {
            let byte = unsafe self[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            seen = seen | TextWord(bits: UInt64(byte))
            index += 1
        }
        return (index, seen.isASCII)
    }

    /// A name of ASCII that ends in a quote; nil: it is longer than fifteen bytes, or needs to be looked at more closely.
    @inline(__always)
    func shortName(from start: Int) -> (name: JSONName, count: Int)? {
        guard start + 16 <= self.count else { return nil }
        var first = unsafe self.word(at: start)
        var second = TextWord(bits: 0)
        let length: Int
        if let count = first.plainCount {
            first = first.prefix(count)
            length = count
        } else {
            second = unsafe self.word(at: start + 8)
            guard let count = second.plainCount else { return nil }
            second = second.prefix(count)
            length = 8 + count
        }
        guard unsafe self[start + length] == UInt8(ascii: "\""), (first | second).isASCII else { return nil }
        return (JSONName(first: first.bits, second: second.bits), length)
    }

    /// Lexicographic order: negative when these bytes come first, 0 when they are the same.
    @inline(__always)
    func order(to other: Self) -> Int {
        let common = Swift.min(self.count, other.count)
        guard common >= 8 else {
            for index in 0..<common where unsafe self[index] != other[index] {
                return unsafe self[index] < other[index] ? -1 : 1
            }
            return self.count - other.count
        }
        var index = 0
        while true {
            let (mine, theirs) = unsafe (self.word(at: index), other.word(at: index))
            if mine.bits != theirs.bits { return mine.bits.byteSwapped < theirs.bits.byteSwapped ? -1 : 1 }
            if index + 8 == common { return self.count - other.count }
            // The last word overlaps the one before.
            index = Swift.min(index + 8, common - 8)
        }
    }

    /// The eight bytes from here.
    @inline(__always)
    func word(at index: Int) -> TextWord {
        let bits = unsafe UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt64.self)
        return TextWord(bits: UInt64(littleEndian: bits))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Copies a text that fits. false: a JSON string does not hold it as it is.
    @inline(__always)
    func copyPlainJSON(from text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count >= 8 else {
            for index in 0..<text.count {
                let byte = unsafe text[index]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
                unsafe self[index] = byte
            }
            return true
        }
        var index = 0
        while true {
            let word = unsafe text.word(at: index)
            if word.plainCount != nil { return false }
            unsafe self.storeBytes(of: word.bits.littleEndian, toByteOffset: index, as: UInt64.self)
            if index == text.count - 8 { return true }
            // The last word overlaps the one before.
            index = Swift.min(index + 8, text.count - 8)
        }
    }
}

/// Eight bytes of a text that are looked at together.
struct TextWord {
    /// The first byte is the lowest.
    let bits: UInt64

    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    @inline(__always) var isASCII: Bool { self.bits & Self.highBits == 0 }

    /// How many bytes stand before one that a JSON string does not hold as it is; nil: there is none.
    @inline(__always) var plainCount: Int? {
        let quote = self.bits ^ 0x2222_2222_2222_2222
        let backslash = self.bits ^ 0x5C5C_5C5C_5C5C_5C5C
        let quotes = (quote &- 0x0101_0101_0101_0101) & ~quote
        let backslashes = (backslash &- 0x0101_0101_0101_0101) & ~backslash
        let controls = (self.bits &- 0x2020_2020_2020_2020) & ~self.bits
        // Subtracting borrows from the bytes above, so only the lowest mark is exact.
        let marks = (quotes | backslashes | controls) & Self.highBits
        return marks == 0 ? nil : marks.trailingZeroBitCount / 8
    }

    /// Of fewer than eight; zeros stand for the others.
    @inline(__always)
    func prefix(_ count: Int) -> TextWord { TextWord(bits: self.bits & ~(UInt64.max &<< UInt64(8 * count))) }

    @inline(__always)
    static func | (left: TextWord, right: TextWord) -> TextWord { TextWord(bits: left.bits | right.bits) }
}

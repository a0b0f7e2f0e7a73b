/// Instance ids of children, computed from where they were started.
enum ChildID {
    /// A UUID of version 8 (RFC 9562): FNV-1a, 128 bits, over `<parent>.<seq>.<number>`, with the last two bytes of the
    /// parent's, so that a whole tree shares a slot. Not secret, only distinct: 106 bits are the hash's.
    static func make(parent: String, seq: Int64, number: Int) -> String {
        var bytes = Self.hash("\(parent).\(seq).\(number)".utf8)
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (place, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(place) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return parent.count == text.count ? String(text.dropLast(4)) + String(parent.suffix(4)) : text
    }

    /// FNV-1a with the published 128-bit offset basis and prime, 2^88 + 0x13B.
    private static func hash(_ text: some Sequence<UInt8>) -> [UInt8] {
        var state: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B
        for byte in text {
            state ^= UInt128(byte)
            state = state &* prime
        }
        return (0..<16).map { UInt8(truncatingIfNeeded: state >> UInt128(120 - 8 * $0)) }
    }
}

extension String {
    /// Whether this is a UUID with its hyphens, as the ids of instances are.
    var isUUID: Bool {
        let groups = self.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }
}

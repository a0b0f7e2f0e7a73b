/// The id of an instance: a UUID. Its last two bytes give the slot that its rows live in.
package struct InstanceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Lower or upper case, with hyphens; nil for anything else.
    package init?(_ text: String) {
        var digits: [UInt8] = []
        for (offset, byte) in text.utf8.enumerated() {
            if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digits.append(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        guard digits.count == 32 else { return nil }
        self.high = digits[..<16].reduce(0) { $0 << 4 | UInt64($1) }
        self.low = digits[16...].reduce(0) { $0 << 4 | UInt64($1) }
    }

    package var slot: Int16 { Int16(truncatingIfNeeded: self.low & 1023) }

    package static func < (left: InstanceID, right: InstanceID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, word) in [self.high, self.low].enumerated() {
            for nibble in 0..<16 {
                let position = index * 16 + nibble
                if position == 8 || position == 12 || position == 16 || position == 20 {
                    text.append(UInt8(ascii: "-"))
                }
                text.append(digits[Int(word >> UInt64(60 - nibble * 4) & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

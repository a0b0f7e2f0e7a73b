/// Texts that are met again and again, found by their bytes: a string that is read is shared with them instead of made anew.
public final class KnownTexts: Sendable {
    public let texts: [String]
    /// All of them, one after the other.
    private let bytes: [UInt8]
    /// A power of two of them, no more than half taken.
    private let slots: [Slot]

    private struct Slot {
        /// The upper half of the number that its place follows from.
        var mark: UInt32 = 0
        /// Where the text ends in ``bytes``.
        var end: UInt32 = 0
        /// One more than the text's index; 0: free.
        var number: UInt32 = 0
        /// Bytes of the text.
        var count: UInt32 = 0
    }

    public init(_ texts: [String]) {
        var room = 8
        while room < 2 * texts.count { room *= 2 }
        var bytes: [UInt8] = []
        var slots = Array(repeating: Slot(), count: room)
        for (index, text) in texts.enumerated() {
            let own = Array(text.utf8)
            bytes += own
            let mixed = unsafe own.withUnsafeBufferPointer { unsafe $0.mixed }
            var place = Int(truncatingIfNeeded: mixed) & (room - 1)
            while slots[place].number != 0 { place = (place + 1) & (room - 1) }
            slots[place] = Slot(
                mark: UInt32(mixed >> 32), end: UInt32(bytes.count), number: UInt32(index + 1), count: UInt32(own.count)
            )
        }
        self.texts = texts
        self.bytes = bytes
        self.slots = slots
    }

    /// Of the text with the same UTF-8; nil: it is not known.
    public func index(of text: String) -> Int? { unsafe text.withUTF8Bytes { unsafe self.index(of: $0) } }

    /// One that is worth sharing: short strings need no memory.
    @inline(__always)
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.count > 15, let index = unsafe self.index(of: bytes) else { return nil }
        return self.texts[index]
    }

    private func index(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        let mixed = unsafe text.mixed
        let mask = self.slots.count - 1
        var place = Int(truncatingIfNeeded: mixed) & mask
        return unsafe self.bytes.withUnsafeBufferPointer { bytes in
            while true {
                let slot = self.slots[place]
                if slot.number == 0 { return nil }
                if slot.mark == UInt32(mixed >> 32), Int(slot.count) == text.count {
                    let own = unsafe bytes[Int(slot.end - slot.count)..<Int(slot.end)]
                    if unsafe UnsafeBufferPointer(rebasing: own).order(to: text) == 0 { return Int(slot.number) - 1 }
                }
                place = (place + 1) & mask
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// A number that differs for most texts, in each of its halves.
    @inline(__always)
    fileprivate var mixed: UInt64 {
        var number = UInt64(self.count)
        guard self.count >= 8 else {
            for index in 0..<self.count { number = unsafe number << 8 | UInt64(self[index]) }
            return number.mixed
        }
        var index = 0
        while true {
            number = unsafe (number ^ self.word(at: index).bits).mixed
            if index == self.count - 8 { return number }
            // The last word overlaps the one before.
            index = Swift.min(index + 8, self.count - 8)
        }
    }
}

extension UInt64 {
    /// Multiplication by a large odd number carries each bit upwards, and the shift carries it down again.
    @inline(__always)
    fileprivate var mixed: UInt64 {
        let product = self &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 32
    }
}

import Values

/// The same numbers for the same seed, on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SplitMix64 {
    /// Any value of JSON, up to four levels deep.
    mutating func json(depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth < 4 ? 9 : 7), using: &self) {
        case 0: .null
        case 1: .bool(Bool.random(using: &self))
        case 2: .int(Int64(truncatingIfNeeded: self.next()))
        case 3: .int(Int64.random(in: -20...20, using: &self))
        case 4: .double(self.finiteDouble())
        case 5: .double(Double(Int.random(in: -100_000...100_000, using: &self)) / 100)
        case 6: .string(self.text())
        case 7: .list((0..<Int.random(in: 0...6, using: &self)).map { _ in self.json(depth: depth + 1) })
        default: .map(self.map { $0.json(depth: depth + 1) })
        }
    }

    /// Any value at all, JSON or not.
    mutating func value(depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth < 3 ? 10 : 7), using: &self) {
        case 0: .uint(self.next())
        case 1: .bytes((0..<Int.random(in: 0...9, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) })
        case 2: .timestamp(self.timestamp())
        case 3: .duration(.seconds(Int64.random(in: -1_000_000...1_000_000, using: &self)) + .nanoseconds(self.nanos()))
        case 4: .type("int")
        case 5: .double([.nan, .infinity, -.infinity, 0, 1e300].randomElement(using: &self) ?? 0)
        case 6: self.json(depth: 4)
        case 7: .optional(Bool.random(using: &self) ? OptionalValue(self.value(depth: depth + 1)) : OptionalValue(nil))
        case 8: .list((0..<Int.random(in: 0...5, using: &self)).map { _ in self.value(depth: depth + 1) })
        default: .map(self.map { $0.value(depth: depth + 1) })
        }
    }

    mutating func timestamp() -> Timestamp {
        let seconds = Int64.random(in: Timestamp.min.seconds...Timestamp.max.seconds, using: &self)
        return Timestamp(seconds: seconds, nanoseconds: Int32(self.nanos()))
    }

    private mutating func nanos() -> Int64 {
        let digits = Int.random(in: 0...9, using: &self)
        let unit = (0..<(9 - digits)).reduce(Int64(1)) { unit, _ in unit * 10 }
        return Int64.random(in: 0..<1_000_000_000, using: &self) / unit * unit
    }

    private mutating func map(_ make: (inout SplitMix64) -> Value) -> ValueMap {
        ValueMap((0..<Int.random(in: 0...6, using: &self)).map { _ in (.string(self.text()), make(&self)) })
    }

    private mutating func finiteDouble() -> Double {
        while true {
            let double = Double(bitPattern: self.next())
            if double.isFinite, double != 0 { return double }
        }
    }

    mutating func text() -> String {
        let letters: [Unicode.Scalar] = ["a", "b", "\"", "\\", "\n", "\u{1}", "/", "é", "\u{301}", "字", "😀", "\u{7F}"]
        var text = ""
        for _ in 0..<Int.random(in: 0...20, using: &self) {
            text.unicodeScalars.append(letters.randomElement(using: &self) ?? "a")
        }
        return text
    }
}

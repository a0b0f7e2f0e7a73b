/// Prints JSON into UTF-8 bytes.
struct JSONPrinter {
    private(set) var output: [UInt8] = []
    private let indented: Bool

    init(indented: Bool) {
        self.indented = indented
    }

    mutating func reserve(_ capacity: Int) { self.output.reserveCapacity(capacity) }

    mutating func print(_ value: Value, level: Int) {
        switch value {
        case .bool(let flag): self.append(flag ? "true" : "false")
        case .int(let number): self.append(number)
        case .uint(let number): self.output.append(contentsOf: String(number).utf8)
        case .double(let number) where number.isFinite: self.append(number)
        case .string(let text): self.append(quoted: text)
        case .list(let elements): self.append(elements, level: level)
        case .map(let map): self.append(map, level: level)
        case .null, .double, .bytes, .timestamp, .duration, .type, .optional: self.append("null")
        }
    }

    mutating func append(byte: UInt8) { self.output.append(byte) }

    mutating func append(_ bytes: [UInt8]) { self.output.append(contentsOf: bytes) }

    mutating func append(_ word: StaticString) {
        unsafe self.output.append(
            contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private mutating func append(_ elements: [Value], level: Int) {
        self.output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            self.separate(isFirst: isFirst, level: level + 1)
            isFirst = false
            self.print(element, level: level + 1)
        }
        if !isFirst { self.breakLine(level: level) }
        self.output.append(UInt8(ascii: "]"))
    }

    private mutating func append(_ map: ValueMap, level: Int) {
        self.output.append(UInt8(ascii: "{"))
        var isFirst = true
        for entry in map.entries {
            self.separate(isFirst: isFirst, level: level + 1)
            isFirst = false
            switch entry.key {
            case .string(let key): self.append(quoted: key)
            case .bool, .int, .uint: self.append(quoted: entry.key.value.json)
            }
            self.output.append(UInt8(ascii: ":"))
            if self.indented { self.output.append(UInt8(ascii: " ")) }
            self.print(entry.value, level: level + 1)
        }
        if !isFirst { self.breakLine(level: level) }
        self.output.append(UInt8(ascii: "}"))
    }

    private mutating func separate(isFirst: Bool, level: Int) {
        if !isFirst { self.output.append(UInt8(ascii: ",")) }
        self.breakLine(level: level)
    }

    private mutating func breakLine(level: Int) {
        guard self.indented else { return }
        self.output.append(UInt8(ascii: "\n"))
        self.output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    mutating func append(quoted text: String) {
        self.output.append(UInt8(ascii: "\""))
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe self.append(escaping: $0) }
        if done == nil { unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe self.append(escaping: $0) } }
        self.output.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaping bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            unsafe self.output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
            switch byte {
            case UInt8(ascii: "\""): self.append("\\\"")
            case UInt8(ascii: "\\"): self.append("\\\\")
            case 0x0A: self.append("\\n")
            case 0x0D: self.append("\\r")
            case 0x09: self.append("\\t")
            case 0x08: self.append("\\b")
            case 0x0C: self.append("\\f")
            default:
                self.append("\\u00")
                self.output.append(contentsOf: [hexDigit(byte >> 4), hexDigit(byte & 15)])
            }
        }
        unsafe self.output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    mutating func append(_ time: Timestamp) {
        self.output.append(UInt8(ascii: "\""))
        time.write(to: &self.output)
        self.output.append(UInt8(ascii: "\""))
    }

    mutating func append(_ number: Int64) {
        var magnitude = number.magnitude
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = digits.count
            repeat {
                first -= 1
                unsafe digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            if number < 0 {
                first -= 1
                unsafe digits[first] = UInt8(ascii: "-")
            }
            unsafe self.output.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    private mutating func append(_ number: Double) {
        self.output.append(contentsOf: number.plainDecimal.utf8)
    }
}

private func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

extension Double {
    /// The shortest digits that read back as this number, with a fraction and without an exponent: `0.00001`, `5.0`.
    public var plainDecimal: String {
        let text = self.description
        guard self.isFinite, let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return text }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let digits = text[..<mark].filter { $0.isNumber }
        let pointAfter = 1 + (Int(text[text.utf8.index(after: mark)...]) ?? 0)
        let plain: String
        if pointAfter <= 0 {
            plain = "0." + String(repeating: "0", count: -pointAfter) + digits
        } else if pointAfter >= digits.count {
            plain = digits + String(repeating: "0", count: pointAfter - digits.count) + ".0"
        } else {
            plain = "\(digits.prefix(pointAfter)).\(digits.dropFirst(pointAfter))"
        }
        return isNegative ? "-" + plain : plain
    }
}

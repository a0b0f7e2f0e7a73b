extension DefinitionReader {
    /// YAML 1.2 core schema (10.3.2) for a plain scalar: `on`, `yes`, dates and `1:30` stay strings.
    ///
    /// nil: a number that no value can hold.
    static func resolve(_ text: String) -> Syntax.Content? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, Self.isDigit(first) || first == 0x2B || first == 0x2D || first == 0x2E else {
            return .string
        }
        if let number = Self.radixed(text) { return Int64(number.digits, radix: number.radix).map { .int($0) } }
        switch Self.shape(bytes) {
        case .integer: return Int64(text).map { .int($0) }
        case .decimal: return Double(Self.swiftSpelling(text)).flatMap { $0.isFinite ? .double($0) : nil }
        case .unbounded: return nil
        case nil: return .string
        }
    }

    private enum Shape { case integer, decimal, unbounded }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func radixed(_ text: String) -> (digits: String, radix: Int)? {
        guard text.hasPrefix("0x") || text.hasPrefix("0o") else { return nil }
        let radix = text.hasPrefix("0x") ? 16 : 8
        let digits = text.dropFirst(2)
        let fits = digits.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (Character(scalar).hexDigitValue.map { $0 < radix } ?? false)
        }
        return digits.isEmpty || !fits ? nil : (String(digits), radix)
    }

    /// `[-+]?[0-9]+` or `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, or a name of an unbounded number.
    private static func shape(_ bytes: [UInt8]) -> Shape? {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 }
            return index - start
        }
        if bytes[0] == 0x2B || bytes[0] == 0x2D { index += 1 }
        let unsigned = String(decoding: bytes[index...], as: UTF8.self).lowercased()
        if unsigned == ".inf" || unsigned == ".nan" { return .unbounded }
        let whole = digits()
        if index == bytes.count { return whole > 0 ? .integer : nil }
        if bytes[index] == 0x2E {
            index += 1
            let fraction = digits()
            if whole == 0 && fraction == 0 { return nil }
        } else if whole == 0 {
            return nil
        }
        if index == bytes.count { return .decimal }
        guard bytes[index] == 0x65 || bytes[index] == 0x45 else { return nil }
        index += 1
        if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
        return digits() > 0 && index == bytes.count ? .decimal : nil
    }

    /// Swift reads neither `.5` nor `5.` in every position; YAML does.
    private static func swiftSpelling(_ text: String) -> String {
        var spelling = ""
        var previous: Character = " "
        for character in text {
            if character == ".", !previous.isNumber { spelling.append("0") }
            if previous == ".", !character.isNumber { spelling.append("0") }
            spelling.append(character)
            previous = character
        }
        if previous == "." { spelling.append("0") }
        return spelling
    }
}

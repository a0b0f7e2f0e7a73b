import Values

/// The line of the source at a UTF-8 offset with a caret below, for terminals:
///
///     1 | context.trl >= fuor
///       |                ^
public func excerpt(of source: String, at offset: Int) -> String {
    let bytes = Array(source.utf8)
    let offset = min(max(offset, 0), bytes.count)
    let newline = UInt8(ascii: "\n")
    let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
    let number = String(bytes[..<start].count { $0 == newline } + 1)
    let line = String(decoding: bytes[start..<end], as: UTF8.self)
    let before = String(decoding: bytes[start..<offset], as: UTF8.self)
    // Terminals show these in two columns.
    let columns = before.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 && $1.value != 0x200B ? 2 : 1) }
    let margin = String(repeating: " ", count: number.utf8.count)
    return "\(number) | \(line)\n\(margin) | \(String(repeating: " ", count: columns))^"
}

/// What is said of a name that nothing answers.
func unknownName(_ name: String) -> Message {
    let isWord = name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
    }
    let message: Message = "unknown name \(name)"
    return isWord ? "\(message); a literal string has quotes of its own: \"'\(name)'\"" : message
}

extension EvaluationError {
    /// Of a name that is no variable here, with the hint that a literal string needs quotes.
    public static func unknownVariable(_ name: String, at offset: Int) -> EvaluationError {
        EvaluationError(.noSuchVariable, unknownName(name).english, offset: offset)
    }
}

import Values

// MARK: Standard library

extension Library {
    @Sendable static func contains(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let part)) = (arguments[0], arguments[1]) else { return nil }
        try run.charge(bytes: text.utf8.count + part.utf8.count)
        return .bool(Array(text.utf8).firstIndex(of: Array(part.utf8), from: 0) != nil)
    }

    @Sendable static func startsWith(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let part)) = (arguments[0], arguments[1]) else { return nil }
        try run.charge(bytes: part.utf8.count)
        return .bool(text.utf8.starts(with: part.utf8))
    }

    @Sendable static func endsWith(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let part)) = (arguments[0], arguments[1]) else { return nil }
        try run.charge(bytes: part.utf8.count)
        return .bool(text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8))
    }

    @Sendable static func matches(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let source)) = (arguments[0], arguments[1]) else { return nil }
        try run.charge(4 + source.utf8.count)
        let pattern: Pattern
        do throws(PatternError) {
            pattern = try Pattern(source)
        } catch {
            // What was too large was nearly made.
            try run.charge(100 * source.utf8.count)
            throw EvaluationError(.invalidArgument, "\(arguments[1].shown) is no pattern: \(error.message)")
        }
        try run.charge(10 * pattern.size)
        return try self.matches(text, pattern, &run)
    }

    static func matches(_ text: String, _ pattern: Pattern, _ run: inout Run) throws(EvaluationError) -> Value {
        let most = min(PatternLimits.steps, run.steps * 64)
        var left = most
        let found = pattern.matches(text, steps: &left)
        try run.charge(bytes: most - left)
        guard let found else {
            throw EvaluationError(.budget, "the pattern takes too many steps on a text of \(text.utf8.count) bytes")
        }
        return .bool(found)
    }
}

// MARK: Extension library

extension Library {
    @Sendable static func charAt(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .int(let index)) = (arguments[0], arguments[1]) else { return nil }
        let scalars = try self.scalars(of: text, &run)
        let position = try self.position(index, in: scalars)
        return .string(position == scalars.count ? "" : String(Character(scalars[position])))
    }

    @Sendable static func indexOf(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let part)) = (arguments[0], arguments[1]) else { return nil }
        let scalars = try self.scalars(of: text, &run)
        var start = 0
        if arguments.count == 3 {
            guard case .int(let offset) = arguments[2] else { return nil }
            start = try self.position(offset, in: scalars)
        }
        let found = scalars.firstIndex(of: try self.scalars(of: part, &run), from: start)
        return .int(Int64(found ?? -1))
    }

    @Sendable static func lastIndexOf(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let part)) = (arguments[0], arguments[1]) else { return nil }
        let scalars = try self.scalars(of: text, &run)
        let wanted = try self.scalars(of: part, &run)
        var last = scalars.count - wanted.count
        if arguments.count == 3 {
            guard case .int(let offset) = arguments[2] else { return nil }
            last = min(last, try self.position(offset, in: scalars))
        }
        guard last >= 0 else { return .int(-1) }
        // From behind it is the first occurrence of the reversed text.
        let reversed = Array(scalars[..<(last + wanted.count)].reversed())
        guard let found = reversed.firstIndex(of: wanted.reversed(), from: 0) else { return .int(-1) }
        return .int(Int64(reversed.count - found - wanted.count))
    }

    @Sendable static func substring(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .int(let start)) = (arguments[0], arguments[1]) else { return nil }
        let scalars = try self.scalars(of: text, &run)
        var end = Int64(scalars.count)
        if arguments.count == 3 {
            guard case .int(let given) = arguments[2] else { return nil }
            end = given
        }
        let (from, to) = (try self.position(start, in: scalars), try self.position(end, in: scalars))
        guard from <= to else {
            throw EvaluationError(.indexOutOfRange, "substring() from \(start) to \(end) goes backwards")
        }
        return .string(String(scalars[from..<to]))
    }

    private static func scalars(of text: String, _ run: inout Run) throws(EvaluationError) -> [Unicode.Scalar] {
        try run.charge(bytes: text.utf8.count * 4)
        return Array(text.unicodeScalars)
    }

    /// The end is a position too.
    private static func position(_ index: Int64, in scalars: [Unicode.Scalar]) throws(EvaluationError) -> Int {
        guard index >= 0, index <= scalars.count else {
            throw EvaluationError(
                .indexOutOfRange, "index \(index) is out of range of a string of \(scalars.count) characters")
        }
        return Int(index)
    }

    @Sendable static func lowerAscii(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        try self.mapASCII(arguments[0], UInt8(ascii: "A")...UInt8(ascii: "Z"), &run)
    }

    @Sendable static func upperAscii(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        try self.mapASCII(arguments[0], UInt8(ascii: "a")...UInt8(ascii: "z"), &run)
    }

    private static func mapASCII(
        _ value: Value, _ letters: ClosedRange<UInt8>, _ run: inout Run
    ) throws(EvaluationError) -> Value? {
        guard case .string(let text) = value else { return nil }
        try run.charge(bytes: text.utf8.count)
        return .string(String(decoding: text.utf8.map { letters.contains($0) ? $0 ^ 0x20 : $0 }, as: UTF8.self))
    }

    @Sendable static func trim(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .string(let text) = arguments[0] else { return nil }
        try run.charge(bytes: text.utf8.count)
        let scalars = text.unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
        return .string(String(scalars[start..<end]))
    }

    @Sendable static func join(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        var separator = ""
        if arguments.count == 2 {
            guard case .string(let given) = arguments[1] else { return nil }
            separator = given
        }
        var result = ""
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                throw EvaluationError(.noSuchOverload, "join() puts strings together, not \(element.typeName)")
            }
            try run.charge(1)
            try run.charge(bytes: text.utf8.count + separator.utf8.count)
            if index > 0 { result += separator }
            result += text
        }
        return .string(result)
    }

    /// At most so many parts; the last one has the rest.
    @Sendable static func split(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let separator)) = (arguments[0], arguments[1]),
            let limit = self.limit(arguments, at: 2)
        else { return nil }
        if limit == 0 { return [] }
        var parts: [Value] = []
        let scalars = try self.scalars(of: text, &run)
        let pieces = try self.cut(scalars, by: try self.scalars(of: separator, &run), at: limit - 1, &run)
        for piece in pieces { parts.append(.string(String(piece))) }
        return .list(parts)
    }

    /// At most so many occurrences, from the left; an empty one occurs around every character.
    @Sendable static func replace(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let text), .string(let old), .string(let new)) = (arguments[0], arguments[1], arguments[2]),
            let limit = self.limit(arguments, at: 3)
        else { return nil }
        let scalars = try self.scalars(of: text, &run)
        let wanted = try self.scalars(of: old, &run)
        var result = ""
        if wanted.isEmpty {
            for (index, scalar) in scalars.enumerated() {
                if index < limit { result += new }
                try run.charge(bytes: new.utf8.count)
                result.unicodeScalars.append(scalar)
            }
            return .string(scalars.count < limit ? result + new : result)
        }
        for (index, piece) in try self.cut(scalars, by: wanted, at: limit, &run).enumerated() {
            if index > 0 { result += new }
            try run.charge(bytes: new.utf8.count)
            result += String(piece)
        }
        return .string(result)
    }

    /// The optional last argument; negative means all, nil that it is no int.
    private static func limit(_ arguments: Arguments, at index: Int) -> Int? {
        guard index < arguments.count else { return .max }
        guard case .int(let limit) = arguments[index] else { return nil }
        return limit < 0 ? .max : Int(limit)
    }

    /// Cuts at this many separators at most; an empty one stands between all characters.
    private static func cut(
        _ scalars: [Unicode.Scalar], by separator: [Unicode.Scalar], at most: Int, _ run: inout Run
    ) throws(EvaluationError) -> [ArraySlice<Unicode.Scalar>] {
        var pieces: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        if separator.isEmpty {
            try run.charge(scalars.count)
            while start + 1 < scalars.count, pieces.count < most {
                pieces.append(scalars[start...start])
                start += 1
            }
            return scalars.isEmpty ? [] : pieces + [scalars[start...]]
        }
        let search = Search(separator)
        while pieces.count < most, let found = search.first(in: scalars, from: start) {
            try run.charge()
            pieces.append(scalars[start..<found])
            start = found + separator.count
        }
        return pieces + [scalars[start...]]
    }

    /// The text as a literal of the language.
    @Sendable static func quote(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .string(let text) = arguments[0] else { return nil }
        try run.charge(bytes: text.utf8.count * 2)
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{7}": result += "\\a"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{B}": result += "\\v"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return .string(result + "\"")
    }
}

extension String {
    fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}

extension Array where Element: Equatable {
    fileprivate func firstIndex(of part: [Element], from start: Int) -> Int? {
        Search(part).first(in: self, from: start)
    }
}

/// Knuth, Morris and Pratt's search, whose time is linear for hostile texts too.
private struct Search<Element: Equatable> {
    private let wanted: [Element]
    /// By how much of the wanted was found: how much of it still is, when the next element does not fit.
    private let fallback: [Int]

    init(_ wanted: [Element]) {
        self.wanted = wanted
        var fallback = [Int](repeating: 0, count: wanted.count)
        var length = 0
        for index in wanted.indices.dropFirst() {
            while length > 0, wanted[index] != wanted[length] { length = fallback[length - 1] }
            if wanted[index] == wanted[length] { length += 1 }
            fallback[index] = length
        }
        self.fallback = fallback
    }

    func first(in elements: [Element], from start: Int) -> Int? {
        guard !self.wanted.isEmpty else { return start <= elements.count ? start : nil }
        var length = 0
        var index = start
        while index < elements.count {
            while length > 0, elements[index] != self.wanted[length] { length = self.fallback[length - 1] }
            if elements[index] == self.wanted[length] { length += 1 }
            index += 1
            if length == self.wanted.count { return index - length }
        }
        return nil
    }
}

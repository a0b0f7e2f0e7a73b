/// Whether the keys of an object that have been read stand in the order of their UTF-8, none twice. Mostly so.
public struct JSONKeyOrder {
    public fileprivate(set) var isAscending = true
    /// Where the last one stands, without its quotes.
    fileprivate var last: Range<Int>?

    public init() {}
}

/// Recursive descent over UTF-8 bytes.
@safe struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let depthLimit: Int
    private(set) var offset = 0
    /// The text of the time that was read last, with its quotes, and what it means: one stored step mostly has the same.
    private var lastTime: (text: Range<Int>, time: Timestamp)?
    private let known: KnownTexts?

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) -> Result<Value, JSONError> {
        // Past this depth the recursion could outgrow a small thread's stack, whatever the caller allows.
        var parser = unsafe JSONParser(bytes: bytes, depthLimit: min(limits.depth, 512))
        do throws(JSONError) {
            return .success(try parser.document())
        } catch {
            return .failure(error)
        }
    }

    init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, known: KnownTexts? = nil) {
        unsafe self.bytes = bytes
        self.depthLimit = depthLimit
        self.known = known
    }

    private mutating func document() throws(JSONError) -> Value {
        self.skipWhitespace()
        let value = try self.value(depth: 0)
        try self.end()
        return value
    }

    mutating func end() throws(JSONError) {
        self.skipWhitespace()
        guard unsafe self.offset == self.bytes.count else { try self.fail("text after the end of the JSON value") }
    }

    /// What has been read since.
    func bytes(from start: Int) -> [UInt8] { unsafe Array(self.bytes[start..<self.offset]) }

    /// The byte here, 0 at the end; a byte 0 in the text is no token either.
    var byte: UInt8 { unsafe self.offset < self.bytes.count ? self.bytes[self.offset] : 0 }

    @inline(__always)
    mutating func skipWhitespace() {
        while self.byte <= 0x20, self.byte == 0x20 || self.byte == 0x0A || self.byte == 0x0D || self.byte == 0x09 {
            self.offset += 1
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> Value {
        switch self.byte {
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "{"): return .map(try self.object(depth: depth + 1))
        case UInt8(ascii: "["): return .list(try self.array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: try self.fail("expected a JSON value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
        let end = self.offset + word.utf8CodeUnitCount
        guard unsafe end <= self.bytes.count else { try self.fail("expected a JSON value") }
        for index in 0..<word.utf8CodeUnitCount where unsafe self.bytes[self.offset + index] != word.utf8Start[index] {
            try self.fail("expected a JSON value")
        }
        self.offset = end
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> [Value] {
        try self.check(depth)
        self.offset += 1
        self.skipWhitespace()
        var elements: [Value] = []
        if self.byte == UInt8(ascii: "]") {
            self.offset += 1
            return elements
        }
        elements.reserveCapacity(4)
        while true {
            elements.append(try self.value(depth: depth))
            self.skipWhitespace()
            if self.byte == UInt8(ascii: ",") {
                self.skipToken()
            } else if self.byte == UInt8(ascii: "]") {
                self.offset += 1
                return elements
            } else {
                try self.fail("expected , or ]")
            }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> ValueMap {
        try self.check(depth)
        let start = self.offset
        self.offset += 1
        self.skipWhitespace()
        var entries: [ValueMap.Entry] = []
        if self.byte == UInt8(ascii: "}") {
            self.offset += 1
            return ValueMap()
        }
        entries.reserveCapacity(8)
        var order = JSONKeyOrder()
        while true {
            let key = try self.key(&order)
            entries.append(ValueMap.Entry(key: .string(key), value: try self.value(depth: depth)))
            self.skipWhitespace()
            if self.byte == UInt8(ascii: ",") {
                self.skipToken()
            } else if self.byte == UInt8(ascii: "}") {
                self.offset += 1
                break
            } else {
                try self.fail("expected , or }")
            }
        }
        if order.isAscending { return ValueMap(ordered: entries) }
        var duplicate: ValueMap.Key?
        let map = ValueMap(entries, duplicate: &duplicate)
        if let duplicate {
            let message = "the key \(duplicate.value.json) occurs twice in this object"
            throw JSONError(code: .duplicateKey, message: message, offset: start)
        }
        return map
    }

    /// A key and its colon.
    mutating func key(_ order: inout JSONKeyOrder) throws(JSONError) -> String {
        guard self.byte == UInt8(ascii: "\"") else { try self.fail("expected a key in quotes") }
        let start = self.offset + 1
        let key = try self.string()
        let text = start..<(self.offset - 1)
        if order.isAscending {
            // Seen from the texts, as long as none has escapes.
            let follows = order.last.map { self.order($0, text) < 0 } ?? true
            order.isAscending = follows && key.utf8.count == text.count
            order.last = text
        }
        try self.colon()
        return key
    }

    /// A key of a known form and its colon.
    mutating func member() throws(JSONError) -> JSONName {
        guard self.byte == UInt8(ascii: "\"") else { try self.fail("expected a key in quotes") }
        let name = try self.name()
        try self.colon()
        return name
    }

    /// A string of a known form, which begins here.
    @inline(__always)
    mutating func name() throws(JSONError) -> JSONName {
        guard let short = unsafe self.bytes.shortName(from: self.offset + 1) else {
            return JSONName(try self.string().utf8)
        }
        self.offset += short.count + 2
        return short.name
    }

    @inline(__always)
    private mutating func colon() throws(JSONError) {
        self.skipWhitespace()
        guard self.byte == UInt8(ascii: ":") else { try self.fail("expected :") }
        self.skipToken()
    }

    @inline(__always)
    mutating func skipToken() {
        self.offset += 1
        self.skipWhitespace()
    }

    /// Goes over the comma, unless it is the first; false: over the end instead.
    @inline(__always)
    mutating func next(_ end: UInt8, isFirst: Bool) throws(JSONError) -> Bool {
        if !isFirst, self.byte == UInt8(ascii: ",") {
            self.skipToken()
            return true
        }
        self.skipWhitespace()
        if self.byte == end {
            self.offset += 1
            return false
        }
        if isFirst { return true }
        guard self.byte == UInt8(ascii: ",") else { try self.fail("expected , or the end") }
        self.skipToken()
        return true
    }

    private mutating func check(_ depth: Int) throws(JSONError) {
        if depth > self.depthLimit {
            let message = "nested deeper than \(self.depthLimit) levels"
            throw JSONError(code: .depth, message: message, offset: self.offset)
        }
    }

    // Out of line: what checks for mistakes stays short.
    @inline(never)
    private mutating func fail(_ message: String) throws(JSONError) -> Never {
        let atEnd = unsafe self.offset >= self.bytes.count
        throw JSONError(
            code: .syntax, message: atEnd ? "\(message), but the text ends" : message, offset: self.offset)
    }
}

// MARK: Strings

extension JSONParser {
    mutating func string() throws(JSONError) -> String {
        let start = self.offset + 1
        let (end, isASCII) = unsafe self.bytes.plainJSON(from: start)
        guard isASCII, unsafe end < self.bytes.count, unsafe self.bytes[end] == UInt8(ascii: "\"") else {
            return try self.string(from: start, plainUpTo: end)
        }
        self.offset = end + 1
        let text = unsafe UnsafeBufferPointer(rebasing: self.bytes[start..<end])
        if let known = unsafe self.known?.text(text) { return known }
        return unsafe String(copying: UTF8Span(unchecked: text.span, isKnownASCII: true))
    }

    @inline(never)
    private mutating func string(from start: Int, plainUpTo end: Int) throws(JSONError) -> String {
        self.offset = end
        switch self.byte {
        case UInt8(ascii: "\""):
            self.offset = end + 1
            return unsafe try self.decoded(UnsafeBufferPointer(rebasing: self.bytes[start..<end]), from: start)
        case UInt8(ascii: "\\"): return try self.escapedString(from: start)
        default: try self.failUnclosed()
        }
    }

    /// A string without escapes that begins here.
    @inline(__always)
    private func plainASCII() -> Range<Int>? {
        let start = self.offset + 1
        let (end, isASCII) = unsafe self.bytes.plainJSON(from: start)
        guard isASCII, unsafe end < self.bytes.count, unsafe self.bytes[end] == UInt8(ascii: "\"") else { return nil }
        return start..<end
    }

    @inline(never)
    private func decoded(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(JSONError) -> String {
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        // Decoding repairs what is not UTF-8; then the bytes differ. (Validating first is several times slower.)
        guard unsafe text.hasUTF8(bytes) else {
            throw JSONError(code: .syntax, message: "the text is not valid UTF-8", offset: start)
        }
        return text
    }

    /// Up to the first escape, which is here, it is plain.
    @inline(never)
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var buffer: [UInt8] = []
        var plain = start..<self.offset
        while true {
            unsafe buffer.append(contentsOf: self.bytes[plain])
            switch self.byte {
            case UInt8(ascii: "\""):
                self.offset += 1
                return unsafe try buffer.withUnsafeBufferPointer { (text) throws(JSONError) in
                    unsafe try self.decoded(text, from: start)
                }
            case UInt8(ascii: "\\"): try self.escape(into: &buffer)
            default: try self.failUnclosed()
            }
            plain = unsafe self.offset..<self.bytes.plainJSON(from: self.offset).end
            self.offset = plain.upperBound
        }
    }

    private mutating func failUnclosed() throws(JSONError) -> Never {
        try self.fail("expected the closing quote of a string; control characters are written as escapes")
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        let start = self.offset
        self.offset += 1
        let letter = self.byte
        self.offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(letter)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            buffer.append(contentsOf: String(Character(try self.escapedScalar(start: start))).utf8)
        default:
            self.offset = start
            try self.fail("unknown escape")
        }
    }

    private mutating func escapedScalar(start: Int) throws(JSONError) -> Unicode.Scalar {
        var code = try self.fourHexDigits(start: start)
        if (0xD800..<0xDC00).contains(code), self.byte == UInt8(ascii: "\\"),
            unsafe self.offset + 1 < self.bytes.count, unsafe self.bytes[self.offset + 1] == UInt8(ascii: "u")
        {
            self.offset += 2
            let low = try self.fourHexDigits(start: start)
            guard (0xDC00..<0xE000).contains(low) else { throw self.loneSurrogate(start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw self.loneSurrogate(start) }
        if code == 0 {
            let message = "the text contains U+0000, which cannot be stored"
            throw JSONError(code: .unstorableString, message: message, offset: start)
        }
        return scalar
    }

    private func loneSurrogate(_ start: Int) -> JSONError {
        JSONError(
            code: .unstorableString, message: "half of a surrogate pair cannot be stored", offset: start)
    }

    private mutating func fourHexDigits(start: Int) throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch self.byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = self.byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = self.byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = self.byte - UInt8(ascii: "A") + 10
            default:
                self.offset = start
                try self.fail("expected four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            self.offset += 1
        }
        return code
    }
}

// MARK: Times

extension JSONParser {
    /// A string with a time and no escapes. nil: it is something else, and nothing is read.
    mutating func plainTime() -> Timestamp? {
        if let (text, time) = self.lastTime, self.follows(text) {
            self.offset += text.count
            return time
        }
        guard self.byte == UInt8(ascii: "\""), let range = self.plainASCII(),
            let time = unsafe Timestamp(scanning: DigitScanner(UnsafeBufferPointer(rebasing: self.bytes[range])))
        else { return nil }
        self.lastTime = (self.offset..<range.upperBound + 1, time)
        self.offset = range.upperBound + 1
        return time
    }

    /// Whether the same bytes come next as stand elsewhere.
    @inline(__always)
    private func follows(_ text: Range<Int>) -> Bool {
        let end = self.offset + text.count
        return unsafe end <= self.bytes.count && self.order(self.offset..<end, text) == 0
    }

    /// Of the bytes at two places.
    @inline(__always)
    private func order(_ left: Range<Int>, _ right: Range<Int>) -> Int {
        let (left, right) = unsafe (self.bytes[left], self.bytes[right])
        return unsafe UnsafeBufferPointer(rebasing: left).order(to: UnsafeBufferPointer(rebasing: right))
    }
}

// MARK: Numbers

extension JSONParser {
    private mutating func number() throws(JSONError) -> Value {
        if let int = self.shortInteger() { return .int(int) }
        let start = self.offset
        let negative = self.byte == UInt8(ascii: "-")
        if negative { self.offset += 1 }
        let first = self.offset
        let beginsWithZero = self.byte == UInt8(ascii: "0")
        var digits = DecimalDigits()
        try self.digits(into: &digits, fraction: false)
        if beginsWithZero, self.offset > first + 1 {
            self.offset = first + 1
            try self.fail("a number cannot begin with 0")
        }
        var isInteger = true
        if self.byte == UInt8(ascii: ".") {
            isInteger = false
            self.offset += 1
            try self.digits(into: &digits, fraction: true)
        }
        if self.byte == UInt8(ascii: "e") || self.byte == UInt8(ascii: "E") {
            isInteger = false
            try self.exponent(into: &digits)
        }
        if isInteger {
            guard let int = digits.int64(negative: negative) else {
                let message = "the integer is outside of the 64-bit range"
                throw JSONError(code: .numberRange, message: message, offset: start)
            }
            return .int(int)
        }
        if let double = digits.exactDouble { return .double(negative ? -double : double) }
        let text = unsafe String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        guard let double = Double(text), double.isFinite else {
            let message = "the number is outside of the range of double"
            throw JSONError(code: .numberRange, message: message, offset: start)
        }
        return .double(double)
    }

    /// What most counts are: one digit, with more of a list or an object after it. nil: it is something else, and nothing is
    /// read.
    @inline(__always)
    mutating func loneDigit() -> UInt8? {
        let digit = self.byte &- UInt8(ascii: "0")
        guard digit <= 9, unsafe self.offset + 1 < self.bytes.count else { return nil }
        switch unsafe self.bytes[self.offset + 1] {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"):
            self.offset += 1
            return digit
        default: return nil
        }
    }

    /// What most numbers are: an integer of at most eighteen digits, which never overflow. nil: it is something else, and
    /// nothing is read.
    @inline(__always)
    mutating func shortInteger() -> Int64? {
        let negative = self.byte == UInt8(ascii: "-")
        let start = negative ? self.offset + 1 : self.offset
        var end = start
        var magnitude: Int64 = 0
        while unsafe end < self.bytes.count, end < start + 18 {
            let digit = unsafe self.bytes[end] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            magnitude = magnitude &* 10 &+ Int64(digit)
            end += 1
        }
        guard end > start, unsafe self.bytes[start] != UInt8(ascii: "0") || end == start + 1 else { return nil }
        switch unsafe end < self.bytes.count ? self.bytes[end] : 0 {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return nil
        default:
            self.offset = end
            return negative ? -magnitude : magnitude
        }
    }

    private mutating func digits(into digits: inout DecimalDigits, fraction: Bool) throws(JSONError) {
        let start = self.offset
        var end = start
        while unsafe end < self.bytes.count {
            let digit = unsafe self.bytes[end] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            digits.append(digit)
            end += 1
        }
        if fraction { digits.exponent -= end - start }
        self.offset = end
        if end == start { try self.fail("expected a digit") }
    }

    private mutating func exponent(into digits: inout DecimalDigits) throws(JSONError) {
        self.offset += 1
        let negative = self.byte == UInt8(ascii: "-")
        if negative || self.byte == UInt8(ascii: "+") { self.offset += 1 }
        var exponent = DecimalDigits()
        try self.digits(into: &exponent, fraction: false)
        // An exponent this large is out of the exact range anyway; the text decides.
        let magnitude = exponent.isExact ? Int(min(exponent.significand, 100_000)) : 100_000
        digits.exponent += negative ? -magnitude : magnitude
    }
}

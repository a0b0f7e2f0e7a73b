/// Reads JSON of a known form straight from its bytes, member by member.
///
///     try JSONReader.read(bytes) { reader in
///         try reader.beginObject()
///         while let member = try reader.nextMember() {
///             switch member {
///             case "id": id = try reader.string()
///             default: try reader.skip()
///             }
///         }
///     }
public struct JSONReader {
    private var parser: JSONParser
    /// Nothing of the innermost object or array has been read.
    private var isFirst = true

    /// Strings that are in `known` are shared with it.
    public static func read<Content>(
        _ bytes: [UInt8], known: KnownTexts? = nil, _ body: (inout JSONReader) throws(JSONError) -> Content
    ) throws(JSONError) -> Content {
        unsafe try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var reader = unsafe JSONReader(
                parser: JSONParser(bytes: buffer, depthLimit: JSONLimits().depth, known: known))
            reader.parser.skipWhitespace()
            let content = try body(&reader)
            try reader.parser.end()
            return content
        }
    }

    public mutating func beginObject() throws(JSONError) { try self.begin(UInt8(ascii: "{"), "expected an object") }

    /// Of an object of a known form. nil: it is over.
    public mutating func nextMember() throws(JSONError) -> JSONName? {
        guard try self.next(UInt8(ascii: "}")) else { return nil }
        return try self.parser.member()
    }

    /// A string that is one of a few.
    public mutating func name() throws(JSONError) -> JSONName {
        guard self.parser.byte == UInt8(ascii: "\"") else { try self.fail("expected a string") }
        return try self.parser.name()
    }

    /// Of a map. nil: it is over.
    public mutating func nextKey() throws(JSONError) -> String? {
        var order = JSONKeyOrder()
        return try self.nextKey(&order)
    }

    public mutating func nextKey(_ order: inout JSONKeyOrder) throws(JSONError) -> String? {
        guard try self.next(UInt8(ascii: "}")) else { return nil }
        return try self.parser.key(&order)
    }

    public mutating func beginArray() throws(JSONError) { try self.begin(UInt8(ascii: "["), "expected a list") }

    /// Whether there is one; false: the array is over.
    public mutating func nextElement() throws(JSONError) -> Bool { try self.next(UInt8(ascii: "]")) }

    public mutating func string() throws(JSONError) -> String {
        guard self.parser.byte == UInt8(ascii: "\"") else { try self.fail("expected a string") }
        return try self.parser.string()
    }

    public mutating func int() throws(JSONError) -> Int64 {
        if let digit = self.parser.loneDigit() { return Int64(digit) }
        if let number = self.parser.shortInteger() { return number }
        guard case .int(let number) = try self.parser.value(depth: 0) else { try self.fail("expected an integer") }
        return number
    }

    public mutating func bool() throws(JSONError) -> Bool {
        guard case .bool(let flag) = try self.parser.value(depth: 0) else { try self.fail("expected true or false") }
        return flag
    }

    /// RFC 3339.
    public mutating func time() throws(JSONError) -> Timestamp {
        if let time = self.parser.plainTime() { return time }
        guard let time = Timestamp(try self.string()) else { try self.fail("expected a time") }
        return time
    }

    /// Where the next value begins, when what comes before it has been read.
    public var offset: Int { self.parser.offset }

    /// The text of what has been read since.
    public func bytes(from offset: Int) -> [UInt8] { self.parser.bytes(from: offset) }

    public mutating func value() throws(JSONError) -> Value { try self.parser.value(depth: 0) }

    public mutating func skip() throws(JSONError) { _ = try self.value() }

    /// The member, when it was there.
    @inlinable
    public func require<Member>(_ member: Member?, _ name: String) throws(JSONError) -> Member {
        guard let member else { throw self.error("\(name) is missing") }
        return member
    }

    public func error(_ message: String) -> JSONError {
        JSONError(code: .unexpected, message: message, offset: self.parser.offset)
    }

    @inline(never)
    private mutating func fail(_ message: String) throws(JSONError) -> Never { throw self.error(message) }

    @inline(__always)
    private mutating func begin(_ bracket: UInt8, _ message: String) throws(JSONError) {
        guard self.parser.byte == bracket else { try self.fail(message) }
        self.parser.skipToken()
        self.isFirst = true
    }

    private mutating func next(_ end: UInt8) throws(JSONError) -> Bool {
        let isFirst = self.isFirst
        self.isFirst = false
        return try self.parser.next(end, isFirst: isFirst)
    }
}

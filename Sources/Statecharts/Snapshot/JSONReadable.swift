import Values

/// Can be read from its stored form.
protocol JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError)
}

extension JSONReader {
    mutating func read<Content: JSONReadable>() throws(JSONError) -> Content { try Content(from: &self) }

    /// A list of two.
    mutating func pair<First: JSONReadable, Second: JSONReadable>(
        _ form: String
    ) throws(JSONError) -> (First, Second) {
        try self.beginArray()
        guard try self.nextElement() else { throw self.error("expected \(form)") }
        let first: First = try self.read()
        guard try self.nextElement() else { throw self.error("expected \(form)") }
        let second: Second = try self.read()
        guard try !self.nextElement() else { throw self.error("expected \(form)") }
        return (first, second)
    }
}

extension String: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self = try reader.string() }
}

extension Int64: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self = try reader.int() }
}

extension Int: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self = Int(try reader.int()) }
}

extension Bool: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self = try reader.bool() }
}

extension Timestamp: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self = try reader.time() }
}

extension Value: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self = try reader.value() }
}

extension Array: JSONReadable where Element: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginArray()
        while try reader.nextElement() {
            // Most have few elements: with room for one alone, the first would move at once.
            if self.isEmpty { self.reserveCapacity(2) }
            self.append(try reader.read())
        }
    }
}

extension Set: JSONReadable where Element: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { self.init(try [Element](from: &reader)) }
}

extension Dictionary: JSONReadable where Key == String, Value: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() { self[key] = try reader.read() as Value }
    }
}

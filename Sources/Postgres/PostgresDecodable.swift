/// A type that a column can be read as.
///
/// | Swift | columns |
/// | --- | --- |
/// | `Bool` | bool |
/// | `Int16`, `Int32`, `Int64`, `Int` | int2, int4, int8 where they fit; `Int64`: also oid, and timestamptz as microseconds since 1970 |
/// | `Double` | float8, float4 |
/// | `String` | text, varchar, char(n), name, json, jsonb, uuid (lower case), enums and other types whose binary form is text |
/// | `[UInt8]` | bytea, json and jsonb (as JSON text), text |
/// | ``PostgresUUID`` | uuid |
/// | `Optional` | null, else as above |
/// | `Array` of these and of their optionals | one-dimensional arrays |
package protocol PostgresDecodable: Sendable {
    static func decode(_ cell: Cell) throws(CellError) -> Self
    /// What `[Self]` reads; for all but bytes, an SQL array.
    static func decodeArray(_ cell: Cell) throws(CellError) -> [Self]
}

/// One value of a row, while its result is held.
package struct Cell {
    let type: PostgresType
    /// Nothing for null.
    let bytes: UnsafeRawBufferPointer?
}

/// Why a value cannot be read, continuing the sentence "column 2 (name) …".
package struct CellError: Error {
    let reason: String
}

extension PostgresDecodable {
    package static func decodeArray(_ cell: Cell) throws(CellError) -> [Self] {
        var reader = ArrayReader(try cell.nonNull())
        guard !cell.type.isScalar else { throw cell.mismatch([Self].self) }
        let (count, type) = try reader.header()
        var values: [Self] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            values.append(try Self.decode(Cell(type: type, bytes: try reader.element())))
        }
        return values
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> [Element] { try Element.decodeArray(cell) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Wrapped? {
        cell.bytes == nil ? nil : try Wrapped.decode(cell)
    }
}

extension Bool: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Bool {
        guard cell.type == .bool else { throw cell.mismatch(Self.self) }
        return try cell.integer(as: UInt8.self) != 0
    }
}

extension Int16: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Int16 { try cell.anyInteger() }
}

extension Int32: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Int32 { try cell.anyInteger() }
}

extension Int: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Int { try cell.anyInteger() }
}

extension Int64: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Int64 {
        switch cell.type {
        case .oid: return Int64(try cell.integer(as: UInt32.self))
        case .timestamptz:
            let since2000 = try cell.integer(as: Int64.self)
            guard since2000 != .max, since2000 != .min else { throw CellError(reason: "is an infinite time") }
            return since2000 + UnixMicroseconds.epoch
        default: return try cell.anyInteger()
        }
    }
}

extension Double: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> Double {
        switch cell.type {
        case .float8: Double(bitPattern: try cell.integer(as: UInt64.self))
        case .float4: Double(Float(bitPattern: try cell.integer(as: UInt32.self)))
        default: throw cell.mismatch(Self.self)
        }
    }
}

extension String: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> String {
        switch cell.type {
        case .uuid: return try PostgresUUID.decode(cell).description
        case .bool, .bytea, .int2, .int4, .int8, .oid, .float4, .float8, .timestamptz: throw cell.mismatch(Self.self)
        default: break
        }
        guard let text = String(validating: try cell.text(), as: UTF8.self) else {
            throw CellError(reason: "is of \(cell.type) and not text in UTF-8")
        }
        return text
    }
}

extension UInt8: PostgresDecodable {
    /// The type "char" of the system catalogues.
    package static func decode(_ cell: Cell) throws(CellError) -> UInt8 {
        guard cell.type == .char else { throw cell.mismatch(Self.self) }
        return try cell.integer(as: UInt8.self)
    }

    package static func decodeArray(_ cell: Cell) throws(CellError) -> [UInt8] {
        switch cell.type {
        case .bytea, .json, .jsonb, .text, .varchar, .unknown: [UInt8](try cell.text())
        default: throw cell.mismatch([UInt8].self)
        }
    }
}

extension PostgresUUID: PostgresDecodable {
    package static func decode(_ cell: Cell) throws(CellError) -> PostgresUUID {
        let bytes = try cell.nonNull()
        guard cell.type == .uuid, bytes.count == 16 else { throw cell.mismatch(Self.self) }
        return PostgresUUID(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

extension Cell {
    func nonNull() throws(CellError) -> UnsafeRawBufferPointer {
        guard let bytes else { throw CellError(reason: "is null") }
        return bytes
    }

    func mismatch(_ wanted: Any.Type) -> CellError {
        CellError(reason: "is of \(self.type), not \(wanted)")
    }

    /// Without the version byte that jsonb begins with.
    func text() throws(CellError) -> UnsafeRawBufferPointer {
        let bytes = try self.nonNull()
        guard self.type == .jsonb else { return bytes }
        guard bytes.first == JSONB.version else { throw CellError(reason: "is of an unknown version of jsonb") }
        return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
    }

    func integer<Value: FixedWidthInteger & BitwiseCopyable>(as _: Value.Type) throws(CellError) -> Value {
        let bytes = try self.nonNull()
        guard bytes.count == MemoryLayout<Value>.size else { throw self.mismatch(Value.self) }
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    func anyInteger<Value: FixedWidthInteger>() throws(CellError) -> Value {
        let value: Int64
        switch self.type {
        case .int2: value = Int64(try self.integer(as: Int16.self))
        case .int4: value = Int64(try self.integer(as: Int32.self))
        case .int8: value = try self.integer(as: Int64.self)
        default:
            _ = try self.nonNull()
            throw self.mismatch(Value.self)
        }
        guard let exact = Value(exactly: value) else { throw CellError(reason: "does not fit in \(Value.self)") }
        return exact
    }
}

/// Walks over the binary form of an array.
private struct ArrayReader {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.rest = bytes
    }

    mutating func header() throws(CellError) -> (count: Int, type: PostgresType) {
        let dimensions = try self.int32()
        _ = try self.int32()
        let type = PostgresType(rawValue: UInt32(bitPattern: try self.int32()))
        guard dimensions != 0 else { return (0, type) }
        guard dimensions == 1 else { throw CellError(reason: "is an array of \(dimensions) dimensions") }
        let count = Int(try self.int32())
        _ = try self.int32()
        // Each element takes at least its length: a count beyond that is nonsense, and must not reserve memory.
        guard count >= 0, count <= self.rest.count / 4 else { throw CellError(reason: "is a damaged array") }
        return (count, type)
    }

    mutating func element() throws(CellError) -> UnsafeRawBufferPointer? {
        let length = Int(try self.int32())
        guard length >= 0 else { return nil }
        return try self.take(length)
    }

    private mutating func int32() throws(CellError) -> Int32 {
        Int32(bigEndian: try self.take(4).loadUnaligned(as: Int32.self))
    }

    private mutating func take(_ length: Int) throws(CellError) -> UnsafeRawBufferPointer {
        guard length <= self.rest.count else { throw CellError(reason: "is not an array, or a damaged one") }
        let taken = UnsafeRawBufferPointer(rebasing: self.rest[..<length])
        self.rest = UnsafeRawBufferPointer(rebasing: self.rest[length...])
        return taken
    }
}

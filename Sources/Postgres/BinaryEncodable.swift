/// A value that has a binary form in PostgreSQL.
protocol BinaryEncodable {
    static var postgresType: PostgresType { get }
    var binarySize: Int { get }
    /// Writes ``binarySize`` bytes.
    func encode(to target: UnsafeMutableRawPointer)
}

struct Bytea: BinaryEncodable {
    static let postgresType = PostgresType.bytea
    let bytes: [UInt8]
    var binarySize: Int { self.bytes.count }
    func encode(to target: UnsafeMutableRawPointer) { target.store(self.bytes) }
}

struct JSON: BinaryEncodable {
    static let postgresType = PostgresType.json
    let bytes: [UInt8]
    var binarySize: Int { self.bytes.count }
    func encode(to target: UnsafeMutableRawPointer) { target.store(self.bytes) }
}

struct JSONB: BinaryEncodable {
    /// The only version there is, so far.
    static let version: UInt8 = 1
    static let postgresType = PostgresType.jsonb
    let bytes: [UInt8]
    var binarySize: Int { 1 + self.bytes.count }
    func encode(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: Self.version, as: UInt8.self)
        (target + 1).store(self.bytes)
    }
}

/// PostgreSQL counts from 2000-01-01T00:00:00Z.
struct UnixMicroseconds: BinaryEncodable {
    static let epoch: Int64 = 946_684_800_000_000
    static let postgresType = PostgresType.timestamptz
    let value: Int64
    var binarySize: Int { 8 }
    func encode(to target: UnsafeMutableRawPointer) {
        // Clamped, since the extremes mean infinity to PostgreSQL and everything near them is refused there anyway.
        let (since2000, overflow) = self.value.subtractingReportingOverflow(Self.epoch)
        target.store(bigEndian: overflow ? Int64.min + 1 : since2000)
    }
}

extension Bool: BinaryEncodable {
    static var postgresType: PostgresType { .bool }
    var binarySize: Int { 1 }
    func encode(to target: UnsafeMutableRawPointer) { target.storeBytes(of: self ? 1 : 0, as: UInt8.self) }
}

extension Int16: BinaryEncodable {
    static var postgresType: PostgresType { .int2 }
    var binarySize: Int { 2 }
    func encode(to target: UnsafeMutableRawPointer) { target.store(bigEndian: self) }
}

extension Int32: BinaryEncodable {
    static var postgresType: PostgresType { .int4 }
    var binarySize: Int { 4 }
    func encode(to target: UnsafeMutableRawPointer) { target.store(bigEndian: self) }
}

extension Int64: BinaryEncodable {
    static var postgresType: PostgresType { .int8 }
    var binarySize: Int { 8 }
    func encode(to target: UnsafeMutableRawPointer) { target.store(bigEndian: self) }
}

extension Double: BinaryEncodable {
    static var postgresType: PostgresType { .float8 }
    var binarySize: Int { 8 }
    func encode(to target: UnsafeMutableRawPointer) { target.store(bigEndian: self.bitPattern) }
}

extension String: BinaryEncodable {
    static var postgresType: PostgresType { .text }
    var binarySize: Int { self.utf8.count }
    func encode(to target: UnsafeMutableRawPointer) {
        UnsafeMutableRawBufferPointer(start: target, count: self.binarySize).copyBytes(from: self.utf8)
    }
}

extension PostgresUUID: BinaryEncodable {
    static let postgresType = PostgresType.uuid
    var binarySize: Int { 16 }
    func encode(to target: UnsafeMutableRawPointer) {
        target.store(bigEndian: self.high)
        (target + 8).store(bigEndian: self.low)
    }
}

extension UnsafeMutableRawPointer {
    func store(bigEndian value: some FixedWidthInteger & BitwiseCopyable) {
        self.storeBytes(of: value.bigEndian, as: type(of: value))
    }

    func store(_ bytes: [UInt8]) {
        UnsafeMutableRawBufferPointer(start: self, count: bytes.count).copyBytes(from: bytes)
    }
}

/// A value that has a binary form in PostgreSQL.
protocol BinaryEncodable {
    static var postgresType: PostgresType { get }
    var binarySize: Int { get }
    func encode(into bytes: inout [UInt8])
}

struct Bytea: BinaryEncodable {
    static let postgresType = PostgresType.bytea
    let bytes: [UInt8]
    var binarySize: Int { self.bytes.count }
    func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
}

struct JSON: BinaryEncodable {
    static let postgresType = PostgresType.json
    let bytes: [UInt8]
    var binarySize: Int { self.bytes.count }
    func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
}

struct JSONB: BinaryEncodable {
    /// The only version there is, so far.
    static let version: UInt8 = 1
    static let postgresType = PostgresType.jsonb
    let bytes: [UInt8]
    var binarySize: Int { 1 + self.bytes.count }
    func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.append(contentsOf: self.bytes)
    }
}

/// PostgreSQL counts from 2000-01-01T00:00:00Z.
struct UnixMicroseconds: BinaryEncodable {
    static let epoch: Int64 = 946_684_800_000_000
    static let postgresType = PostgresType.timestamptz
    let value: Int64
    var binarySize: Int { 8 }
    func encode(into bytes: inout [UInt8]) {
        // Clamped, since the extremes mean infinity to PostgreSQL and everything near them is refused there anyway.
        let (since2000, overflow) = self.value.subtractingReportingOverflow(Self.epoch)
        bytes.append(bigEndian: overflow ? Int64.min + 1 : since2000)
    }
}

extension Bool: BinaryEncodable {
    static var postgresType: PostgresType { .bool }
    var binarySize: Int { 1 }
    func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

extension Int16: BinaryEncodable {
    static var postgresType: PostgresType { .int2 }
    var binarySize: Int { 2 }
    func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int32: BinaryEncodable {
    static var postgresType: PostgresType { .int4 }
    var binarySize: Int { 4 }
    func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int64: BinaryEncodable {
    static var postgresType: PostgresType { .int8 }
    var binarySize: Int { 8 }
    func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Double: BinaryEncodable {
    static var postgresType: PostgresType { .float8 }
    var binarySize: Int { 8 }
    func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self.bitPattern) }
}

extension String: BinaryEncodable {
    static var postgresType: PostgresType { .text }
    var binarySize: Int { self.utf8.count }
    func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.utf8) }
}

extension PostgresUUID: BinaryEncodable {
    static let postgresType = PostgresType.uuid
    var binarySize: Int { 16 }
    func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: self.high)
        bytes.append(bigEndian: self.low)
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { self.append(contentsOf: $0) }
    }
}

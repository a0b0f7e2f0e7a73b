/// The OID of a type in `pg_type`.
struct PostgresType: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    static let unspecified = Self(rawValue: 0)
    static let bool = Self(rawValue: 16)
    static let bytea = Self(rawValue: 17)
    static let char = Self(rawValue: 18)
    static let name = Self(rawValue: 19)
    static let int8 = Self(rawValue: 20)
    static let int2 = Self(rawValue: 21)
    static let int4 = Self(rawValue: 23)
    static let text = Self(rawValue: 25)
    static let oid = Self(rawValue: 26)
    static let json = Self(rawValue: 114)
    static let float4 = Self(rawValue: 700)
    static let float8 = Self(rawValue: 701)
    static let unknown = Self(rawValue: 705)
    static let bpchar = Self(rawValue: 1042)
    static let varchar = Self(rawValue: 1043)
    static let timestamptz = Self(rawValue: 1184)
    static let uuid = Self(rawValue: 2950)
    static let jsonb = Self(rawValue: 3802)

    /// Known not to be an array.
    var isScalar: Bool {
        self.array != .unspecified || [.char, .name, .oid, .float4, .unknown, .bpchar, .varchar].contains(self)
    }

    /// The array type of an element type that can be sent.
    var array: Self {
        switch self {
        case .bool: Self(rawValue: 1000)
        case .bytea: Self(rawValue: 1001)
        case .int2: Self(rawValue: 1005)
        case .int4: Self(rawValue: 1007)
        case .text: Self(rawValue: 1009)
        case .int8: Self(rawValue: 1016)
        case .float8: Self(rawValue: 1022)
        case .json: Self(rawValue: 199)
        case .timestamptz: Self(rawValue: 1185)
        case .uuid: Self(rawValue: 2951)
        case .jsonb: Self(rawValue: 3807)
        default: .unspecified
        }
    }
}

extension PostgresType: CustomStringConvertible {
    var description: String {
        switch self {
        case .bool: "bool"
        case .bytea: "bytea"
        case .int2: "int2"
        case .int4: "int4"
        case .int8: "int8"
        case .float8: "float8"
        case .text: "text"
        case .uuid: "uuid"
        case .json: "json"
        case .jsonb: "jsonb"
        case .timestamptz: "timestamptz"
        default: "type \(self.rawValue)"
        }
    }
}

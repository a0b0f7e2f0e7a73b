import Values

/// The types that are values of their own; `type(x)` gives one. `dyn` is none: no value has it.
let typeNames: Set<String> = [
    "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type",
    "google.protobuf.Timestamp", "google.protobuf.Duration",
]

extension Value {
    var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .optional: "optional_type"
        }
    }

    /// For messages: short, and only scalars in full.
    var shown: String {
        switch self {
        case .string(let text): text.utf8.count <= 40 ? Value.string(text).json : "a long string"
        case .null, .bool, .int, .uint, .double: self.json
        case .timestamp(let timestamp): timestamp.description
        case .duration(let duration): duration.secondsText
        default: "a value of type \(self.typeName)"
        }
    }
}

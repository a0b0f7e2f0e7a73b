import Values

/// JSON text whose maps keep the order in which they were written: in a definition the order of states counts.
enum OrderedJSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    case value(Values.Value)
    case list([OrderedJSON])
    case map([(String, OrderedJSON)])

    init(stringLiteral text: String) { self = .value(.string(text)) }
    init(booleanLiteral value: Bool) { self = .value(.bool(value)) }
    init(dictionaryLiteral elements: (String, OrderedJSON)...) { self = .map(elements) }
    init(arrayLiteral elements: OrderedJSON...) { self = .list(elements) }

    static func string(_ text: String) -> OrderedJSON { .value(.string(text)) }

    var isEmpty: Bool {
        switch self {
        case .value: false
        case .list(let elements): elements.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }

    var json: String {
        switch self {
        case .value(let value): value.json
        case .list(let elements): "[" + elements.map(\.json).joined(separator: ", ") + "]"
        case .map(let entries):
            "{" + entries.map { Value.string($0.0).json + ": " + $0.1.json }.joined(separator: ", ") + "}"
        }
    }
}

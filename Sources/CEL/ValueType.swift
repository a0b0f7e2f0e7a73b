public import Values

/// The values that an expression can have, as far as is known before it is evaluated (google/cel-spec, "Gradual type
/// checking").
///
/// It is a set: every kind of value is in it or not. `dyn` is all of them, so that what is unknown, what may be null and
/// what is either of two need no rules of their own.
public struct ValueType: Sendable, Hashable {
    public struct Kinds: OptionSet, Sendable, Hashable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let null = Kinds(rawValue: 1)
        public static let bool = Kinds(rawValue: 2)
        public static let int = Kinds(rawValue: 4)
        public static let uint = Kinds(rawValue: 8)
        public static let double = Kinds(rawValue: 16)
        public static let string = Kinds(rawValue: 32)
        public static let bytes = Kinds(rawValue: 64)
        public static let timestamp = Kinds(rawValue: 128)
        public static let duration = Kinds(rawValue: 256)
        public static let type = Kinds(rawValue: 512)
        public static let list = Kinds(rawValue: 1024)
        public static let map = Kinds(rawValue: 2048)
        public static let optional = Kinds(rawValue: 4096)
        public static let all = Kinds(rawValue: 8191)
        static let numbers: Kinds = [.int, .uint, .double]
        static let keys: Kinds = [.bool, .int, .uint, .string]
    }

    public let kinds: Kinds
    /// nil: nothing more is known.
    let parts: Parts?

    /// Any value of these kinds.
    public init(_ kinds: Kinds) {
        self.kinds = kinds
        self.parts = nil
    }

    init(_ kinds: Kinds, parts: Parts?) {
        self.kinds = kinds
        guard let parts, parts.saysSomething, parts.depth <= Self.depthLimit, parts.size <= Self.sizeLimit else {
            self.parts = nil
            return
        }
        self.parts = parts
    }

    /// Deeper types are known by their kind alone, and so are larger ones.
    static let depthLimit = 32
    static let sizeLimit = 20_000

    /// About the number of types within.
    public var size: Int { self.parts?.size ?? 1 }

    public static func == (left: ValueType, right: ValueType) -> Bool {
        left.kinds == right.kinds && (left.parts === right.parts || left.parts == right.parts)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(self.kinds) }
}

extension ValueType {
    /// What lists, maps, optionals and strings hold.
    final class Parts: Sendable, Equatable {
        /// The only strings that there are.
        let strings: Strings?
        /// Of lists; nil: dyn.
        let element: ValueType?
        /// Of maps; nil: dyn.
        let members: Members?
        /// Of optionals; nil: dyn.
        let content: ValueType?
        let size: Int
        let depth: Int
        /// As JSON they are what they are.
        let isJSON: Bool

        init(strings: Strings? = nil, element: ValueType? = nil, members: Members? = nil, content: ValueType? = nil) {
            self.strings = strings
            self.element = element
            self.members = members
            self.content = content
            var inner = members.map { Array($0.fields.values) } ?? []
            for type in [element, members?.rest, content] { if let type { inner.append(type) } }
            self.size = inner.reduce(1 + (strings?.values.count ?? 0)) { $0 + $1.size }
            self.depth = 1 + (inner.map { $0.parts?.depth ?? 0 }.max() ?? 0)
            self.isJSON = content == nil && members?.keys.isSubset(of: .string) ?? true && inner.allSatisfy(\.isJSON)
        }

        var saysSomething: Bool {
            self.strings != nil || self.element != nil || self.members != nil || self.content != nil
        }

        static func == (left: Parts, right: Parts) -> Bool {
            left === right
                || left.size == right.size && left.strings == right.strings && left.element == right.element
                    && left.members == right.members && left.content == right.content
        }
    }

    struct Strings: Sendable, Hashable {
        var values: Set<String>
        /// Some declaration says so, as an enumeration does; otherwise they come from literals.
        var isDeclared: Bool

        static let limit = 200
    }

    struct Members: Sendable, Hashable {
        var keys: Kinds
        /// Of string keys that are known.
        var fields: [String: ValueType]
        /// Of all other keys; nil: there are none.
        var rest: ValueType?
        /// Some declaration says so: asking for what is not there is a mistake, even where it does not fail.
        var isDeclared: Bool
        /// There may be others than the fields, but none that anybody should ask for.
        var isListed = false

        /// Of all keys together.
        var values: ValueType { self.fields.values.reduce(self.rest ?? .never) { $0.joined(with: $1) } }
    }

    var element: ValueType { self.kinds.contains(.list) ? self.parts?.element ?? .dyn : .never }
    var content: ValueType { self.kinds.contains(.optional) ? self.parts?.content ?? .dyn : .never }
    var members: Members? { self.kinds.contains(.map) ? self.parts?.members : nil }
    var strings: Strings? { self.kinds.contains(.string) ? self.parts?.strings : nil }
}

// MARK: Making

extension ValueType {
    public static let dyn = ValueType(.all)
    /// No value at all: an element of the empty list.
    public static let never = ValueType([])
    public static let null = ValueType(.null)
    public static let bool = ValueType(.bool)
    public static let int = ValueType(.int)
    public static let uint = ValueType(.uint)
    public static let double = ValueType(.double)
    public static let string = ValueType(.string)
    public static let bytes = ValueType(.bytes)
    public static let timestamp = ValueType(.timestamp)
    public static let duration = ValueType(.duration)
    public static let type = ValueType(.type)
    public static let list = ValueType(.list)
    public static let map = ValueType(.map)
    public static let optional = ValueType(.optional)
    /// A number of JSON, which is an int or a double as it was written.
    public static let number = ValueType([.int, .double])

    public static func list(of element: ValueType) -> ValueType {
        ValueType(.list, parts: Parts(element: element.isDyn ? nil : element))
    }

    public static func optional(of content: ValueType) -> ValueType {
        ValueType(.optional, parts: Parts(content: content.isDyn ? nil : content))
    }

    public static func map(of value: ValueType, keys: Kinds = .string) -> ValueType {
        ValueType(.map, parts: Parts(members: Members(keys: keys, fields: [:], rest: value, isDeclared: false)))
    }

    /// A map with known members, declared somewhere. `rest`: what other members hold; nil: there are none.
    /// `isListed`: asking for one of those others is doubtful.
    public static func object(
        _ fields: [String: ValueType], rest: ValueType? = nil, isListed: Bool = false
    ) -> ValueType {
        let members = Members(keys: .string, fields: fields, rest: rest, isDeclared: true, isListed: isListed)
        return ValueType(.map, parts: Parts(members: members))
    }

    /// One of a few strings, declared somewhere.
    public static func strings(_ values: some Sequence<String>) -> ValueType {
        Self.string(values, isDeclared: true)
    }

    static func string(_ values: some Sequence<String>, isDeclared: Bool) -> ValueType {
        let strings = Strings(values: Set(values), isDeclared: isDeclared)
        return ValueType(.string, parts: strings.values.count > Strings.limit ? nil : Parts(strings: strings))
    }

    /// Nothing is known of it.
    public var isDyn: Bool { self.kinds == .all && self.parts == nil }

    /// Without some kinds.
    public func without(_ kinds: Kinds) -> ValueType { ValueType(self.kinds.subtracting(kinds), parts: self.parts) }

    /// With those of its values alone that are of these kinds.
    public func only(_ kinds: Kinds) -> ValueType { ValueType(self.kinds.intersection(kinds), parts: self.parts) }
}

// MARK: Names

extension ValueType: CustomStringConvertible {
    private static let names: [(Kinds, String)] = [
        (.bool, "bool"), (.int, "int"), (.uint, "uint"), (.double, "double"), (.string, "string"), (.bytes, "bytes"),
        (.timestamp, "timestamp"), (.duration, "duration"), (.type, "type"), (.list, "list"), (.map, "map"),
        (.optional, "optional"), (.null, "null"),
    ]

    /// `int`, `list(string)`, `string or null`.
    public var description: String { self.message.english }

    fileprivate var message: Message { self.described(3) }

    private func described(_ depth: Int) -> Message {
        if self.kinds == .all { return Message(verbatim: "dyn") }
        let names = Self.names.filter { self.kinds.contains($0.0) }.map { kind, name -> Message in
            let inner = kind == .list ? self.parts?.element : kind == .optional ? self.parts?.content : nil
            guard let inner, depth > 0, !inner.kinds.isEmpty else { return Message(verbatim: name) }
            return "\(name)(\(inner.described(depth - 1)))"
        }
        guard let first = names.first else { return "nothing" }
        return names.dropFirst().reduce(first) { "\($0) or \($1)" }
    }
}

extension Message.StringInterpolation {
    public mutating func appendInterpolation(_ type: ValueType) { self.appendInterpolation(type.message) }
}

/// Which statements a session has prepared, by their text and the types of their parameters.
struct PreparedStatements {
    enum Use: Equatable {
        case unprepared
        /// To be prepared first; the next `use` of the same statement is then `.execute`.
        case prepare(name: String, types: [PostgresType])
        case execute(name: String)
    }

    private struct Variant {
        let types: [PostgresType]
        let name: String

        /// An untyped null fits everything; what was prepared without a type fits nothing else, as the server chose.
        func accepts(_ parameters: [Parameter]) -> Bool {
            self.types.count == parameters.count
                && zip(self.types, parameters).allSatisfy { $1.type == .unspecified || $1.type == $0 }
        }
    }

    /// Beyond it, statements are no longer prepared: only texts built from values lead there.
    static let limit = 1000

    let isEnabled: Bool
    private var variants: [String: [Variant]] = [:]
    private var count = 0
    private var lastNumber = 0

    init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    mutating func use(_ statement: Statement) -> Use {
        guard self.isEnabled, statement.isPrepared else { return .unprepared }
        if let variant = self.variants[statement.text]?.first(where: { $0.accepts(statement.parameters) }) {
            return .execute(name: variant.name)
        }
        guard self.count < Self.limit else { return .unprepared }
        self.count += 1
        self.lastNumber += 1
        let variant = Variant(types: statement.parameters.map(\.type), name: "s\(self.lastNumber)")
        self.variants[statement.text, default: []].append(variant)
        return .prepare(name: variant.name, types: variant.types)
    }

    /// It could not be prepared.
    mutating func forget(name: String) {
        for (text, variants) in self.variants where variants.contains(where: { $0.name == name }) {
            self.variants[text]?.removeAll { $0.name == name }
            self.count -= 1
        }
    }

    mutating func forgetAll() {
        self.variants = [:]
        self.count = 0
    }
}

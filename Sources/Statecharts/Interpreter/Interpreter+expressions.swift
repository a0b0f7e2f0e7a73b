import CEL
import Values

// How expressions are evaluated, and what they give becomes data.
extension Interpreter {
    /// The value as CEL has it, not yet JSON.
    func raw(_ expression: Expression) throws(Interruption) -> Value {
        self.activation.open(self.snapshot, self.active)
        defer { self.activation.close() }
        do {
            return try expression.program.evaluate(sharing: self.activation)
        } catch {
            let isBudget = error.code == .budget
            let fault = Fault(
                code: isBudget ? .limit : .execution, message: error.message, expression: expression.source,
                position: expression.position(ofUTF8: error.offset),
                operands: isBudget ? [] : self.operands(of: expression))
            throw isBudget ? .fatal(fault) : .error(fault)
        }
    }

    func condition(_ expression: Expression) throws(Interruption) -> Bool {
        let value = try self.raw(expression)
        guard case .bool(let result) = value else {
            throw .error(
                Fault(
                    code: .execution, message: "a condition is true or false, not \(value.description(limit: 60))",
                    expression: expression.source, position: expression.position))
        }
        return result
    }

    /// What enters context, data, input or output becomes JSON at that moment.
    func evaluate(_ template: Template) throws(Interruption) -> Value {
        switch template {
        case .constant(let value):
            return value
        case .expression(let expression):
            let value = try self.raw(expression)
            do {
                return try value.asJSON()
            } catch {
                throw .error(
                    Fault(
                        code: .execution, message: error.message, expression: expression.source,
                        position: expression.position))
            }
        case .list(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try self.evaluate(element)) }
            return .list(values)
        case .map(let members):
            var map = ValueMap()
            for (key, value) in members { map[key] = try self.evaluate(value) }
            return .map(map)
        }
    }

    func text(_ text: LocalizedText?) throws(Interruption) -> [String: String] {
        guard let text else { return [:] }
        var result: [String: String] = [:]
        for (language, parts) in text.variants { result[language] = try self.join(parts) }
        return result
    }

    /// The text without languages, else in English, else in the first language.
    func plainText(_ text: LocalizedText) throws(Interruption) -> String {
        let variant =
            text.variants.first { $0.language.isEmpty } ?? text.variants.first { $0.language == "en" }
            ?? text.variants.first
        return try variant.map { (variant) throws(Interruption) in try self.join(variant.parts) } ?? ""
    }

    private func join(_ parts: [LocalizedText.Part]) throws(Interruption) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .literal(let text): result += text
            case .expression(let expression): result += try self.evaluate(.expression(expression)).inText
            }
        }
        return result
    }
}

extension Expression {
    /// Where an error stands in the file; exact for expressions on one line.
    func position(ofUTF8 offset: Int) -> Position {
        let before = self.source.utf8.prefix(offset)
        guard !before.contains(UInt8(ascii: "\n")) else { return self.position }
        return Position(line: self.position.line, column: self.position.column + String(Substring(before)).count)
    }
}

extension Value {
    static func optionalString(_ text: String?) -> Value { text.map { .string($0) } ?? .null }

    /// As it stands in a sentence.
    var inText: String {
        switch self {
        case .string(let text): text
        case .null: ""
        default: self.json
        }
    }

    func description(limit: Int) -> String {
        let text = ((try? self.asJSON()) ?? .null).json
        return text.count > limit ? "\(text.prefix(limit))…" : text
    }
}

extension Actor {
    /// `event.by`.
    var value: Value {
        [
            "user": .optionalString(self.user), "roles": .list(self.roles.map { .string($0) }),
            "onBehalfOf": .optionalString(self.onBehalfOf), "worker": .optionalString(self.worker),
            "instance": .optionalString(self.instance),
        ]
    }
}

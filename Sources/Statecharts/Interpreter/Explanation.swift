public import JSONSchema
import Values

// Why a step was refused or failed, in sentences.

extension Outcome {
    /// Why an event did not do what it should, with every mistake in its data; nil when it did, or was ignored.
    public var sentence: Phrase? {
        switch self {
        case .taken, .ignored: nil
        case .refused(let refusal):
            if case .invalidData(let errors) = refusal.code { refusal.phrase.adding(errors) } else { refusal.phrase }
        case .failed(let fault):
            Phrase("\(fault.code.rawValue): \(fault.phrase.en)", "\(fault.code.rawValue)：\(fault.phrase.zh)")
                .adding(fault.fields)
        }
    }
}

extension Phrase {
    /// The first mistake is in the phrase already.
    fileprivate func adding(_ errors: [Refusal.FieldError]) -> Phrase {
        errors.dropFirst().map(\.phrase).reduce(self) { Phrase("\($0.en); \($1.en)", "\($0.zh)；\($1.zh)") }
    }
}

extension Refusal.FieldError {
    var phrase: Phrase { Phrase("\(self.pointer) \(self.en)", "\(self.pointer) \(self.zh)") }
}

extension [Refusal.Operand] {
    /// `context.k = 1, context.n = 0`
    var sentence: String {
        self.map { "\($0.expression) = \($0.value.description(limit: 40))" }.joined(separator: ", ")
    }
}

extension Refusal {
    /// ``detail``, in both languages where it is.
    public var phrase: Phrase { Phrase(self.detail, self.zh ?? self.detail) }

    /// Only these people may do it; they are named as the definition names them, not as its expressions find them.
    init(_ people: People, _ act: Phrase) {
        let who = people.phrase
        self.init(
            code: .forbidden, detail: who.map { "only \($0.en) may \(act.en)" } ?? "nobody may \(act.en)",
            zh: who.map { "只有\($0.zh)可以\(act.zh)" } ?? "任何人都不可以\(act.zh)", candidates: [])
    }

    init(sending event: String, isFor people: People) { self.init(people, Phrase("send '\(event)'", "发送“\(event)”")) }
}

extension Fault {
    /// `context.k = 1, context.n = 0`: what the expression looked at; nil: nothing.
    public var values: String? { self.operands.isEmpty ? nil : self.operands.sentence }

    /// Message, expression, values and position; of a context that breaks its schema, the first place.
    public func detail(in language: String) -> String { self.phrase.text(in: language) }

    fileprivate var phrase: Phrase {
        var (en, zh) = (self.message, self.message)
        if let field = self.fields.first { zh = "\(field.pointer.dropFirst())：\(field.zh)" }
        if let expression = self.expression {
            en += " in \(expression)"
            zh += "，表达式 \(expression)"
        }
        let values = self.values
        let places = self.position.map { ("line \($0.line), column \($0.column)", "第 \($0.line) 行，第 \($0.column) 列") }
        guard values != nil || places != nil else { return Phrase(en, zh) }
        en += " (\([values, places?.0].compactMap(\.self).joined(separator: "; ")))"
        zh += "（\([values, places?.1].compactMap(\.self).joined(separator: "；"))）"
        return Phrase(en, zh)
    }
}

extension People {
    /// `roles pm, lead or the starter`; nil: nobody.
    var phrase: Phrase? {
        var parts: [Phrase] = []
        if !self.roles.isEmpty {
            let noun = self.roles.count == 1 ? "role" : "roles"
            parts.append(
                Phrase(
                    "\(noun) \(self.roles.joined(separator: ", "))", "角色 \(self.roles.joined(separator: "、")) "))
        }
        if let users = self.users { parts.append(users.peoplePhrase) }
        if self.starter { parts.append(Phrase("the starter", "发起人")) }
        if self.assignee { parts.append(Phrase("the assignee", "办理人")) }
        return parts.anyOf
    }
}

extension Template {
    /// Users by name where the definition has the names, else by the expression that gives them.
    fileprivate var peoplePhrase: Phrase {
        switch self {
        case .constant(let value):
            let names = value.list?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
            let noun = names.count == 1 ? "user" : "users"
            return Phrase("\(noun) \(names.joined(separator: ", "))", "用户 \(names.joined(separator: "、")) ")
        case .expression(let expression):
            return Phrase("the users in \(expression.source)", " \(expression.source) 中的用户")
        case .list(let elements):
            return elements.map(\.peoplePhrase).anyOf ?? Phrase("the users in []", " [] 中的用户")
        case .map:
            return Phrase("the users in {}", " {} 中的用户")
        }
    }
}

extension [Phrase] {
    /// `a or b`
    fileprivate var anyOf: Phrase? {
        guard let first = self.first else { return nil }
        return self.dropFirst().reduce(first) { Phrase("\($0.en) or \($1.en)", "\($0.zh)或\($1.zh)") }
    }
}

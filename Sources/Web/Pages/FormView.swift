import JSONSchema
import Statecharts
import Values

/// A form made from a JSON Schema: what a person fills in for an event, a task or a new instance.
struct FormView: Sendable {
    var fields: [FieldView] = []
    /// Optional ones of a long form.
    var more: [FieldView] = []
    var hasMore = false
    var isMoreOpen = false
    /// Nothing to fill in.
    var isBlank: Bool { self.fields.isEmpty && self.more.isEmpty }
    /// Where messages stand beside a field.
    private(set) var pointers: [String] = []

    private static let longForm = 8

    /// `form` is what was entered before; else fields begin with `values`. `prefix` makes ids unique on a page.
    init(
        _ schema: Value?, values: Value, form: Form?, errors: [Refusal.FieldError], prefix: String, for viewer: Viewer
    ) {
        guard let schema, let compiled = try? Schema(schema) else { return }
        let entered = form.map { Dictionary(grouping: $0.fields, by: \.name).mapValues { $0.map(\.value) } }
        let context = FieldContext(
            entered: entered, errors: errors, prefix: prefix, language: viewer.language, choose: viewer.phrase(.choose))
        let all = compiled.fields.filter { !$0.isReadOnly }.map {
            (field: $0, view: FieldView($0, name: $0.name, pointer: "/\($0.name)", value: values[$0.name], context))
        }
        self.pointers = all.flatMap(\.view.pointers)
        guard all.count > Self.longForm, all.contains(where: \.field.isRequired) else {
            self.fields = all.map(\.view)
            return
        }
        self.fields = all.filter(\.field.isRequired).map(\.view)
        self.more = all.filter { !$0.field.isRequired }.map(\.view)
        self.hasMore = !self.more.isEmpty
        self.isMoreOpen = self.more.contains { $0.error != nil }
    }

    /// What a form sent, by its schema; a problem with the fields that do not fit. `isPartial`: what is required may be
    /// missing.
    static func data(of form: Form, schema: Value?, isPartial: Bool = false) throws -> Value {
        guard let schema, let compiled = try? Schema(schema) else { return .map(ValueMap()) }
        let lists = Set(Self.listNames(compiled.fields, prefix: ""))
        var entered: [String: [String]] = [:]
        for (name, value) in form.fields {
            // Several check boxes are one list; the hidden `false` of one comes before its `true`.
            if lists.contains(name) { entered[name, default: []].append(value) } else { entered[name] = [value] }
        }
        let texts = entered.mapValues { $0.drop(while: \.isEmpty).joined(separator: "\n") }
        let (value, found) = compiled.coerce(texts)
        let violations = found.filter { !isPartial || $0.keyword != "required" }
        guard violations.isEmpty else {
            throw Problem.invalid(
                "",
                violations.map { violation in
                    guard violation.keyword == "required" else {
                        return Refusal.FieldError(pointer: violation.pointer, en: violation.en, zh: violation.zh)
                    }
                    return Refusal.FieldError(
                        pointer: violation.pointer, en: Phrase.missing.text(in: .en), zh: Phrase.missing.text(in: .zh))
                })
        }
        return value
    }

    private static func listNames(_ fields: [Field], prefix: String) -> [String] {
        fields.flatMap { field in
            (field.kind == .array ? [prefix + field.name] : [])
                + Self.listNames(field.fields, prefix: prefix + field.name + ".")
        }
    }
}

/// What all fields of a form share.
struct FieldContext: Sendable {
    var entered: [String: [String]]?
    var errors: [Refusal.FieldError]
    var prefix: String
    var language: Language
    var choose: String

    /// The first error at the pointer or below it.
    func error(at pointer: String) -> String? {
        self.errors.first { $0.pointer == pointer || $0.pointer.hasPrefix(pointer + "/") }?.message(in: self.language)
    }
}

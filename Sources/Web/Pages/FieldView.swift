import JSONSchema
import Values

/// One field of a form, as its template needs it.
struct FieldView: Sendable {
    struct Choice: Sendable {
        var choiceValue: String
        var choiceTitle: String
        var isChosen: Bool
    }

    enum Control: Sendable { case line, area, check, choice, checks, group }

    var id: String
    var name: String
    var label: String
    var unit: String?
    var hint: String?
    var isRequired: Bool
    var error: String?
    var value: String
    var type = "text"
    var min: String?
    var max: String?
    var step: String?
    var maxLength: Int?
    var choices: [Choice] = []
    var fields: [FieldView] = []
    var isLine: Bool
    var isArea: Bool
    var isCheck: Bool
    var isChoice: Bool
    var isChecks: Bool
    var isGroup: Bool
    var isListOfLines = false
    var isJSON = false
    var isChecked: Bool
    /// Of this field and those in it.
    var pointers: [String]

    init(_ field: Field, name: String, pointer: String, value: Value?, _ context: FieldContext) {
        let control = Self.control(field)
        let values = context.entered.map { $0[name] ?? [] }
        let shown = values?.last ?? Self.text(value ?? field.default, field)
        self.id = "\(context.prefix)-\(name)".replacing(".", with: "-")
        self.name = "f.\(name)"
        self.label = field.label(context.language.rawValue)
        self.unit = field.hints["x-unit"]?.shownText(in: context.language)
        self.hint = field.description?[context.language.rawValue]
        self.isRequired = field.isRequired
        self.error = control == .group ? nil : context.error(at: pointer)
        self.value = shown
        self.isLine = control == .line
        self.isArea = control == .area
        self.isCheck = control == .check
        self.isChoice = control == .choice
        self.isChecks = control == .checks
        self.isGroup = control == .group
        self.isChecked = shown == "true"
        self.pointers = [pointer]
        switch control {
        case .line: self.describeLine(field)
        case .area:
            self.isListOfLines = field.kind == .array && !(field.items.first.map(Self.isDeep) ?? true)
            self.isJSON = !self.isListOfLines && field.kind != .string
            self.maxLength = field.maxLength
        case .check: break
        case .choice:
            self.choices = Self.choices(field, context) { $0.text == shown }
            self.choices.insert(Choice(choiceValue: "", choiceTitle: context.choose, isChosen: false), at: 0)
        case .checks:
            let chosen = values ?? (value?.list ?? []).map { Self.text($0, field) }
            self.choices = Self.choices(field.items[0], context) { chosen.contains($0.text) }
        case .group:
            self.fields = field.fields.filter { !$0.isReadOnly }.map {
                FieldView(
                    $0, name: "\(name).\($0.name)", pointer: "\(pointer)/\($0.name)", value: value?[$0.name], context)
            }
            self.pointers += self.fields.flatMap(\.pointers)
        }
    }

    private mutating func describeLine(_ field: Field) {
        switch field.kind {
        case .integer, .number:
            self.type = "number"
            self.min = field.minimum.map { Self.text($0, field) }
            self.max = field.maximum.map { Self.text($0, field) }
            self.step = field.kind == .integer ? "1" : "any"
        default:
            let types = ["date": "date", "email": "email", "uri": "url", "time": "time"]
            self.type = field.format.flatMap { types[$0] } ?? "text"
            self.maxLength = field.maxLength
        }
    }

    private static func control(_ field: Field) -> Control {
        if field.kind == .boolean && field.options.isEmpty { return .check }
        if !field.options.isEmpty { return .choice }
        switch field.kind {
        case .object: return field.fields.isEmpty ? .area : .group
        case .array: return field.items.first?.options.isEmpty == false ? .checks : .area
        case .string: return field.isMultiline ? .area : .line
        case .integer, .number, .boolean, .any: return .line
        }
    }

    private static func isDeep(_ field: Field) -> Bool { field.kind == .object || field.kind == .array }

    private static func choices(
        _ field: Field, _ context: FieldContext, isChosen: (Field.Option) -> Bool
    ) -> [Choice] {
        field.options.map {
            Choice(
                choiceValue: $0.text, choiceTitle: $0.title?[context.language.rawValue] ?? $0.text,
                isChosen: isChosen($0))
        }
    }

    /// As the field's control writes it.
    private static func text(_ value: Value?, _ field: Field) -> String {
        switch value {
        case nil, .null: return ""
        case .string(let text): return text
        case .int(let number): return String(number)
        case .double(let number):
            let text = Value.double(number).json
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        case .bool(let flag): return flag ? "true" : "false"
        case .list(let items) where field.kind == .array && !(field.items.first.map(Self.isDeep) ?? true):
            return items.map { Self.text($0, field) }.joined(separator: "\n")
        case .some(let other): return other.json
        }
    }
}

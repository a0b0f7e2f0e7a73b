import Values

/// A message in English and Chinese.
public struct Phrase: Sendable, Hashable {
    public var en: String
    public var zh: String

    public init(_ en: String, _ zh: String) {
        self.en = en
        self.zh = zh
    }

    /// What both languages write alike.
    public init(both text: String) { self.init(text, text) }

    /// `zh`, else English.
    public func text(in language: String) -> String { language == "zh" ? self.zh : self.en }

    /// "expected …, found …".
    public static func expected(_ expected: Phrase, found: Phrase) -> Phrase {
        Phrase("expected \(expected.en), found \(found.en)", "应为\(expected.zh)，实为\(found.zh)")
    }

    /// A value as a person sees it: short.
    init(describing value: Value) {
        switch value {
        case .null: self.init("null", "空值")
        case .bool(let value): self.init(value ? "true" : "false", value ? "true(是)" : "false(否)")
        case .int(let value): self.init(both: String(value))
        case .uint(let value): self.init(both: String(value))
        case .double(let value):
            // 5.0 is 5 to a schema.
            let text = value.description
            self.init(both: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        case .string(let text) where text.isEmpty: self.init("an empty text", "空文本")
        case .string(let text): self.init("\"\(Self.shorten(text))\"", "“\(Self.shorten(text))”")
        case .list(let list): self.init("a list of \(list.count)", "\(list.count) 项的列表")
        case .map(let map): self.init("an object of \(map.count)", "有 \(map.count) 个成员的对象")
        case .bytes, .timestamp, .duration, .type, .optional: self.init("a value that is not JSON", "非 JSON 的值")
        }
    }

    /// Of lists and objects that are shown, at most.
    static let shownWeight = 100

    /// The same, but of small lists and objects what is in them, so that two of a size can be told apart.
    init(showing value: Value) {
        switch value {
        case .list where value.rest(of: Self.shownWeight) >= 0, .map where value.rest(of: Self.shownWeight) >= 0:
            self.init(both: Self.shorten(value.json))
        default: self.init(describing: value)
        }
    }

    static let tooLarge = Phrase("the value is too large to check against this schema", "数据过大，无法按此模式校验")

    static func types(_ types: TypeSet) -> Phrase {
        let words: [(TypeSet, Phrase)] = [
            (.string, Phrase("a text", "文本")), (.integer, Phrase("an integer", "整数")),
            (.number, Phrase("a number", "数字")),
            (.boolean, Phrase("true or false", "true 或 false")), (.object, Phrase("an object", "对象")),
            (.array, Phrase("a list", "列表")), (.null, Phrase("null", "空值")),
        ]
        let named = words.filter { types.contains($0.0) }.map(\.1)
        return Phrase(named.map(\.en).joined(separator: " or "), named.map(\.zh).joined(separator: "或"))
    }

    /// `a, b, c`, cut after ten.
    static func choice(_ values: [Value]) -> Phrase {
        let shown = values.prefix(10).map { Phrase(showing: $0) }
        let dots = values.count > 10 ? ", …" : ""
        return Phrase(
            (values.count > 1 ? "one of " : "") + shown.map(\.en).joined(separator: ", ") + dots,
            shown.map(\.zh).joined(separator: "、") + (dots.isEmpty ? "" : "…") + (values.count > 1 ? "之一" : ""))
    }

    /// The first 40 characters.
    static func shorten(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(41)
        return start.count <= 40 ? text : String(start.prefix(40)) + "…"
    }
}

extension Format {
    var phrase: Phrase {
        switch self {
        case .date: Phrase("a date such as 2026-02-13", "日期，如 2026-02-13")
        case .dateTime: Phrase("a date and time such as 2026-02-13T09:00:00+08:00", "日期时间，如 2026-02-13T09:00:00+08:00")
        case .time: Phrase("a time with offset such as 09:00:00+08:00", "带时区的时间，如 09:00:00+08:00")
        case .duration: Phrase("an ISO 8601 duration such as P1Y6M or PT30M", "ISO 8601 时长，如 P1Y6M 或 PT30M")
        case .email: Phrase("an e-mail address", "电子邮件地址")
        case .uri: Phrase("an absolute URI such as https://example.org", "完整网址，如 https://example.org")
        case .uuid: Phrase("a UUID", "UUID")
        case .instance: Phrase("the id of an instance (a UUID)", "实例编号（UUID）")
        case .document: Phrase("the id of a document (64 hexadecimal digits)", "文档编号（64 位十六进制）")
        }
    }
}

import Engine
import HTTPTypes
import Hummingbird
import JSONSchema
import NIOCore
import Statecharts
import Values

extension Value {
    /// A JSON object without the members that are nil.
    static func object(_ members: [(String, Value?)]) -> Value {
        .map(ValueMap(members.compactMap { member in member.1.map { (.string(member.0), $0) } }))
    }

    static func strings(_ texts: [String]) -> Value { .list(texts.map(Value.string)) }

    /// A text by language tags; "" is the text without languages.
    static func texts(_ variants: [String: String]) -> Value {
        .map(ValueMap(variants.map { (.string($0.key), .string($0.value)) }))
    }

    static func orNull(_ text: String?) -> Value { text.map(Value.string) ?? .null }
    static func orNull(_ time: Timestamp?) -> Value { time.map { .string($0.rfc3339) } ?? .null }
}

extension Timestamp {
    var rfc3339: String { self.description }
}

extension Actor {
    /// Only what is known of them.
    var json: Value {
        Value.object([
            ("user", self.user.map(Value.string)),
            ("roles", self.roles.isEmpty ? nil : .strings(self.roles)),
            ("onBehalfOf", self.onBehalfOf.map(Value.string)),
            ("worker", self.worker.map(Value.string)),
            ("instance", self.instance.map(Value.string)),
        ])
    }
}

extension Diagnostic {
    func json(in language: Language) -> Value {
        let message = self.message(in: language.rawValue)
        return Value.object([
            ("severity", .string(self.severity.rawValue)),
            ("code", .string(self.code)),
            ("message", .string(message ?? self.message.english)),
            ("summary", message == nil ? self.summary(in: language.rawValue).map(Value.string) : nil),
            ("hint", .orNull(self.hint(in: language.rawValue))),
            ("file", .string(self.file)),
            ("line", .int(Int64(self.position.line))),
            ("column", .int(Int64(self.position.column))),
            ("path", .string(self.path)),
        ])
    }
}

extension Refusal.FieldError {
    func message(in language: Language) -> String {
        switch language {
        case .en: self.en
        case .zh: self.zh
        }
    }

    func json(in language: Language) -> Value {
        Value.object([
            ("pointer", .string(self.pointer)), ("message", .string(self.message(in: language))),
        ])
    }
}

extension Refusal.Candidate {
    var json: Value {
        Value.object([
            ("state", .string(self.state)),
            ("guard", .string(self.guardSource)),
            (
                "operands",
                .list(
                    self.operands.map {
                        Value.object([("expression", .string($0.expression)), ("value", $0.value)])
                    })
            ),
            ("error", self.error.map(Value.string)),
        ])
    }
}

extension Refusal {
    func json(in language: Language) -> Value {
        let code =
            switch self.code {
            case .noTransition: "noTransition"
            case .unknownEvent: "unknownEvent"
            case .forbidden: "forbidden"
            case .invalidData: "invalidData"
            case .gone: "gone"
            case .notYours: "notYours"
            case .notNow: "notNow"
            case .notActive: "notActive"
            case .parked: "parked"
            }
        return Value.object([
            ("code", .string(code)),
            ("detail", .string(self.phrase.text(in: language.rawValue))),
            ("candidates", self.candidates.isEmpty ? nil : .list(self.candidates.map(\.json))),
        ])
    }
}

extension Response {
    static func json(
        _ value: Value, status: HTTPResponse.Status = .ok, headers: HTTPFields = HTTPFields()
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.jsonBytes)))
    }

    static func items(_ values: [Value]) -> Response { .json(Value.object([("items", .list(values))])) }

    static func noContent() -> Response { Response(status: .noContent) }

    /// `{items, next?}`; the page after it is a link (RFC 8288) as well.
    static func page<Row>(_ page: Page<Row>, of call: Call, _ json: (Row) -> Value) -> Response {
        var headers = HTTPFields()
        if let cursor = page.next {
            headers[.link] = "<\(call.addressOfNextPage(cursor: cursor))>; rel=\"next\""
        }
        let body = Value.object([
            ("items", .list(page.rows.map(json))), ("next", page.next.map(Value.string)),
        ])
        return .json(body, headers: headers)
    }
}

extension Call {
    /// The same list from `cursor` on.
    func addressOfNextPage(cursor: String) -> String {
        let kept = self.query.pairs.filter { $0.name != "cursor" } + [("cursor", cursor)]
        let query = kept.map { "\(Form.encode($0.name))=\(Form.encode($0.value))" }.joined(separator: "&")
        return "\(self.request.uri.path)?\(query)"
    }

    /// `limit` of a list.
    func limit(_ standard: Int = 50, max: Int = 200) throws -> Int {
        guard let text = self.query.filled("limit") else { return standard }
        guard let limit = Int(text), (1...max).contains(limit) else {
            throw Problem.invalid("limit is a number from 1 to \(max).")
        }
        return limit
    }
}

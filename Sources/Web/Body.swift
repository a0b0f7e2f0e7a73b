import HTTPTypes
import Hummingbird
import NIOCore
import Statecharts
import Values

extension Request {
    /// `application/json` of `application/json; charset=utf-8`; nil without the header.
    var mediaType: String? {
        self.headers[.contentType]?.split(separator: ";").first.map { $0.trimmingWhitespace().lowercased() }
    }

    /// A body of this size is read to its end even if it is refused.
    private static let discardedBytes = 64 << 20

    /// Reads the body, and stops reading where it becomes too large.
    func bytes(upTo limit: Int) async throws -> ByteBuffer {
        if let length = self.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            // Who is still sending when the connection is closed does not get to read why.
            if length <= Self.discardedBytes { for try await _ in self.body {} }
            throw Problem.tooLarge(limit: limit)
        }
        do {
            return try await self.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge(limit: limit)
        }
    }

    /// A JSON object; an absent body and null are an empty one.
    func object(upTo limit: Int, keys: Set<String>) async throws -> JSONObject {
        let bytes = try await self.bytes(upTo: limit)
        if let type = self.mediaType {
            guard type == "application/json" || type.hasSuffix("+json") else {
                throw Problem.unsupportedMediaType("application/json")
            }
        } else if bytes.readableBytes > 0 {
            throw Problem.unsupportedMediaType("application/json")
        }
        guard bytes.readableBytes > 0 else { return try JSONObject(.map(ValueMap()), keys: keys) }
        let value = try Value(json: bytes.readableBytesView)
        return try JSONObject(value.isNull ? .map(ValueMap()) : value, keys: keys)
    }
}

/// The members of a request's body, read one by one; what does not fit is a 422 with its pointer.
struct JSONObject: Sendable {
    let members: ValueMap

    /// A member that is not among the keys is refused: a typing error shall not be lost.
    init(_ value: Value, keys: Set<String>) throws(Problem) {
        guard case .map(let members) = value else { throw Self.mistake("", "object", "对象") }
        for entry in members.entries {
            guard case .string(let key) = entry.key, keys.contains(key) else {
                let name = if case .string(let key) = entry.key { key } else { "" }
                throw Problem.invalid(
                    "There is no member “\(name)” here.",
                    [
                        Refusal.FieldError(
                            pointer: "/\(name)", en: "unknown; known are \(keys.sorted().joined(separator: ", "))",
                            zh: "未知；可用：\(keys.sorted().joined(separator: "、"))")
                    ])
            }
        }
        self.members = members
    }

    subscript(key: String) -> Value? {
        guard let value = self.members[key], value != .null else { return nil }
        return value
    }

    func string(_ key: String) throws(Problem) -> String {
        guard let text = try self.optionalString(key) else { throw Self.mistake("/\(key)", "string", "文本") }
        return text
    }

    func optionalString(_ key: String) throws(Problem) -> String? {
        guard let value = self[key] else { return nil }
        guard case .string(let text) = value else { throw Self.mistake("/\(key)", "string", "文本") }
        return text
    }

    func int(_ key: String) throws(Problem) -> Int {
        guard let number = try self.optionalInt(key) else { throw Self.mistake("/\(key)", "integer", "整数") }
        return number
    }

    func optionalInt(_ key: String) throws(Problem) -> Int? {
        guard let value = self[key] else { return nil }
        guard case .int(let number) = value else { throw Self.mistake("/\(key)", "integer", "整数") }
        return Int(number)
    }

    func optionalNumber(_ key: String) throws(Problem) -> Double? {
        switch self[key] {
        case nil: return nil
        case .int(let number): return Double(number)
        case .double(let number): return number
        default: throw Self.mistake("/\(key)", "number", "数字")
        }
    }

    func optionalBool(_ key: String) throws(Problem) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let flag) = value else { throw Self.mistake("/\(key)", "true or false", "是或否") }
        return flag
    }

    func optionalStrings(_ key: String) throws(Problem) -> [String]? {
        guard let value = self[key] else { return nil }
        guard let list = value.list else { throw Self.mistake("/\(key)", "list of strings", "文本列表") }
        let texts = list.compactMap(\.string)
        guard texts.count == list.count else { throw Self.mistake("/\(key)", "list of strings", "文本列表") }
        return texts
    }

    func list(_ key: String) throws(Problem) -> [Value] {
        guard let list = self[key]?.list else { throw Self.mistake("/\(key)", "list", "列表") }
        return list
    }

    static func mistake(_ pointer: String, _ en: String, _ zh: String) -> Problem {
        Problem.invalid(
            "The body does not fit.",
            [Refusal.FieldError(pointer: pointer, en: "expected: \(en)", zh: "应为\(zh)")])
    }
}

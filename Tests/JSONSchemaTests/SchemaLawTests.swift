import Testing
import Values

@testable import JSONSchema

@Suite struct SchemaLawTests {
    private static let schemas: [Value] = [
        ["type": "integer"], ["minimum": 2], ["maxLength": 1], ["enum": [1, "a", .null]],
        ["items": ["type": "integer"]],
        ["required": ["a"]], ["properties": ["a": ["type": "string"]]], ["uniqueItems": true], ["multipleOf": 0.5],
        true, false,
    ]
    private static let values: [Value] = [
        .null, true, 0, 1, 2, 2.5, -3, "a", "ab", [], [1], [1, 1], ["a"], [:], ["a": 1], ["a": "x"], ["b": .null],
    ]

    private func isValid(_ schema: Value, _ value: Value) throws -> Bool { try Schema(schema).validate(value).isEmpty }

    @Test(arguments: schemas, schemas)
    func `combinations obey logic`(a: Value, b: Value) throws {
        for value in Self.values {
            let (left, right) = (try self.isValid(a, value), try self.isValid(b, value))
            #expect(try self.isValid(["not": a], value) == !left)
            #expect(try self.isValid(["allOf": [a, b]], value) == (left && right))
            #expect(try self.isValid(["anyOf": [a, b]], value) == (left || right))
            #expect(try self.isValid(["oneOf": [a, b]], value) == (left != right))
            #expect(try self.isValid(["if": a, "then": b], value) == (!left || right))
            #expect(try self.isValid(["$defs": ["a": a], "$ref": "#/$defs/a"], value) == left)
            #expect(try self.isValid(["items": a], [value, value]) == left)
            #expect(try self.isValid(["contains": a], [value]) == left)
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func `any value is a schema or refused, and a schema judges any value`(seed: UInt64) {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let keywords = SchemaCompiler.known + ["a", "$dynamicRef"]
        func value(_ depth: Int) -> Value {
            switch random(depth > 0 ? 10 : 6) {
            case 0: return .bool(random(2) == 0)
            case 1: return .int(Int64(random(4) - 1))
            case 2: return .string(["#", "#/$defs/a", "string", "date", "[", "a", "integer"][random(7)])
            case 3: return .double(Double(random(9)) / 4)
            case 4: return .null
            case 5, 6: return .list((0..<random(3)).map { _ in value(depth - 1) })
            default:
                return .map(
                    ValueMap((0..<random(4)).map { _ in (.string(keywords[random(keywords.count)]), value(depth - 1)) })
                )
            }
        }

        var compiled = 0
        for _ in 0..<600 {
            guard let schema = try? Schema(value(4)) else { continue }
            compiled += 1
            for _ in 0..<5 { #expect(schema.validate(value(3)).count <= 100) }
            _ = schema.coerce(["a": "1", "type": "x", "enum.a": ""])
            _ = schema.property(at: ["a", "type", "0"])
        }
        #expect(compiled > 50)
    }

    @Test func `numbers are ordered alike in every representation`() {
        let ascending: [Value] = [
            -1e300, .double(-0x1p63), -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 9_007_199_254_740_993, .int(.max), .uint(1 << 63),
            .uint(.max), 1e300,
        ]
        for (i, a) in ascending.enumerated() {
            for (j, b) in ascending.enumerated() { #expect(a.isLess(than: b) == (i < j), "\(a) \(b)") }
        }
    }

    @Test func `equal values hash alike`() {
        let pairs: [(Value, Value)] = [
            (1, 1.0), (.uint(1), 1), (0, -0.0), ([1, ["a": 2]], [1.0, ["a": .uint(2)]]),
            (.uint(1 << 63), .double(0x1p63)),
        ]
        for (a, b) in pairs {
            #expect(ExactValue(a) == ExactValue(b))
            #expect(ExactValue(a).hashValue == ExactValue(b).hashValue)
        }
        #expect(ExactValue(false) != ExactValue(0))
        #expect(ExactValue("1") != ExactValue(1))
    }
}

import Testing
import Values

@Suite struct JSONTests {
    @Test(arguments: 0..<200)
    func `what is printed reads back as the same value`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let value = random.json()
        #expect(try Value(json: value.json) == value)
        #expect(try Value(json: value.prettyJSON) == value)
        #expect(try Value(json: value.jsonBytes).jsonBytes == value.jsonBytes)
        #expect(try value.asJSON() == value)
    }

    @Test(arguments: 0..<200)
    func `any value becomes JSON at most once`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let value = random.value()
        guard let json = try? value.asJSON() else { return }
        #expect(try json.asJSON() == json)
        #expect(try Value(json: json.json) == json)
    }

    @Test(arguments: 0..<300)
    func `no mutation of a text traps the parser`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var bytes = random.json().jsonBytes
        for _ in 0..<4 where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes = Array(bytes[..<index])
            }
        }
        guard let value = try? Value(json: bytes) else { return }
        #expect((try? Value(json: value.json)) == value)
    }

    @Test(arguments: [
        (
            " [1, -0, 2.0, 1e2, 9223372036854775807, -9223372036854775808] ",
            "[1,0,2.0,100.0,9223372036854775807,-9223372036854775808]"
        ),
        (#"{"b":1,"a":{"é":true}}"#, #"{"a":{"é":true},"b":1}"#),
        (#""\u0041\ud83d\ude00\/\b\f\n\r\t\u001f""#, #""A😀/\b\f\n\r\t\u001f""#),
        ("1e-7", "0.0000001"), ("1e21", "1000000000000000000000.0"), ("-0.0", "-0.0"),
        ("123456789012345678.5", "123456789012345680.0"),
        ("{}", "{}"), ("[]", "[]"), ("[null,false]", "[null,false]"),
    ])
    func `a text prints in one canonical form`(text: String, printed: String) throws {
        #expect(try Value(json: text).json == printed)
    }

    @Test(
        arguments: [
            ("", .syntax, 0), ("[1,]", .syntax, 3), ("{\"a\" 1}", .syntax, 5), ("01", .syntax, 1), ("1.", .syntax, 2),
            ("nul", .syntax, 0), ("[1] 2", .syntax, 4), ("\"a", .syntax, 2), ("\"\n\"", .syntax, 1),
            (#""\x""#, .syntax, 1),
            (#""\u12g4""#, .syntax, 1), ("'a'", .syntax, 0), ("+1", .syntax, 0), (".5", .syntax, 0),
            ("NaN", .syntax, 0),
            (#""\u0000""#, .unstorableString, 1), (#""\ud800""#, .unstorableString, 1),
            (#""\udc00""#, .unstorableString, 1),
            (#""\ud800\u0041""#, .unstorableString, 1), ("9223372036854775808", .numberRange, 0),
            ("[1e999]", .numberRange, 1),
            (#"{"a":1,"b":2,"a":3}"#, .duplicateKey, 0), (#"{"":1,"":2}"#, .duplicateKey, 0),
            (#"[{"a":1,"\u0061":3}]"#, .duplicateKey, 1),
            (String(repeating: "[", count: 100_000), .depth, 64),
            (String(repeating: "{\"a\":", count: 65), .depth, 320),
        ] as [(String, JSONError.Code, Int)])
    func `what is not acceptable JSON is refused with its place`(text: String, code: JSONError.Code, offset: Int) {
        let error = #expect(throws: JSONError.self) { try Value(json: text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xE2, 0x22],
    ])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try Value(json: bytes) }
    }

    @Test func `sixty-four levels are accepted`() throws {
        let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try Value(json: text).json == text)
        #expect(try Value(json: text).asJSON().json == text)
        #expect(throws: JSONError.self) { try Value.list([try Value(json: text)]).asJSON() }
    }

    @Test func `keys that differ in bytes alone are two keys`() throws {
        let map = try #require(try Value(json: "{\"\u{E9}\":1,\"e\u{301}\":2}").map)
        #expect(map.count == 2)
        #expect(map["\u{E9}"] == 1)
        #expect(Value.string("\u{E9}") != Value.string("e\u{301}"))
    }

    @Test func `values outside of JSON become JSON`() throws {
        let value = Value.list([
            .timestamp(Timestamp(seconds: 0, nanoseconds: 500_000_000)), .duration(.milliseconds(-1500)),
            .bytes([1, 2, 255]), .uint(7), .optional(OptionalValue(nil)), .optional(OptionalValue(.uint(1))),
            .double(-0.0),
            .map(ValueMap([(.int(2), .uint(1)), (.bool(true), 3), (.uint(10), 4)])),
        ])
        #expect(
            try value.asJSON().json
                == #"["1970-01-01T00:00:00.5Z","-1.5s","AQL/",7,null,1,0.0,{"10":4,"2":1,"true":3}]"#)
    }

    @Test(
        arguments: [
            (.double(.nan), .notJSON), (.double(.infinity), .notJSON), (.type("int"), .notJSON),
            (.uint(.max), .numberRange),
            (.string("a\u{0}"), .unstorableString), (["k": ["\u{0}"]], .unstorableString),
            (.map(ValueMap([(.int(1), 1), (.string("1"), 2)])), .duplicateKey),
        ] as [(Value, JSONError.Code)])
    func `what could not be stored does not become JSON`(value: Value, code: JSONError.Code) {
        let error = #expect(throws: JSONError.self) { try value.asJSON() }
        #expect(error?.code == code)
    }

    @Test func `people get indented JSON`() throws {
        let value: Value = ["a": [1, [:], []], "b": ["c": .null]]
        #expect(
            value.prettyJSON == """
                {
                  "a": [
                    1,
                    {},
                    []
                  ],
                  "b": {
                    "c": null
                  }
                }
                """)
    }

    @Test(arguments: 0..<100)
    func `a tagged value keeps its type`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let value = random.value()
        let text = TaggedValue(value).json.json
        #expect(TaggedValue(json: try Value(json: text))?.value == value)
    }
}

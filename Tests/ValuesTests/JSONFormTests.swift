import Testing
import Values

/// Reading and writing of known forms, apart from values.
@Suite struct JSONFormTests {
    /// What each member's name was taken for.
    private func names(in text: String) throws -> [String] {
        try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in
            var names: [String] = []
            try reader.beginObject()
            while let member = try reader.nextMember() {
                switch member {
                case "": names.append("none")
                case "id": names.append("id")
                case "eight888": names.append("eight")
                case "fifteen15fiftee": names.append("fifteen")
                case "sixteen16sixteen": names.append("sixteen")
                case "é": names.append("é")
                default: names.append("?")
                }
                try reader.skip()
            }
            return names
        }
    }

    @Test(arguments: [
        (#"{"":0,"id":0,"eight888":0,"fifteen15fiftee":0,"é":0}"#, ["none", "id", "eight", "fifteen", "é"]),
        (#"{"sixteen16sixteen":0,"id":0}"#, ["sixteen", "id"]), (#"{"id":0,"sixteen16sixteen":0}"#, ["id", "sixteen"]),
        (#"{"\u0069d":0,"i\u0064" : 0,"eight88\u0038":0}"#, ["id", "id", "eight"]),
        (#"{"i":0,"idd":0,"Id":0,"eight8888":0,"eight88":0}"#, ["?", "?", "?", "?", "?"]),
        (#"{"sixteen16sixteens":0,"seventeen17sevent":0,"\"id":0,"id\\":0}"#, ["?", "?", "?", "?"]),
        ("{\"e\u{301}\":0,\"\u{E9}\":0,\"idé\":0}", ["?", "é", "?"]),
    ])
    func `a member is known by the bytes of its name, however they are written`(text: String, expected: [String]) throws
    {
        #expect(try self.names(in: text) == expected)
    }

    @Test(arguments: ["{\"i\nd\":0}", #"{"id":0"#, #"{"id" 0}"#, #"{id:0}"#, #"{"id":0,}"#, #"{"i\d":0}"#, #"{"id"#])
    func `a name is read as strictly as any string`(text: String) {
        #expect(throws: JSONError.self) { try self.names(in: text) }
        #expect(throws: JSONError.self) { try Value(json: text) }
    }

    @Test func `a name that is not UTF-8 is refused`() {
        let bytes = Array("{\"i".utf8) + [0xFF] + Array("\":0}".utf8) + Array(repeating: 0x20, count: 20)
        #expect(throws: JSONError.self) {
            try JSONReader.read(bytes) { (reader) throws(JSONError) in
                try reader.beginObject()
                return try reader.nextMember()
            }
        }
    }

    @Test(arguments: 0..<100)
    func `texts of any length are written as one would expect`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let scalars: [Unicode.Scalar] = ["a", "b", "\"", "\\", "\n", "\u{1}", "\u{1F}", "é", "盐", "😀", "\u{7F}"]
        let texts = (0..<12).map { _ in
            let plain = Int.random(in: 0...300, using: &random)
            let tail = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                scalars.randomElement(using: &random)
            }
            return String(repeating: "x", count: plain) + String(String.UnicodeScalarView(tail))
        }
        var writer = JSONWriter()
        writer.write(texts)

        let expected = "[" + texts.map { "\"\(self.escaped($0))\"" }.joined(separator: ",") + "]"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        #expect(try Value(json: writer.bytes) == .list(texts.map { .string($0) }))
    }

    private func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\u{1}": "\\u0001"
            case "\u{1F}": "\\u001f"
            default: String(scalar)
            }
        }.joined()
    }

    @Test(arguments: 0..<50)
    func `times are written and read as any others, be they like the one before or not`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let choice = (0..<3).map { _ in random.timestamp() }
        let times = (0..<20).compactMap { _ in choice.randomElement(using: &random) }
        var writer = JSONWriter()
        writer.beginArray()
        for time in times { writer.write(time) }
        writer.endArray()

        #expect(writer.bytes == Value.list(times.map { .string($0.description) }).jsonBytes)
        let read = try JSONReader.read(writer.bytes) { (reader) throws(JSONError) in
            var read: [Timestamp] = []
            try reader.beginArray()
            while try reader.nextElement() { read.append(try reader.time()) }
            return read
        }
        #expect(read == times)
    }

    @Test func `an integer is read whatever comes after it`() throws {
        let numbers: [Int64] = [0, 7, 10, -1, 123_456_789_012_345_678, .max, .min, 9]
        for gap in ["", " "] {
            let text = "[" + numbers.map { "\($0)\(gap)" }.joined(separator: ",") + "]"
            #expect(try self.integers(in: text) == numbers)
        }
        for wrong in ["[1.0]", "[01]", "[1e0]", "[-]", "[1", "[1}", "[9223372036854775808]"] {
            #expect(throws: JSONError.self) { try self.integers(in: wrong) }
        }
    }

    private func integers(in text: String) throws -> [Int64] {
        try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in
            var read: [Int64] = []
            try reader.beginArray()
            while try reader.nextElement() { read.append(try reader.int()) }
            return read
        }
    }

    @Test(arguments: 0..<50)
    func `a text is known by its bytes`(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let texts = (0..<200).map { number in
            "\(number)" + String(repeating: "p", count: Int.random(in: 0...20, using: &random)) + random.text()
        }
        let known = KnownTexts(texts)
        for (index, text) in texts.enumerated() {
            #expect(known.index(of: text) == index)
            #expect(known.index(of: text + "x") == nil)
        }
        let strings = texts + texts.map { "é" + $0 }
        let read = try JSONReader.read(Value.list(strings.map { .string($0) }).jsonBytes, known: known) {
            (reader) throws(JSONError) in
            var read: [String] = []
            try reader.beginArray()
            while try reader.nextElement() { read.append(try reader.string()) }
            return read
        }
        #expect(zip(read, strings).allSatisfy { $0.hasSameUTF8(as: $1) } && read.count == strings.count)
    }

    @Test(arguments: 0..<50)
    func `texts are ordered by their bytes, whatever they have in common`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for _ in 0..<100 {
            let common = String(repeating: "p", count: Int.random(in: 0...20, using: &random))
            let (left, right) = (common + random.text(), common + random.text())
            let order = left.utf8Order(to: right)
            #expect((order < 0) == left.utf8.lexicographicallyPrecedes(right.utf8))
            #expect((order == 0) == left.utf8.elementsEqual(right.utf8))
            #expect(left.hasSameUTF8(as: right) == (order == 0))
        }
    }
}

import Testing
import Values

@Suite struct ValueTests {
    @Test func `a value takes at most 24 bytes`() {
        #expect(MemoryLayout<Value>.size <= 24)
    }

    @Test func `equality is exact`() {
        #expect(Value.int(1) != Value.uint(1))
        #expect(Value.int(1) != Value.double(1))
        #expect(Value.double(.nan) == Value.double(.nan))
        #expect(Set([Value.double(.nan), Value.double(-.nan)]).count == 1)
    }

    @Test func `a map keeps its keys in order, whatever the order of building`() {
        let keys: [ValueMap.Key] = [
            .bool(false), .bool(true), .int(-1), .int(1), .uint(1), .int(2), .uint(3), .string(""), .string("B"),
            .string("a"),
            .string("é"),
        ]
        var random = SplitMix64(state: 1)
        for _ in 0..<20 {
            let shuffled = keys.shuffled(using: &random)
            #expect(ValueMap(shuffled.map { ($0, .null) }).keys == keys)
            var map = ValueMap()
            for key in shuffled { map[key] = .null }
            #expect(map.keys == keys)
        }
    }

    @Test func `of two entries with one key the later wins`() {
        let map = ValueMap([
            (.string("b"), 1), (.string("a"), 2), (.string("b"), 3), (.string("a"), 4), (.string("b"), 5),
        ])
        #expect(map == ValueMap([(.string("a"), 4), (.string("b"), 5)]))
        #expect(map["b"] == 5)
    }

    @Test func `setting nil removes a key`() {
        var map = ValueMap([(.string("a"), 1), (.string("b"), 2)])
        map["a"] = nil
        map["c"] = nil
        #expect(map.keys == [.string("b")])
        #expect(map["a"] == Value?.none)
        #expect(map[.string("a")] == Value?.none)
        #expect(map[.int(1)] == Value?.none)
    }

    @Test func `a value is changed in place, and its key added when it is not there`() {
        var map = ValueMap([(.string("a"), 1), (.string("c"), 3), (.bool(true), 0)])
        map["a", default: .null] = 2
        map["b", default: 5] = .list([map["b", default: 5]])
        #expect(map == ValueMap([(.bool(true), 0), (.string("a"), 2), (.string("b"), .list([5])), (.string("c"), 3)]))
        #expect(map["d", default: 4] == 4)
        #expect(map.keys == [.bool(true), .string("a"), .string("b"), .string("c")])
    }

    @Test func `a large map is built and read quickly enough to finish`() {
        let map = ValueMap((0..<100_000).reversed().map { (.string(String($0)), .int(Int64($0))) })
        #expect(map.count == 100_000)
        #expect(map["77777"] == 77777)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `base64 has the test vectors of RFC 4648`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
        #expect(Base64.decode(encoded.filter { $0 != "=" }) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zm9v=", "Zm 9", "Z===", "===="])
    func `what is not base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}

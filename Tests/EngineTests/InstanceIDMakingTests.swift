import Testing
import Values

@testable import Engine

@Suite struct InstanceIDMakingTests {
    @Test func `an id reads what it prints, and nothing else`() {
        let id = InstanceID(high: 0x0123_4567_89AB_7DEF, low: 0x8123_4567_89AB_CDEF)
        #expect(id.description == "01234567-89ab-7def-8123-456789abcdef")
        #expect(InstanceID(id.description) == id && InstanceID(id.description.uppercased()) == id)
        for text in ["", "0123456789ab7def8123456789abcdef", id.description + "0", "g" + id.description.dropFirst()] {
            #expect(InstanceID(text) == nil, "\(text)")
        }
    }

    @Test func `a key's instance is the same everywhere, and another workflow's is another`() {
        #expect(InstanceID(workflow: "a", key: "1").description == InstanceID(workflow: "a", key: "1").description)
        #expect(InstanceID(workflow: "a", key: "1") != InstanceID(workflow: "a1", key: ""))
        #expect(InstanceID(workflow: "ab", key: "c") != InstanceID(workflow: "a", key: "bc"))
        #expect(InstanceID(principal: "a", idempotencyKey: "1") != InstanceID(workflow: "a", key: "1"))
    }

    @Test func `ids by time come in order, whatever their random part`() {
        let early = InstanceID(at: Timestamp(seconds: 1_800_000_000), random: (.max, .max))
        let late = InstanceID(at: Timestamp(seconds: 1_800_000_000, nanoseconds: 1_000_000), random: (0, 0))
        #expect(early < late && early.description < late.description)
        #expect(Array(early.description)[14] == "7")
        #expect((0..<1024).contains(Int(early.slot)))
    }
}

import Testing

@testable import Engine

@Suite struct InstanceIDTests {
    @Test func `an id reads what it prints`() throws {
        let text = "0198c2f4-7a1b-7c3d-8e4f-0123456789ab"
        #expect(try #require(InstanceID(text)).description == text)
        #expect(InstanceID(text.uppercased())?.description == text)
    }

    @Test(arguments: [
        "", "0198c2f4", "0198c2f4-7a1b-7c3d-8e4f-0123456789a", "0198c2f4-7a1b-7c3d-8e4f-0123456789abc",
        "0198c2f4_7a1b-7c3d-8e4f-0123456789ab", "g198c2f4-7a1b-7c3d-8e4f-0123456789ab",
    ])
    func `a text that is no UUID is no id`(text: String) {
        #expect(InstanceID(text) == nil)
    }

    @Test func `the slot is the last two bytes modulo 1024`() throws {
        let id = try #require(InstanceID("00000000-0000-0000-0000-00000000ffff"))
        #expect(id.slot == 1023)
    }
}

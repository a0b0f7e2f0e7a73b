import Testing

@testable import Web

@Suite struct FormTests {
    @Test func `a form is decoded in order, with plus signs and Chinese`() {
        let form = Form(encoded: "a=1+2&b=%E5%9B%9B%E9%93%BE&a=3&c&=x")

        #expect(form.pairs.map(\.name) == ["a", "b", "a", "c", ""])
        #expect(form.pairs.map(\.value) == ["1 2", "四链", "3", "", "x"])
    }

    @Test(arguments: ["%", "%4", "%zz", "a%2"])
    func `what is not well encoded stands for itself`(text: String) {
        #expect(Form(encoded: text).pairs.first?.name == text)
    }

    @Test(arguments: ["a b&c=d", "四链/?#[]@", "100 %+", "line\nbreak"])
    func `encoding is undone by decoding`(text: String) {
        #expect(Form.decode(Form.encode(text)) == text)
    }
}

import Testing
import Values

@Suite struct MessageTests {
    private let translations = [
        "no state is called '%1'": "没有名为“%1”的状态",
        "%1 is not in %2": "%2 里没有%1",
        "a list": "列表",
        "%1 % of %2": "%2 的 %1%",
        "%1, too": "%1 %2 %0 %",
    ]

    private func named(_ name: String) -> Message { "no state is called '\(name)'" }

    @Test func `a message is English, and remembers its pattern`() {
        #expect(self.named("review").english == "no state is called 'review'")
        #expect(self.named("review").pattern == "no state is called '%1'")
        #expect(self.named("review").translated(by: self.translations) == "没有名为“review”的状态")
        let count = 3
        let sum: Message = "more than \(count)" + " of \(4) actions"
        #expect(sum.english == "more than 3 of 4 actions" && sum.pattern == "more than %1 of %2 actions")
    }

    @Test func `what is put in may be put in elsewhere, and is translated itself`() {
        let kind: Message = "a list"
        let message: Message = "\(kind) is not in \("here")"
        #expect(message.english == "a list is not in here")
        #expect(message.translated(by: self.translations) == "here 里没有列表")
        #expect(message.translated(by: ["%1 is not in %2": "%2: %1"]) == "here: a list")
        #expect(message.untranslated(by: [:]) == ["%1 is not in %2", "a list"])
        #expect(message.untranslated(by: self.translations) == [])
    }

    @Test func `percent signs stay, those of names too`() {
        let message: Message = "\("%2") % of \("50 %1")"
        #expect(message.english == "%2 % of 50 %1")
        #expect(message.translated(by: self.translations) == "50 %1 的 %2%")
        // There is no second argument, and none before the first.
        let more: Message = "\("x"), too"
        #expect(more.translated(by: self.translations) == "x %2 %0 %")
    }

    @Test func `without a translation there is none`() {
        #expect(self.named("review").translated(by: [:]) == nil)
        let verbatim = Message(verbatim: "it's 100 % wrong")
        #expect(verbatim.english == "it's 100 % wrong" && verbatim.translated(by: self.translations) == nil)
        #expect(verbatim.untranslated(by: [:]) == [])
        let inner: Message = "a list"
        let signs: Message = "(\(inner))"
        #expect(signs.translated(by: self.translations) == "(列表)" && signs.untranslated(by: [:]) == ["a list"])
    }

    @Test func `messages differ where their arguments do`() {
        #expect(self.named("a") == self.named("a") && self.named("a") != self.named("b"))
        #expect(Set([self.named("a"), self.named("a"), Message(verbatim: "a")]).count == 2)
    }
}

import Testing

@testable import Web

@Suite struct PhraseTests {
    @Test(arguments: Phrase.allCases)
    func `a phrase is there in both languages`(phrase: Phrase) {
        let english = phrase.text(in: .en)
        let chinese = phrase.text(in: .zh)

        #expect(!english.isEmpty)
        #expect(!chinese.isEmpty)
        #expect(english != chinese, "\(phrase) has no translation")
        #expect(phrase.rawValue.split(separator: "|").count == 2)
    }

    @Test(arguments: Phrase.allCases)
    func `both languages have the same gaps to fill`(phrase: Phrase) {
        let gap = /\{[a-z]+\}/

        let english = phrase.text(in: .en).matches(of: gap).map { String($0.output) }.sorted()
        let chinese = phrase.text(in: .zh).matches(of: gap).map { String($0.output) }.sorted()

        #expect(english == chinese)
    }

    @Test(arguments: Templates.Name.allCases)
    func `a template names only phrases that exist`(name: Templates.Name) {
        for match in Templates.source(of: name).matches(of: /\{\{[#^]?t\.([A-Za-z_]+)\}\}/) {
            #expect(PhraseBook.byName[String(match.output.1)] != nil, "\(name): \(match.output.1)")
        }
    }

    @Test(arguments: [
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.zh), ("en-GB", .en), ("de, en;q=0.4, zh;q=0.6", .zh),
        ("zh;q=0, en;q=0.1", .en),
    ])
    func `the language with the greatest weight is taken`(header: String, language: Language) {
        #expect(Language(accepting: header) == language)
    }

    @Test func `a header that names neither language decides nothing`() {
        #expect(Language(accepting: "de, fr;q=0.5, *;q=0.1") == nil)
    }
}

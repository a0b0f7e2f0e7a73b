import Testing

@testable import Statecharts

@Suite struct XMLReaderTests {
    @Test func `names, namespaces, entities and sections are read`() throws {
        let root = try XMLReader.read(
            """
            <?xml version="1.0"?>
            <!-- a comment --><?pi x?>
            <a xmlns="urn:one" xmlns:t='urn:two' t:x="1 &lt; 2 &amp;&#x20;&#50;" y="a
            b">text &gt; <![CDATA[<raw> & ]]><t:b/><c xmlns=""/>
            </a>
            """)
        #expect(root.space == "urn:one" && root.name == "a")
        #expect(root.attribute("x", in: "urn:two") == "1 < 2 & 2")
        #expect(root["y"] == "a b")
        #expect(root.text == "text > <raw> &")
        #expect(root.elements.map { "\($0.space) \($0.name)" } == ["urn:two b", " c"])
        #expect(root.elements.map(\.position.line) == [4, 4])
    }

    @Test(
        arguments: [
            ("", 1, 1), ("<a>", 1, 4), ("<a></b>", 1, 6), ("<a/><b/>", 1, 5), ("<a x='1' x='2'/>", 1, 10),
            ("<a>\n &nbsp;</a>", 2, 2), ("<a>&#0;</a>", 1, 4), ("<a x='<'/>", 1, 7), ("<a x=1/>", 1, 6),
            ("<t:a/>", 1, 1), ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", 1, 1),
            ("<a><!ENTITY e SYSTEM 'file:///etc/passwd'></a>", 1, 4), ("<a>]]></a>", 1, 4), ("<a b='x'c='y'/>", 1, 9),
            ("<a><!-- -- --></a>", 1, 15), ("<1/>", 1, 2), ("text", 1, 1), ("<a>&#-5;</a>", 1, 4),
        ])
    func `a mistake is refused with its place`(text: String, line: Int, column: Int) {
        do {
            _ = try XMLReader.read(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.position == Position(line: line, column: column), "\(text): \(error.message)")
        }
    }

    @Test func `depth, elements and length have limits`() {
        let deep = String(repeating: "<a>", count: 101) + String(repeating: "</a>", count: 101)
        let many = "<a>" + String(repeating: "<b/>", count: XMLReader.Limits.elements) + "</a>"
        let long = "<a>" + String(repeating: "x", count: XMLReader.Limits.bytes) + "</a>"
        for text in [deep, many, long] {
            #expect(throws: XMLReader.Mistake.self) { try XMLReader.read(text) }
        }
        let fits = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(throws: Never.self) { try XMLReader.read(fits) }
    }

    private static let specimen = """
        <?xml version="1.0"?>
        <scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:s="urn:silian:scxml" version="1.0" name="x" initial="a" datamodel="ecmascript">
          <s:keys>{"title": "é"}</s:keys>
          <datamodel><data id="n" expr="1"/><data id="list">[1, 2]</data><data id="m" expr="n + 1"/></datamodel>
          <state id="a"><onentry><log label="in" expr="n"/><send event="t" id="i" delay="1.5s"><param name="p" expr="n"/></send></onentry>
            <onexit><cancel sendid="i"/><assign location="n" expr="n + 1"/></onexit>
            <transition event="go stop.*" cond="n === 1 &amp;&amp; In('b')" target="b" type="internal"><raise event="e"/></transition>
            <invoke type="scxml"><content><scxml version="1.0"><final id="z"/></scxml></content><param name="q" expr="n"/></invoke>
          </state>
          <parallel id="b"><state id="c"><initial><transition target="d"/></initial><state id="d"/><history id="h" type="deep"><transition target="d"/></history></state>
            <state id="e"><transition event="done.state.c" target="f"/></state></parallel>
          <final id="f"><donedata><param name="r" expr="n"/></donedata></final>
          <state id="g"><onentry><if cond="n &lt; 2"><log expr="1"/><elseif cond="x()"/><else/><foreach array="list" item="i"><log expr="i"/></foreach></if></onentry></state>
        </scxml>
        """

    private static let pieces = [
        "<", ">", "/>", "</", "&", "&amp;", "\"", "'", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE", "é", "\u{0}",
        " id=\"a\"", "target=\"a b zz\"", "<state>", "</state>", "<history/>", "<transition/>", "<initial/>", "s:", "{",
        "event=\"*\"", "event=\".\"", "delay=\"9e99d\"", "&#1114112;", "xmlns=''", "initial=\"\"", "<final/>",
    ]

    @Test(arguments: 0..<400)
    func `a damaged document is answered with a definition or with mistakes`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed) &* 6_151)
        var text = Array(Self.specimen)
        for _ in 0...random.next(below: 5) {
            text.damage(with: Self.pieces, &random)
        }
        let (imported, diagnostics) = Conversion.read(String(text), from: .scxml, file: "x.scxml")
        #expect((imported == nil) == diagnostics.contains { $0.severity == .error })
        #expect(diagnostics.map(\.position) == diagnostics.map(\.position).sorted())
        // What is written can be read, whatever is in it.
        for one in [imported].compactMap(\.self) + (imported?.children ?? []) {
            var reader = DefinitionReader(one.yaml, file: "x.yaml")
            let syntax = reader.read()
            #expect(syntax != nil && reader.diagnostics.isEmpty, "\(one.yaml)")
        }
    }

    @Test func `the specimen has no mistake`() throws {
        let (imported, diagnostics) = Conversion.read(Self.specimen, from: .scxml, file: "x.scxml")
        #expect(try #require(imported).children.count == 1)
        #expect(diagnostics.map(\.code) == ["guard-placeholder"])
    }
}

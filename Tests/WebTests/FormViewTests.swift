import Testing
import Values

@testable import Statecharts
@testable import Web

@Suite(.timeLimit(.minutes(5))) struct FormViewTests {
    private let schema: Value = [
        "type": "object", "required": ["title", "kinds"],
        "properties": [
            "title": ["type": "string", "maxLength": 20, "title": ["en": "Title", "zh": "名称"]],
            "trl": ["type": "integer", "minimum": 1, "maximum": 9, "x-unit": "级"],
            "safe": ["type": "boolean"],
            "kinds": ["type": "array", "items": ["enum": ["a", "b", "c"]]],
            "party": ["type": "object", "required": ["name"], "properties": ["name": ["type": "string"]]],
            "due": ["type": "string", "format": "date"],
            "number": ["type": "string", "readOnly": true],
        ],
    ]

    private func form(
        _ values: Value = .map(ValueMap()), form: Form? = nil, errors: [Refusal.FieldError] = []
    ) throws -> FormView {
        FormView(self.schema, values: values, form: form, errors: errors, prefix: "x", for: try Fixture.viewer(.zh))
    }

    /// Each was copied with all before it.
    @Test func `ever so many values of one name are one list`() throws {
        var form = Form()
        form.pairs = Array(repeating: ("f.tags", String(repeating: "x", count: 200)), count: 100_000)
        let schema: Value = ["type": "object", "properties": ["tags": ["type": "array", "items": ["type": "string"]]]]

        #expect(try FormView.data(of: form, schema: schema)["tags"]?.list?.count == 100_000)
    }

    @Test func `fields are labelled in the language, required ones first, those of the engine left out`() throws {
        let labels = try self.form().fields.map(\.label)

        #expect(labels == ["名称", "kinds", "due", "party", "safe", "trl"])
    }

    @Test func `each kind of member has its control`() throws {
        let fields = Dictionary(uniqueKeysWithValues: try self.form().fields.map { ($0.name, $0) })

        #expect(fields["f.title"]?.isLine == true && fields["f.title"]?.maxLength == 20)
        #expect(fields["f.trl"]?.type == "number" && fields["f.trl"]?.min == "1" && fields["f.trl"]?.max == "9")
        #expect(fields["f.trl"]?.unit == "级")
        #expect(fields["f.safe"]?.isCheck == true)
        #expect(fields["f.kinds"]?.isChecks == true && fields["f.kinds"]?.choices.count == 3)
        #expect(fields["f.party"]?.isGroup == true && fields["f.party"]?.fields.map(\.name) == ["f.party.name"])
        #expect(fields["f.due"]?.type == "date")
    }

    @Test func `what a form sends becomes typed data`() throws {
        let sent = Form(
            encoded: "_csrf=x&f.title=%E7%94%B5%E6%B1%A0&f.trl=4&f.safe=false&f.safe=true&f.kinds=&f.kinds=a&f.kinds=c"
                + "&f.party.name=Li&f.due=")

        let data = try FormView.data(of: sent, schema: self.schema)

        #expect(
            data == [
                "title": "电池", "trl": 4, "safe": true, "kinds": ["a", "c"], "party": ["name": "Li"],
            ])
    }

    @Test func `what does not fit is refused with the pointer of its field`() throws {
        let sent = Form(encoded: "f.title=x&f.trl=ten&f.kinds=a")

        let problem = #expect(throws: Problem.self) { try FormView.data(of: sent, schema: self.schema) }

        #expect(problem?.errors.map(\.pointer) == ["/trl"])
    }

    @Test func `after a refusal the form keeps what was entered and shows each message at its field`() throws {
        let sent = Form(encoded: "f.title=&f.trl=ten&f.safe=false&f.safe=true&f.kinds=&f.kinds=b&f.party.name=Li")
        let errors = [Refusal.FieldError(pointer: "/trl", en: "a number", zh: "应为数字")]

        let form = try self.form(["title": "Before", "trl": 4], form: sent, errors: errors)
        let fields = Dictionary(uniqueKeysWithValues: form.fields.map { ($0.name, $0) })

        #expect(fields["f.title"]?.value == "")
        #expect(fields["f.trl"]?.value == "ten" && fields["f.trl"]?.error == "应为数字")
        #expect(fields["f.safe"]?.isChecked == true)
        #expect(fields["f.kinds"]?.choices.filter(\.isChosen).map(\.choiceValue) == ["b"])
        #expect(fields["f.party"]?.fields.first?.value == "Li")
        #expect(form.pointers.contains("/trl"))
    }

    @Test func `a form with nothing to fill in is blank`() throws {
        let form = FormView(nil, values: .null, form: nil, errors: [], prefix: "x", for: try Fixture.viewer())

        #expect(form.isBlank)
    }
}

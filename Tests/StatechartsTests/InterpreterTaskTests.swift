import Testing
import Values

@testable import Statecharts

@Suite struct InterpreterTaskTests {
    static let review = """
        context: {n: 1, score: null, who: null}
        states:
          draft:
            invoke:
              {id: write, src: human, candidates: {roles: [author]}, onDone: review}
          review:
            invoke:
              id: check
              src: human
              title: {en: "Check ${context.n}", zh: 检查}
              candidates: {roles: [expert], users: '["wang"]'}
              distinctFrom: [write]
              form:
                type: object
                additionalProperties: false
                required: [score]
                properties: {score: {type: number, maximum: 10}}
              outcomes: {pass: {title: Pass}, back: {title: Back}}
              onDone:
                - guard: event.data.outcome == "pass" && event.data.score > 5
                  target: passed
                  actions: {assign: {score: event.data.score, who: event.by.user}}
                - {target: draft, guard: event.data.outcome == "back"}
          passed: {type: final}
        """

    static let author = Actor(user: "li", roles: ["author", "expert"])
    static let expert = Actor(user: "zhao", roles: ["expert"])

    static func inReview() throws -> Specimen {
        var item = try Specimen(Self.review) { $0.isSimulation = false }
        #expect(try item.task("write", "submit", by: Self.author) == .taken)
        #expect(item.active == ["review"])
        return item
    }

    @Test func `who submits nothing submits none of the fields`() throws {
        var item = try Specimen(
            """
            context: {noted: null}
            states:
              a:
                invoke:
                  id: t
                  src: human
                  candidates: {roles: [clerk]}
                  form: {type: object, properties: {note: {type: string}}}
                  onDone: {target: b, actions: {assign: {noted: has(event.data.note)}}}
              b: {}
            """)
        #expect(try item.task("t", "submit", by: Actor(user: "li", roles: ["clerk"])) == .taken)
        #expect(item.context["noted"] == false)
    }

    @Test func `a task is opened with its texts and closed by its submission`() throws {
        var item = try Self.inReview()
        #expect(item.last.effects.map(\.kind) == ["closeTask", "openTask"])
        let task = try #require(item.task("check"))
        #expect(task.title == ["en": "Check 1", "zh": "检查"])
        #expect(task.candidateRoles == ["expert"])
        #expect(task.candidateUsers == ["wang"])
        #expect(task.outcomes.map(\.value) == ["pass", "back"])

        #expect(try item.task("check", "submit", data: ["outcome": "pass", "score": 8], by: Self.expert) == .taken)

        #expect(item.context == ["n": 1, "score": 8.0, "who": "zhao"])
        #expect(item.snapshot.actors == ["write": ["li"], "check": ["zhao"]])
        #expect(item.last.effects.map(\.kind) == ["closeTask", "finish"])
    }

    @Test func `claim release and assign change who works on it`() throws {
        var item = try Self.inReview()

        #expect(try item.task("check", "claim", by: Actor(user: "wang")) == .taken)
        #expect(item.task("check")?.assignee == "wang")
        #expect(item.last.effects.map(\.kind) == ["changeTask"])
        #expect(try item.task("check", "claim", by: Self.expert).refusal?.code == .notYours)
        #expect(try item.task("check", "release", by: Self.expert).refusal?.code == .notYours)
        #expect(try item.task("check", "assign", data: ["user": "sun"], by: Actor(user: "wang")) == .taken)
        #expect(item.task("check")?.assignee == "sun")
        let root = Actor(user: "root", roles: ["admin"])
        #expect(try item.task("check", "release", by: root) == .taken)
        #expect(item.task("check")?.assignee == nil)
    }

    static let refused: [(Value, Actor, Refusal.Code)] = [
        (["outcome": "pass", "score": 8], Actor(user: "x"), .forbidden),
        (["outcome": "pass", "score": 8], author, .forbidden),
        (["outcome": "pass", "score": 3], expert, .noTransition),
    ]

    @Test(arguments: refused)
    func `a submission by the wrong person or that no guard takes is refused`(
        data: Value, by: Actor, code: Refusal.Code
    ) throws {
        var item = try Self.inReview()

        #expect(try item.task("check", "submit", data: data, by: by).refusal?.code == code)
        #expect(item.task("check") != nil)
    }

    @Test(
        arguments: [
            (["outcome": "pass", "score": 80], "/score"), (["outcome": "maybe", "score": 8], "/outcome"),
            (["outcome": "pass", "score": 8, "x": 1], "/x"),
        ] as [(Value, String)])
    func `a submission must fit the outcomes and the form`(data: Value, pointer: String) throws {
        var item = try Self.inReview()

        let refusal = try item.task("check", "submit", data: data, by: Self.expert).refusal

        guard case .invalidData(let errors)? = refusal?.code else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(errors.map(\.pointer) == [pointer])
    }

    @Test func `a verb on a task of an earlier visit is refused`() throws {
        var item = try Self.inReview()
        let old = try #require(item.snapshot.invocations.first?.id)
        try item.task("check", "submit", data: ["outcome": "back", "score": 1], by: Self.expert)
        try item.task("write", "submit", by: Self.author)

        let outcome = item.process(Event("task.claim", origin: .task, by: Self.expert, reference: old))

        #expect(outcome.refusal?.code == .gone)
    }

    @Test func `a substitute acts for the assignee`() throws {
        var item = try Self.inReview()
        try item.task("check", "claim", by: Actor(user: "wang"))
        let substitute = Actor(user: "qian", onBehalfOf: "wang")

        #expect(try item.task("check", "submit", data: ["outcome": "pass", "score": 8], by: substitute) == .taken)
        #expect(item.snapshot.actors["check"] == ["qian", "wang"])
    }

    @Test func `a form may be computed`() throws {
        var item = try Specimen(
            """
            context: {max: 3}
            states:
              a:
                invoke:
                  id: ask
                  src: human
                  form: '{"type": "object", "properties": {"n": {"maximum": context.max}}}'
                  onDone: b
              b: {}
            """)

        #expect(try item.task("ask", "submit", data: ["n": 4], by: Actor(user: "li")).refusal != nil)
        #expect(try item.task("ask", "submit", data: ["n": 3], by: Actor(user: "li")) == .taken)
    }

    // MARK: Delegation

    @Test func `what is delegated comes back with what was found out`() throws {
        var item = try Self.inReview()
        let (wang, sun) = (Actor(user: "wang"), Actor(user: "sun"))
        #expect(
            try item.task("check", "delegate", data: ["user": "sun"], by: Actor(user: "x")).refusal?.code == .forbidden)
        #expect(try item.task("check", "delegate", by: wang).refusal != nil)
        #expect(try item.task("check", "resolve", by: wang).refusal?.code == .notNow)
        #expect(try item.task("check", "delegate", data: ["user": "li"], by: wang).refusal?.code == .forbidden)
        try item.task("check", "delegate", data: ["user": "sun", "reason": "knows more"], by: wang)
        #expect(item.task("check")?.assignee == "sun")
        #expect(item.task("check")?.owner == "wang")

        let submission: Value = ["outcome": "pass", "score": 8]
        #expect(try item.task("check", "submit", data: submission, by: sun).refusal?.code == .notNow)
        #expect(try item.task("check", "submit", data: submission, by: wang).refusal?.code == .notYours)
        #expect(try item.task("check", "delegate", data: ["user": "x"], by: sun).refusal?.code == .notNow)
        #expect(try item.task("check", "assign", data: ["user": "x"], by: sun).refusal?.code == .notYours)
        try item.task("check", "resolve", data: ["data": ["score": 8]], by: sun)
        #expect(item.task("check")?.assignee == "wang")
        #expect(item.task("check")?.owner == nil)
        #expect(item.task("check")?.input == ["score": 8])
        #expect(try item.task("check", "submit", data: submission, by: wang) == .taken)
        #expect(item.snapshot.actors["check"] == ["sun", "wang"])
    }

    @Test func `a delegate may decline and the owner may hand the task on`() throws {
        var item = try Self.inReview()
        let wang = Actor(user: "wang")
        try item.task("check", "delegate", data: ["user": "sun"], by: wang)
        try item.task("check", "release", by: Actor(user: "sun"))
        #expect(item.task("check")?.assignee == "wang")
        try item.task("check", "delegate", data: ["user": "sun"], by: wang)
        try item.task("check", "assign", data: ["user": "zhou"], by: wang)
        #expect(item.task("check")?.assignee == "zhou")
        #expect(item.task("check")?.owner == nil)
    }

    @Test(arguments: ["add", "remove", "recuse", "abstain", "withdraw"])
    func `verbs of a vote do not fit another task`(verb: String) throws {
        var item = try Self.inReview()

        #expect(try item.task("check", verb, data: ["user": "x"], by: Self.expert).refusal?.code == .notNow)
    }

    @Test func `an unknown verb is refused`() throws {
        var item = try Self.inReview()

        #expect(try item.task("check", "eat", by: Self.expert).refusal?.code == .unknownEvent(suggestion: nil))
    }

    // MARK: Nudges

    @Test func `a nudge tells those it waits for once in four working hours`() throws {
        var item = try Self.inReview()
        try item.task("check", "nudge", data: ["reason": "today please"], by: Self.author)
        guard case .notify(let notice)? = item.last.effects.first else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(notice.roles == ["expert"])
        #expect(notice.users == ["wang"])
        #expect(notice.subject == ["en": "Waiting for you: Check 1", "zh": "催办：检查"])
        #expect(notice.body == ["": "today please"])

        item.surroundings.now = Timestamp(seconds: Specimen.monday.seconds + 4 * 3600 - 1)
        #expect(try item.task("check", "nudge", by: Self.expert).refusal?.code == .notNow)
        item.surroundings.now = Timestamp(seconds: Specimen.monday.seconds + 4 * 3600)
        try item.task("check", "claim", by: Self.expert)
        #expect(try item.task("check", "nudge", by: Self.author) == .taken)
        guard case .notify(let second)? = item.last.effects.first else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(second.users == ["zhao"])
        #expect(second.roles == [])
        #expect(try Snapshot(json: item.snapshot.json) == item.snapshot)
    }

    @Test func `people are counted as what a snapshot holds`() throws {
        let text = """
            context: {users: []}
            states:
              a: {on: {go: b}}
              b: {invoke: {src: human, candidates: {users: context.users}}, on: {again: {target: b, reenter: true}}}
            """
        let users = Value.list((0..<2_000).map { .string("user number \($0)") })
        var item = try Specimen(text, data: ["users": users])
        let before = item.snapshot.approximateBytes()
        #expect(item.send("go") == .taken)
        #expect(item.snapshot.approximateBytes() > before + 30_000)

        item = try Specimen(text, data: ["users": users]) { $0.limits.snapshotBytes = before + 20_000 }
        #expect(item.send("go").fault?.code == .limit)
        item = try Specimen(text, data: ["users": users]) { $0.limits.eventBytes = 20_000 }
        #expect(item.send("go").fault?.code == .limit)
    }
}

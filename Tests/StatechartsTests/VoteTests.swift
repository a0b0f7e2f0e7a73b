import Statecharts
import Testing
import Values

@Suite struct VoteTests {
    static func panel(_ votes: String, candidates: String = "{roles: [expert]}", more: String = "") -> String {
        """
        context: {outcome: open, result: null}
        states:
          review:
            invoke:
              id: panel
              src: human
              candidates: \(candidates)
              form: {type: object, required: [score], properties: {score: {type: number}}}
              outcomes: {pass: {title: Pass}, back: {title: Back}}
              votes: \(votes)
              \(more)
              onDone: {target: decided, actions: {assign: {outcome: event.data.outcome, result: event.data}}}
          decided: {}
        """
    }

    static func specimen(
        _ votes: String, candidates: String = "{roles: [expert]}", more: String = ""
    ) throws -> Specimen {
        try Specimen(Self.panel(votes, candidates: candidates, more: more)) { $0.isSimulation = false }
    }

    static func expert(_ user: String) -> Actor { Actor(user: user, roles: ["expert"]) }
    static let admin = Actor(user: "root", roles: ["admin"])

    // MARK: The result

    @Test func `the result says who voted for what`() throws {
        var item = try Self.specimen("{of: 3, need: 2}")
        try item.vote("panel", "pass", by: "li")
        item.surroundings.now = Timestamp(seconds: Specimen.monday.seconds + 60)
        try item.vote("panel", "back", by: "wang")
        #expect(item.active == ["review"])
        #expect(item.last.effects.map(\.kind) == ["changeTask"])

        try item.vote("panel", "pass", score: 9, by: "sun")

        #expect(item.active == ["decided"])
        #expect(item.last.effects.map(\.kind) == ["closeTask"])
        let result = item.context["result"]
        #expect(result?["outcome"] == "pass")
        #expect(result?["counts"] == ["pass": 2, "back": 1])
        #expect(result?["n"] == 3)
        #expect(result?["cast"] == 3)
        let submissions = try #require(result?["submissions"]?.list)
        #expect(submissions.map { $0["by"]?["user"] } == ["li", "wang", "sun"])
        #expect(submissions.map { $0["outcome"] } == ["pass", "back", "pass"])
        #expect(submissions.map { $0["data"] } == [["score": 5.0], ["score": 5.0], ["score": 9.0]])
        #expect(submissions[1]["at"] == "2026-03-02T01:01:00Z")
        #expect(item.snapshot.actors["panel"] == ["li", "wang", "sun"])
    }

    static let endings: [(String, [String?], String?)] = [
        ("{of: 5, need: 3}", ["pass", "pass", "pass"], "pass"),
        ("{of: 5, need: 3}", ["pass", "back", nil, "back", "back"], "back"),
        ("{of: 4, need: 3}", ["pass", "pass", "back", "back"], nil),
        ("{of: 3, need: 1}", ["back"], "back"),
        ("{of: 2, need: 1, close: all}", ["back", "pass"], nil),
        ("{of: 3, need: 2, close: all}", ["back", "back", "pass"], "back"),
        ("{of: 3, need: 1, quorum: 3, close: all}", ["back", "back", nil], nil),
        ("{of: 1 + 1, need: 'n - cast + 2', quorum: n}", ["back", "back"], "back"),
        (
            "{of: 6, need: 'int(math.ceil(double(cast) * 2.0 / 3.0))', quorum: 4}", ["back", "back", "back", "back"],
            "back"
        ),
        ("{of: 3, need: 'double(n) / 2.0'}", ["back", "back"], "back"),
    ]

    @Test(arguments: endings)
    func `a vote ends as its rules say`(votes: String, casts: [String?], outcome: String?) throws {
        var item = try Self.specimen(votes)
        for (place, cast) in casts.enumerated() {
            #expect(item.active == ["review"], "before cast \(place)")
            try item.vote("panel", cast, by: "u\(place)")
        }

        #expect(item.active == ["decided"])
        #expect(item.context["outcome"] == outcome.map { .string($0) } ?? .null)
    }

    @Test func `nobody can submit when the vote is over`() throws {
        var item = try Self.specimen("{of: 2, need: 1}")
        let id = try #require(item.snapshot.invocations.first?.id)
        try item.vote("panel", "pass", by: "li")

        let late = item.process(Event("task.submit", origin: .task, by: Self.expert("wang"), reference: id))

        #expect(late.refusal?.code == .gone)
    }

    @Test func `a vote without voters is over at once`() throws {
        let item = try Self.specimen("{need: 1}", candidates: "{users: '[]'}")

        #expect(item.active == ["decided"])
        #expect(item.context["result"]?["counts"] == ["pass": 0, "back": 0])
        #expect(item.context["result"]?["submissions"] == [])
    }

    @Test func `a vote whose guards are all false is refused with its last submission`() throws {
        var item = try Specimen(
            """
            states:
              a:
                invoke:
                  id: panel
                  src: human
                  outcomes: {yes: {title: Yes}}
                  votes: {of: 2, need: 2}
                  candidates: {users: '["li", "wang"]'}
                  onDone: {target: b, guard: event.data.cast > 2}
              b: {}
            """)
        #expect(try item.vote("panel", "yes", by: "li") == .taken)

        #expect(try item.vote("panel", "yes", by: "wang").refusal?.code == .noTransition)
        #expect(item.task("panel")?.ballot?.cast == 1)
    }

    @Test func `a rule that fails answers the voter`() throws {
        var item = try Self.specimen("{of: 4, need: '1 / (3 - n)'}")
        try item.task("panel", "claim", by: Self.expert("li"))

        #expect(try item.task("panel", "recuse", by: Self.expert("li")).fault?.code == .execution)
        #expect(item.task("panel")?.ballot?.seats == 4)
    }

    @Test func `a number of seats that is none is an error`() throws {
        let machine = try Specimen.machine(Self.panel("{of: \"dyn('x')\", need: 1}"))

        #expect(Specimen.start(machine).outcome.fault?.code == .execution)
    }

    @Test func `whoever of these people chooses the outcome has a veto`() throws {
        let votes = "{of: 3, need: 2, veto: {by: {roles: [dir], users: '[\"boss\"]'}, outcome: back}}"
        var item = try Self.specimen(votes)
        try item.vote("panel", "back", by: "li")
        #expect(item.active == ["review"])
        try item.task("panel", "submit", data: ["outcome": "pass", "score": 1], by: Self.expert("boss"))
        #expect(item.active == ["review"])
        var other = item
        try item.task(
            "panel", "submit", data: ["outcome": "back", "score": 1], by: Actor(user: "x", roles: ["expert", "dir"]))
        #expect(item.context["outcome"] == "back")

        try other.task(
            "panel", "submit", data: ["outcome": "pass", "score": 1], by: Actor(user: "x", roles: ["expert", "dir"]))
        #expect(other.context["outcome"] == "pass")
    }

    // MARK: Seats

    @Test func `with roles the first to claim have the seats`() throws {
        var item = try Self.specimen("{of: 2, need: 2}")
        #expect(item.task("panel")?.inboxRoles == ["expert"])
        #expect(try item.task("panel", "claim", by: Actor(user: "x")).refusal?.code == .forbidden)
        #expect(try item.task("panel", "claim", by: Self.expert("li")) == .taken)
        #expect(try item.task("panel", "claim", by: Self.expert("li")) == .taken)
        try item.vote("panel", "pass", by: "wang")

        #expect(try item.task("panel", "claim", by: Self.expert("sun")).refusal?.code == .notNow)
        #expect(try item.vote("panel", "pass", by: "sun").refusal?.code == .notNow)
        #expect(item.task("panel")?.inboxRoles == [])
        #expect(item.task("panel")?.inboxUsers == ["li"])
        try item.task("panel", "release", by: Self.expert("li"))
        #expect(item.task("panel")?.inboxRoles == ["expert"])
        #expect(try item.vote("panel", "pass", by: "sun") == .taken)
        #expect(item.active == ["decided"])
    }

    @Test func `with users everybody has a seat`() throws {
        var item = try Self.specimen("{need: n}", candidates: "{users: '[\"li\", \"wang\"]'}")
        #expect(item.task("panel")?.ballot?.members.map(\.user) == ["li", "wang"])
        #expect(item.task("panel")?.inboxUsers == ["li", "wang"])
        #expect(try item.vote("panel", "pass", by: "sun").refusal?.code == .forbidden)
        try item.vote("panel", "pass", by: "wang")
        #expect(item.task("panel")?.inboxUsers == ["li"])
        try item.vote("panel", "pass", by: "li")

        #expect(item.context["result"]?["n"] == 2)
        #expect(item.context["outcome"] == "pass")
    }

    @Test func `one after another acts when its turn has come`() throws {
        var item = try Self.specimen("{need: n, order: sequential}", candidates: "{users: '[\"li\", \"wang\"]'}")
        #expect(item.task("panel")?.inboxUsers == ["li"])
        #expect(try item.vote("panel", "pass", by: "wang").refusal?.code == .notNow)
        try item.vote("panel", "pass", by: "li")
        #expect(item.task("panel")?.inboxUsers == ["wang"])
        try item.vote("panel", "pass", by: "wang")
        #expect(item.active == ["decided"])

        var claimed = try Self.specimen("{of: 3, need: 2, order: sequential}")
        try claimed.task("panel", "claim", by: Self.expert("li"))
        #expect(claimed.task("panel")?.inboxRoles == [])
        #expect(try claimed.task("panel", "claim", by: Self.expert("wang")).refusal?.code == .notNow)
        try claimed.vote("panel", nil, by: "li")
        #expect(claimed.task("panel")?.inboxRoles == ["expert"])
        #expect(try claimed.task("panel", "claim", by: Self.expert("wang")) == .taken)
        #expect(try claimed.task("panel", "withdraw", by: Self.expert("li")) == .taken)
        #expect(try claimed.vote("panel", "pass", by: "wang").refusal?.code == .notNow)
    }

    @Test func `whoever is recused gives the seat up for good`() throws {
        var item = try Self.specimen("{of: 3, need: n - 1, close: all}")
        try item.task("panel", "claim", by: Self.expert("li"))
        #expect(try item.task("panel", "recuse", by: Self.expert("wang")).refusal?.code == .notYours)
        #expect(try item.task("panel", "recuse", data: ["reason": "kin"], by: Self.expert("li")) == .taken)
        #expect(try item.task("panel", "claim", by: Self.expert("li")).refusal?.code == .forbidden)
        #expect(try item.task("panel", "add", data: ["user": "li"], by: Self.admin).refusal?.code == .forbidden)
        try item.vote("panel", "pass", by: "wang")
        try item.vote("panel", "pass", by: "sun")

        #expect(item.context["result"]?["n"] == 2)
        #expect(item.context["outcome"] == "pass")
    }

    @Test func `a recusal can end the vote`() throws {
        var item = try Self.specimen("{need: n}", candidates: "{users: '[\"li\", \"wang\"]'}")
        try item.vote("panel", "pass", by: "li")

        try item.task("panel", "recuse", by: Self.expert("wang"))

        #expect(item.context["outcome"] == "pass")
        #expect(item.context["result"]?["n"] == 1)
    }

    @Test func `voters are added by voters and removed by who added them`() throws {
        var item = try Self.specimen("{need: n}", candidates: "{users: '[\"li\"]'}")
        #expect(try item.task("panel", "add", data: ["user": "sun"], by: Actor(user: "x")).refusal?.code == .forbidden)
        #expect(try item.task("panel", "add", by: Actor(user: "li")).refusal != nil)
        try item.task("panel", "add", data: ["user": "sun"], by: Actor(user: "li"))
        try item.task("panel", "add", data: ["user": "zhou"], by: Self.admin)
        #expect(item.task("panel")?.ballot?.seats == 3)
        #expect(try item.task("panel", "add", data: ["user": "sun"], by: Self.admin).refusal?.code == .notNow)
        #expect(
            try item.task("panel", "remove", data: ["user": "zhou"], by: Actor(user: "li")).refusal?.code == .forbidden)
        try item.task("panel", "remove", data: ["user": "zhou"], by: Self.admin)
        try item.vote("panel", "pass", by: "sun")
        #expect(try item.task("panel", "remove", data: ["user": "sun"], by: Actor(user: "li")).refusal?.code == .notNow)
        try item.vote("panel", "pass", by: "li")

        #expect(item.context["result"]?["n"] == 2)
        #expect(item.context["outcome"] == "pass")
    }

    @Test func `a seat that nobody can claim is given to who is added or taken away`() throws {
        var item = try Self.specimen(
            "{of: 3, need: 2, close: all}", candidates: "{users: '[\"li\", \"wang\", \"sun\"]'}")
        try item.task("panel", "assign", data: ["user": "zhou"], by: Actor(user: "li"))
        try item.task("panel", "release", by: Actor(user: "zhou"))
        #expect(item.task("panel")?.inboxUsers == ["wang", "sun", "li"])
        try item.task("panel", "claim", by: Actor(user: "li"))
        try item.task("panel", "remove", data: ["user": "li"], by: Self.admin)
        try item.task("panel", "release", by: Actor(user: "sun"))
        try item.task("panel", "add", data: ["user": "sun"], by: Self.admin)
        #expect(item.task("panel")?.ballot?.seats == 3)
        #expect(item.task("panel")?.ballot?.freeSeats == 1)
        try item.task("panel", "add", data: ["user": "zhou"], by: Self.admin)
        #expect(item.task("panel")?.ballot?.seats == 3)
        try item.task("panel", "release", by: Actor(user: "zhou"))
        try item.vote("panel", "pass", by: "sun")
        try item.vote("panel", "pass", by: "wang")
        #expect(item.active == ["review"])
        #expect(try item.task("panel", "remove", by: Actor(user: "sun")).refusal != nil)

        try item.task("panel", "remove", data: ["reason": "nobody is left"], by: Self.admin)

        #expect(item.context["outcome"] == "pass")
        #expect(item.context["result"]?["n"] == 2)
    }

    @Test func `what was cast can be withdrawn while the vote is open`() throws {
        var item = try Self.specimen("{of: 2, need: 2}")
        #expect(try item.task("panel", "withdraw", by: Self.expert("li")).refusal?.code == .notYours)
        try item.vote("panel", "pass", by: "li")
        #expect(try item.vote("panel", "back", by: "li").refusal?.code == .notNow)
        #expect(try item.task("panel", "release", by: Self.expert("li")).refusal?.code == .notNow)
        try item.task("panel", "withdraw", by: Self.expert("li"))
        #expect(try item.task("panel", "withdraw", by: Self.expert("li")).refusal?.code == .notNow)
        try item.vote("panel", "back", by: "li")
        try item.vote("panel", "back", by: "wang")

        #expect(item.context["outcome"] == "back")
    }

    @Test func `a seat is handed on and lent`() throws {
        var item = try Self.specimen("{need: n}", candidates: "{users: '[\"li\", \"wang\"]'}")
        let (li, sun) = (Actor(user: "li"), Actor(user: "sun"))
        #expect(try item.task("panel", "assign", data: ["user": "wang"], by: li).refusal?.code == .notNow)
        try item.task("panel", "delegate", data: ["user": "sun"], by: li)
        #expect(item.task("panel")?.inboxUsers == ["sun", "wang"])
        #expect(try item.vote("panel", "pass", by: "sun").refusal?.code == .notNow)
        #expect(try item.vote("panel", "pass", by: "li").refusal != nil)
        #expect(try item.task("panel", "assign", data: ["user": "x"], by: sun).refusal?.code == .notYours)
        #expect(try item.task("panel", "resolve", by: li).refusal?.code == .notYours)
        try item.task("panel", "resolve", by: sun)
        #expect(item.snapshot.actors["panel"] == ["sun"])
        #expect(try item.task("panel", "resolve", by: li).refusal?.code == .notNow)
        try item.task("panel", "assign", data: ["user": "sun"], by: li)
        #expect(try item.vote("panel", "pass", by: "li").refusal?.code == .notNow)
        try item.task("panel", "assign", data: ["user": "qian", "voter": "wang"], by: Self.admin)
        #expect(item.task("panel")?.ballot?.members.map(\.user) == ["sun", "qian"])
        try item.vote("panel", "pass", by: "sun")
        try item.vote("panel", "pass", by: "qian")
        #expect(item.active == ["decided"])
    }

    @Test func `a substitute votes for the absent member`() throws {
        var item = try Self.specimen("{need: n}", candidates: "{users: '[\"li\", \"wang\"]'}")
        let substitute = Actor(user: "wang", onBehalfOf: "li")
        try item.task("panel", "submit", data: ["outcome": "pass", "score": 1], by: substitute)
        try item.vote("panel", "pass", by: "wang")

        let by = item.context["result"]?["submissions"]?.list?.first?["by"]
        #expect(by?["user"] == "wang")
        #expect(by?["onBehalfOf"] == "li")
    }

    @Test func `who has voted elsewhere may not vote here`() throws {
        var item = try Specimen(
            """
            states:
              a:
                invoke:
                  - id: one
                    src: human
                    candidates: {roles: [expert]}
                    outcomes: {yes: {title: Yes}}
                    votes: {of: 2, need: 2}
                  - {id: two, src: human, candidates: {roles: [expert]}, distinctFrom: [one]}
            """
        ) { $0.isSimulation = false }
        try item.vote("one", "yes", by: "li")

        #expect(try item.task("two", "claim", by: Self.expert("li")).refusal?.code == .forbidden)
        #expect(try item.task("two", "claim", by: Self.expert("wang")) == .taken)
    }

    static let mistakes: [(String, [String])] = [
        ("votes: {of: 3, need: 2}, outcomes: {a: {}}", []),
        ("votes: {need: 2}, outcomes: {a: {}}", ["1:29 missing-key"]),
        ("votes: {of: 3}, outcomes: {a: {}}", ["1:29 missing-key"]),
        ("votes: {of: 3, need: 2}", ["1:29 missing-key"]),
        ("votes: {of: 3, need: m}, outcomes: {a: {}}", ["1:43 unknown-name"]),
        ("votes: {of: n, need: 2}, outcomes: {a: {}}", ["1:34 unknown-name"]),
        ("votes: {of: 3, need: cast, quorum: n}, outcomes: {a: {}}", []),
        ("votes: {of: 3, need: 2, order: seq}, outcomes: {a: {}}", ["1:53 unknown-keyword"]),
        ("votes: {of: 3, need: 2, close: due}, outcomes: {a: {}}", ["1:53 missing-key"]),
        ("votes: {of: 3, need: 2}, outcomes: {a: {}}, assignee: context.x", ["1:76 vote-assignee"]),
        (
            "votes: {of: 3, need: 2, veto: {by: {starter: true}, outcome: b}}, outcomes: {a: {}}",
            ["1:83 unknown-outcome"]
        ),
        ("forEach: {in: context.x}", ["1:31 missing-key"]),
        ("forEach: {in: context.x, as: now}", ["1:51 loop-name"]),
        ("forEach: {in: context.x, as: t, concurrency: 1001}", ["1:67 expected-integer"]),
        ("forEach: {in: context.x, as: t}, title: '${t}', priority: t", []),
        ("forEach: {in: context.x, as: t}, onDone: {actions: {log: {message: '${t}'}}}", ["1:92 unknown-name"]),
    ]

    @Test(arguments: mistakes)
    func `mistakes of votes and loops have a code and a place`(keys: String, expected: [String]) {
        let line = "invoke: {id: i, src: human, \(keys)}"
        let text = line.replacing("id: i, ", with: "") + "\nstates: {s: {}}\nworkflow: w\n"

        #expect(DiagnosticsTests.found(text, .error) == expected)
    }

    @Test func `a vote in its course survives its text`() throws {
        var item = try Self.specimen("{of: 4, need: 3, order: sequential}")
        try item.vote("panel", "pass", by: "li")
        try item.vote("panel", nil, by: "wang")
        try item.task("panel", "add", data: ["user": "sun"], by: Self.expert("li"))
        try item.task("panel", "delegate", data: ["user": "qian"], by: Actor(user: "sun"))
        try item.task("panel", "nudge", by: Self.expert("li"))

        let read = try Snapshot(json: item.snapshot.json)

        #expect(read == item.snapshot)
        #expect(read.json == item.snapshot.json)
        #expect(try Value(json: read.json).jsonBytes == read.json)
    }
}

extension Specimen {
    /// Submits, or abstains.
    @discardableResult
    mutating func vote(_ name: String, _ outcome: String?, score: Int64 = 5, by user: String) throws -> Outcome {
        guard let outcome else { return try self.task(name, "abstain", by: VoteTests.expert(user)) }
        let data: Value = ["outcome": .string(outcome), "score": .int(score)]
        return try self.task(name, "submit", data: data, by: VoteTests.expert(user))
    }
}

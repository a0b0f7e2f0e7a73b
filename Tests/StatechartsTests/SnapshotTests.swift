import Statecharts
import Testing
import Values

@Suite struct SnapshotTests {
    static func rich() -> Snapshot {
        let time = Timestamp(seconds: 1_772_413_200, nanoseconds: 123_456_789)
        let facts = Snapshot.Facts(
            id: Specimen.id, workflow: "w", version: 3, key: "K-1", startedAt: time,
            startedBy: Actor(user: "li", roles: ["pm"], onBehalfOf: "wang"),
            parent: Snapshot.Parent(instance: "p", invocation: "p.1.2"))
        var snapshot = Snapshot(
            facts: facts, seq: 12, lastAt: time, active: ["a.b", "c"], context: ["x": [1, 2.5, .null, "é"]])
        snapshot.status = .suspended
        snapshot.suspendedAt = time
        snapshot.history = ["a.h": ["a.b"]]
        snapshot.visits = ["": .init(count: 1, enteredAt: time), "a.b": .init(count: 7, enteredAt: time)]
        snapshot.actors = ["check": ["li", "zhao"]]
        snapshot.results = ["a.b": ["one": .null, "two": ["n": 1]]]
        snapshot.spent = ["after.x.a", "after.y.a"]
        snapshot.output = .null
        snapshot.due = ["c": time, "a.b": time]
        snapshot.timers = [
            .init(id: "1", kind: .after(state: "a"), event: "after.PT1H.a", due: time),
            .init(id: "2", kind: .raise(data: .null), event: "x", sendID: "s", due: time),
            .init(id: "3", kind: .send(to: .instance("q"), data: 1, ttl: time), event: "y", due: time),
            .init(
                id: "4", kind: .send(to: .key(workflow: "w", key: "k"), data: .null, ttl: nil), event: "y", due: time),
            .init(id: "5", kind: .timeout(invocation: "7"), event: "error.invoke.z", due: time),
            .init(id: "6", kind: .task(invocation: "7"), event: "remind.1.invoke.z", due: time, repetition: 3),
        ]
        var task = HumanTask(createdAt: time)
        task.title = ["": "T", "zh": "题"]
        task.candidateRoles = ["r"]
        task.candidateUsers = ["u"]
        task.assignee = "u"
        task.form = ["type": "object"]
        task.outcomes = [.init(value: "ok", title: ["en": "OK"])]
        task.input = ["a": 1]
        task.distinctFrom = ["other"]
        task.priority = 2
        task.dueAt = time
        snapshot.invocations = [
            .init(id: "7", name: "z", state: "a.b", kind: .task(task)),
            .init(id: "8", name: "y", state: "a.b", kind: .job(topic: "t")),
            .init(id: "9", name: "x", state: "c", kind: .child(instance: "i", detached: true)),
            .init(id: "10", name: "w", state: "c", kind: .task(HumanTask(createdAt: time))),
        ]
        var parked = ParkedVisit(since: time)
        parked.timers = snapshot.timers
        parked.invocations = snapshot.invocations
        parked.unstarted = ["z", "y"]
        parked.due = time
        parked.kept = ["8": .init(isDone: true, data: ["n": 1]), "9": .init(isDone: false, data: .null)]
        parked.results = ["one": 1]
        parked.spent = ["after.x.h", "7 due.invoke.z"]
        snapshot.parked = ["h": parked, "h.i": ParkedVisit(since: time)]
        return snapshot
    }

    @Test func `a snapshot survives its text`() throws {
        let snapshot = Self.rich()

        let read = try Snapshot(json: snapshot.json)

        #expect(read == snapshot)
        #expect(read.json == snapshot.json)
    }

    @Test func `its text is canonical`() throws {
        let text = Self.rich().json

        #expect(try Value(json: text).jsonBytes == text)
    }

    @Test func `white space and unknown members are gone over`() throws {
        let text = String(decoding: Self.rich().json, as: UTF8.self)
        let loose = text.replacing(#"{"active""#, with: #" { "later" : [{}, null] , "active""#)
            .replacing("]", with: " ]\n")

        #expect(try Snapshot(json: Array(loose.utf8)) == Self.rich())
    }

    @Test func `context and active states can be kept apart`() throws {
        let snapshot = Self.rich()
        let rest = try Value(json: snapshot.restJSON)
        #expect(rest["context"] == nil)
        #expect(rest["active"] == nil)

        let read = try Snapshot(rest: snapshot.restJSON, context: snapshot.context, active: snapshot.active)

        #expect(read == snapshot)
    }

    @Test func `a finished instance without output differs from one whose output is null`() throws {
        var snapshot = Self.rich()
        snapshot.output = nil

        #expect(try Snapshot(json: snapshot.json).output == nil)
    }

    @Test(arguments: ["facts", "seq", "lastAt", "status"])
    func `a text that is no snapshot says what is missing`(missing: String) throws {
        var map = try #require(Value(json: Self.rich().json).map)
        map[missing] = nil

        let error = #expect(throws: JSONError.self) { try Snapshot(json: Value.map(map).jsonBytes) }

        #expect(error?.message == "\(missing) is missing")
    }

    @Test(arguments: [
        #"{"seq":"1"}"#, #"{"visits":{"a":[1]}}"#, #"{"status":"asleep"}"#, #"{"lastAt":"today"}"#, #"{"active":[1]}"#,
        "[]",
        "{", #"{"facts":{}}"#, #"{"seq":1 "status":"done"}"#, #"{"timers":[{"id":"1"}]}"#, "{}x",
    ])
    func `what is no snapshot is refused`(text: String) {
        #expect(throws: JSONError.self) { try Snapshot(json: Array(text.utf8)) }
    }
}

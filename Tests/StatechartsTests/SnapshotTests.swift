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
            facts: facts, seq: 12, lastAt: time, active: ["a.b", "c"], context: ["x": [1, 2.5, nil, "é"]])
        snapshot.status = .suspended
        snapshot.suspendedAt = time
        snapshot.history = ["a.h": ["a.b"]]
        snapshot.visits = ["": .init(count: 1, enteredAt: time), "a.b": .init(count: 7, enteredAt: time)]
        snapshot.actors = ["check": ["li", "zhao"]]
        snapshot.results = ["a.b": ["one": nil, "two": ["n": 1]]]
        snapshot.spent = ["after.x.a", "after.y.a"]
        snapshot.output = .null
        snapshot.timers = [
            .init(id: "1", kind: .after(state: "a"), event: "after.PT1H.a", due: time),
            .init(id: "2", kind: .raise(data: nil), event: "x", sendID: "s", due: time),
            .init(id: "3", kind: .send(to: .instance("q"), data: 1, ttl: time), event: "y", due: time),
            .init(id: "4", kind: .send(to: .key(workflow: "w", key: "k"), data: nil, ttl: nil), event: "y", due: time),
            .init(id: "5", kind: .timeout(invocation: "7"), event: "error.invoke.z", due: time),
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
        snapshot.invocations = [
            .init(id: "7", name: "z", state: "a.b", kind: .task(task)),
            .init(id: "8", name: "y", state: "a.b", kind: .job(topic: "t")),
            .init(id: "9", name: "x", state: "c", kind: .child(instance: "i", detached: true)),
            .init(id: "10", name: "w", state: "c", kind: .task(HumanTask(createdAt: time))),
        ]
        return snapshot
    }

    @Test func `a snapshot survives its text`() throws {
        let snapshot = Self.rich()
        let text = snapshot.encoded().json

        let read = try Snapshot(decoding: Value(json: text))

        #expect(read == snapshot)
        #expect(read.encoded().json == text)
    }

    @Test func `context and active states can be kept apart`() throws {
        let snapshot = Self.rich()
        #expect(snapshot.rest["context"] == nil)
        #expect(snapshot.rest["active"] == nil)

        let read = try Snapshot(decoding: snapshot.rest, context: snapshot.context, active: snapshot.active)

        #expect(read == snapshot)
    }

    @Test func `a finished instance without output differs from one whose output is null`() throws {
        var snapshot = Self.rich()
        snapshot.output = nil

        #expect(try Snapshot(decoding: snapshot.encoded()).output == nil)
    }

    @Test(arguments: [
        ("facts", "/facts/id"), ("seq", "/seq"), ("lastAt", "/lastAt"), ("status", "/status"),
    ])
    func `a text that is no snapshot says where`(missing: String, pointer: String) throws {
        var map = try #require(Self.rich().encoded().map)
        map[missing] = nil

        let error = #expect(throws: SnapshotError.self) { try Snapshot(decoding: .map(map)) }

        #expect(error?.pointer == pointer)
    }
}

import Statecharts
import Testing
import Values

/// `forEach` of invocations.
@Suite struct LoopTests {
    static func work(_ loop: String, src: String = "src: worker, topic: pay", more: String = "") -> String {
        """
        context: {list: [a, b, c, d], results: null, failed: null, code: null, bad: z}
        states:
          idle: {on: {go: busy}}
          busy:
            invoke:
              id: pay
              \(src.replacing(", ", with: "\n      "))
              forEach: {in: context.list, as: t, index: i, \(loop)}
              \(more)
              onDone: {target: done, actions: {assign: {results: event.data.results}}}
              onError: {target: broken, actions: {assign: {failed: '?event.data.failed.orValue(null)'}}}
            on: {stop: idle}
          done: {}
          broken: {}
        """.replacing("'?event.data.failed.orValue(null)'", with: "'event.data.?failed.orValue(null)'")
    }

    static func busy(
        _ loop: String, src: String = "src: worker, topic: pay", more: String = "", list: Value? = nil
    ) throws -> Specimen {
        let data: Value = list.map { ["list": $0] } ?? .null
        var item = try Specimen(Self.work(loop, src: src, more: more), data: data)
        item.send("go")
        return item
    }

    @Test func `each element is a job of its own and the results are in its order`() throws {
        var item = try Self.busy("concurrency: 10", more: "input: {who: t, place: i}")
        let jobs = item.last.effects.compactMap { effect -> Value? in
            if case .startJob(let job) = effect { job.payload["input"] } else { nil }
        }
        #expect(jobs == ["a", "b", "c", "d"].enumerated().map { ["who": .string($1), "place": .int(Int64($0))] })
        #expect(Set(item.snapshot.invocations.map(\.id)).count == 4)

        #expect(try item.end(2, data: 30) == .taken)
        #expect(item.active == ["busy"])
        try item.end(0, data: 10)
        try item.end(3, data: 40)
        #expect(try item.end(1) == .taken)

        #expect(item.active == ["done"])
        #expect(item.context["results"] == [10, .null, 30, 40])
        #expect(item.snapshot.loops.isEmpty)
        #expect(item.snapshot.invocations.isEmpty)
    }

    @Test func `each completion starts the next`() throws {
        var item = try Self.busy("concurrency: 2")
        #expect(item.open == [0, 1])
        try item.end(1)
        #expect(item.last.effects.map(\.kind) == ["startJob"])
        #expect(item.open == [0, 2])
        try item.end(0)
        try item.end(2)
        #expect(item.open == [3])
        try item.end(3)
        #expect(item.active == ["done"])

        var sequential = try Self.busy("order: sequential")
        for place in 0..<4 {
            #expect(sequential.open == [place])
            try sequential.end(place)
        }
        #expect(sequential.active == ["done"])
    }

    @Test func `when enough are done the rest is cancelled`() throws {
        var item = try Self.busy("need: 2, concurrency: 3")
        try item.end(2, data: "x")
        try item.end(0, failed: true)
        try item.end(3, data: "y")

        #expect(item.last.effects.map(\.kind) == ["cancelJob"])
        #expect(item.context["results"] == [.null, .null, "x", "y"])
        #expect(item.snapshot.invocations.isEmpty)
    }

    @Test func `when enough cannot be done any more that is one error`() throws {
        var item = try Self.busy("need: size(context.list) - 1")
        try item.end(1, data: ["code": "bad"], failed: true)
        #expect(item.active == ["busy"])

        try item.end(3, data: ["code": "worse"], failed: true)

        #expect(item.active == ["broken"])
        #expect(
            item.context["failed"] == [
                ["index": 1, "error": ["code": "bad"]], ["index": 3, "error": ["code": "worse"]],
            ])
        #expect(item.last.effects.map(\.kind) == ["cancelJob", "cancelJob"])
    }

    @Test func `an empty list is done at once`() throws {
        let item = try Self.busy("need: 3", list: [])

        #expect(item.active == ["done"])
        #expect(item.context["results"] == [])
    }

    @Test func `more than there are can never be done`() throws {
        let item = try Self.busy("need: 5")

        #expect(item.active == ["broken"])
        #expect(item.context["failed"] == [])
        #expect(item.last.effects.isEmpty)
    }

    static let mistakes: [(String, Value?)] = [
        ("need: 0", nil), ("need: \"dyn('x')\"", nil), ("concurrency: 2", "text"),
        ("concurrency: 2", .list(Array(repeating: 0, count: ForEach.mostElements + 1))),
    ]

    @Test(arguments: mistakes)
    func `what is no list or no number is an error`(loop: String, list: Value?) throws {
        let item = try Specimen(Self.work(loop), data: list.map { ["list": $0] } ?? .null)

        let step = item.machine.step(item.snapshot, Event("go", by: Actor(user: "li")), in: item.surroundings)

        #expect(step.outcome.fault?.code == .execution)
    }

    @Test func `an element whose input fails has failed`() throws {
        let item = try Self.busy("need: 3", more: "input: {x: '1 / (t - 2)'}", list: [1, 2, 3, 2])

        #expect(item.active == ["broken"])
        #expect(item.context["failed"]?.list?.map { $0["index"] } == [1, 3])
        #expect(item.context["failed"]?.list?.first?["error"]?["code"] == "error.execution")
    }

    @Test func `a result of all that nobody handles fails the step`() throws {
        var item = try Specimen(
            """
            states:
              a: {invoke: {id: pay, src: worker, topic: t, forEach: {in: '[1, 2]', as: t}}}
            """)
        try item.end(0)

        #expect(try item.end(1, data: ["code": "bad"], failed: true).fault?.code == .invocation)
        #expect(item.open == [1])
        #expect(try item.end(1) == .ignored)
        #expect(item.snapshot.loops.isEmpty)
    }

    @Test func `results that no event can carry are an error`() throws {
        var item = try Specimen(Self.work("concurrency: 4")) { $0.limits.eventBytes = 1_000 }
        item.send("go")
        try item.end(0, data: .string(String(repeating: "x", count: 600)))
        #expect(item.active == ["busy"])

        try item.end(1, data: .string(String(repeating: "x", count: 600)))

        #expect(item.active == ["broken"])
        #expect(item.last.effects.map(\.kind) == ["cancelJob", "cancelJob"])
    }

    @Test func `leaving the state cancels all and late results are ignored`() throws {
        var item = try Self.busy("concurrency: 3")
        let old = item.snapshot.invocations

        item.send("stop")

        #expect(item.last.effects.map(\.kind) == ["cancelJob", "cancelJob", "cancelJob"])
        #expect(item.snapshot.loops.isEmpty)
        #expect(item.process(Event("done.invoke", origin: .result, reference: old[0].id)) == .ignored)
    }

    @Test func `each has a timeout of its own`() throws {
        var item = try Self.busy("need: 3", more: "timeout: PT1H")
        try item.end(0)
        let timer = try #require(item.snapshot.timers.first)
        item.surroundings.now = timer.due
        #expect(item.process(Event("", origin: .timer, reference: timer.id)) == .taken)

        #expect(item.open == [2, 3])
        #expect(item.snapshot.loops.first?.failed.map(\.index) == [1])
        #expect(item.snapshot.loops.first?.failed.first?.error["code"] == "timeout")
    }

    @Test func `a moving timeout sees its element`() throws {
        let times: Value = ["2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"]
        var item = try Self.busy("concurrency: 5", more: "timeout: {at: t}", list: times)
        try item.end(0)

        #expect(item.snapshot.timers.map(\.due) == [Timestamp("2026-03-04T00:00:00Z")])
        #expect(item.last.trace.errors.isEmpty)
    }

    @Test func `children of one list are instances of their own`() throws {
        let item = try Self.busy("concurrency: 4", src: "src: workflow, workflow: child, key: '\"k-\" + t'")
        let children = item.last.effects.compactMap { effect -> Effect.Child? in
            if case .startChild(let child) = effect { child } else { nil }
        }

        #expect(Set(children.map(\.instance)).count == 4)
        #expect(children.map(\.key) == ["k-a", "k-b", "k-c", "k-d"])
    }

    @Test func `tasks of one list are for whom the element names`() throws {
        var item = try Self.busy(
            "concurrency: 4", src: "src: human, title: 'Sign, ${t}', assignee: t".replacing("Sign, ", with: "Sign "))
        let tasks = item.last.effects.compactMap { effect -> HumanTask? in
            if case .openTask(_, _, _, let task) = effect { task } else { nil }
        }
        #expect(tasks.map(\.assignee) == ["a", "b", "c", "d"])
        #expect(tasks.first?.title == ["": "Sign a"])

        for (place, user) in ["a", "b", "c", "d"].enumerated() {
            let id = try #require(item.snapshot.invocations.first { $0.element?.index == place }?.id)
            let event = Event("task.submit", data: ["n": 1], origin: .task, by: Actor(user: user), reference: id)
            #expect(item.process(event) == .taken)
        }
        #expect(item.context["results"] == [["n": 1], ["n": 1], ["n": 1], ["n": 1]])
        #expect(item.snapshot.actors["pay"] == ["a", "b", "c", "d"])
    }

    @Test func `rules of a vote see the element that it is for`() throws {
        var item = try Specimen(
            """
            context: {got: null}
            states:
              a:
                invoke:
                  id: each
                  src: human
                  candidates: {roles: [expert]}
                  outcomes: {yes: {title: Yes}}
                  votes: {of: 3, need: t}
                  forEach: {in: '[1, 2]', as: t}
                  onDone: {target: b, actions: {assign: {got: 'event.data.results.map(r, r.cast)'}}}
              b: {}
            """)
        try item.vote("each", "yes", by: "li")
        #expect(item.open == [1])
        try item.vote("each", "yes", by: "li")
        try item.vote("each", "yes", by: "wang")

        #expect(item.context["got"] == [1, 2])
    }

    @Test func `a state with onDone waits for a loop like for any work`() throws {
        var item = try Specimen(
            """
            context: {got: null}
            states:
              a:
                invoke:
                  - {id: none, src: worker, topic: t, forEach: {in: '[]', as: t}}
                  - {id: some, src: worker, topic: t, forEach: {in: '[1, 2]', as: t}}
                onDone: {target: b, actions: {assign: {got: event.data}}}
              b: {}
            """)
        try item.end(0, data: 5)
        #expect(item.active == ["a"])
        try item.end(1, data: 6)

        #expect(item.context["got"] == ["none": ["results": []], "some": ["results": [5, 6]]])

        let empty = try Specimen(
            """
            states:
              a:
                invoke: {id: none, src: worker, topic: t, forEach: {in: '[]', as: t}}
                onDone: b
              b: {}
            """)
        #expect(empty.active == ["b"])
    }

    @Test func `a thousand at once are within the limits of a step`() throws {
        var item = try Self.busy(
            "concurrency: 1000", more: "timeout: PT1H", list: .list(Array(repeating: 1, count: 3_000)))
        #expect(item.last.effects.count == 2_000)
        #expect(item.snapshot.invocations.count == 1_000)
        try item.end(7)
        #expect(item.snapshot.invocations.count == 1_000)
        #expect(item.snapshot.loops.first?.waiting.count == 1_999)

        item.send("stop")

        #expect(item.last.effects.count == 2_000)
    }

    @Test func `a loop in its course survives its text`() throws {
        var item = try Self.busy("concurrency: 2")
        try item.end(0, data: ["x": 1])
        try item.end(1, data: ["code": "bad"], failed: true)

        let read = try? Snapshot(json: item.snapshot.json)
        #expect(item.active == ["broken"])
        #expect(read == item.snapshot)

        var open = try Self.busy("concurrency: 2, need: 2")
        try open.end(1, data: ["code": "bad"], failed: true)
        try open.end(0, data: ["x": 1])
        #expect(open.active == ["busy"])
        let again = try Snapshot(json: open.snapshot.json)
        #expect(again == open.snapshot)
        #expect(again.json == open.snapshot.json)
        #expect(try Value(json: again.json).jsonBytes == again.json)
    }
}

extension Specimen {
    /// Indices of the elements that are being worked on.
    var open: [Int] { self.snapshot.invocations.compactMap { $0.element?.index } }

    /// The result of one element.
    @discardableResult
    mutating func end(_ index: Int, data: Value = .null, failed: Bool = false) throws -> Outcome {
        let id = try #require(self.snapshot.invocations.first { $0.element?.index == index }?.id)
        let type = failed ? "error.invoke" : "done.invoke"
        return self.process(Event(type, data: data, origin: .result, by: Actor(worker: "w"), reference: id))
    }
}

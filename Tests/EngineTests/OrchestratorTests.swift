import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema) struct OrchestratorTests {
    private let admin = EngineFixture.admin

    @Test func `an instance starts, takes events and ends`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let started = try await engine.start(
                "counter", version: nil, key: nil, data: ["n": 5], id: nil, by: self.admin)
            #expect(started.seq == 1 && started.states == ["a"])
            let moved = try await engine.send(
                "go", data: .null, to: started.instance, ifSeq: 1, id: nil, by: self.admin)
            #expect(moved.states == ["b"] && moved.isHandled && !moved.isRepeated)
            #expect(moved.transitions == [Trace.Taken(source: "a", targets: ["b"])])
            let ended = try await engine.send(
                "stop", data: .null, to: started.instance, ifSeq: nil, id: nil, by: self.admin)
            #expect(ended.status == .done)
            let view = try await engine.instance(started.instance, by: self.admin)
            #expect(view.snapshot.output == ["n": 6])
            let verified = try await engine.verify(started.instance)
            #expect(verified.rows == 3 && verified.difference == nil, "\(verified)")
        }
    }

    @Test func `an event at another seq is refused`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let id = try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let error = await #expect(throws: EngineError.self) {
                _ = try await engine.send("go", data: .null, to: id, ifSeq: 7, id: nil, by: self.admin)
            }
            #expect(error?.code == .preconditionFailed)
        }
    }

    @Test func `a command's id returns its first answer, and another body is refused`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let id = try await engine.start("counter", version: nil, key: nil, data: .null, id: "s", by: self.admin)
                .instance
            let again = try await engine.start("counter", version: nil, key: nil, data: .null, id: "s", by: self.admin)
            #expect(again.instance == id && again.isRepeated)
            let first = try await engine.send("go", data: .null, to: id, ifSeq: nil, id: "e", by: self.admin)
            _ = try await engine.send("go", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            var second = try await engine.send("go", data: .null, to: id, ifSeq: nil, id: "e", by: self.admin)
            #expect(second.isRepeated)
            second.isRepeated = false
            #expect(second == first)
            let error = await #expect(throws: EngineError.self) {
                _ = try await engine.send("stop", data: .null, to: id, ifSeq: nil, id: "e", by: self.admin)
            }
            #expect(error?.code == .invalid)
            let other = try await engine.send(
                "go", data: .null, to: id, ifSeq: nil, id: "e", by: Actor(user: "bob", roles: []))
            #expect(!other.isRepeated)
        }
    }

    @Test func `starting a key again returns its instance`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.keyed, on: engine)
            let data: Value = ["code": "X1"]
            let first = try await engine.start("keyed", version: nil, key: nil, data: data, id: nil, by: self.admin)
            let second = try await engine.start("keyed", version: nil, key: "X1", data: data, id: nil, by: self.admin)
            #expect(first.instance == second.instance && second.isRepeated && !first.isRepeated)
            #expect(first.instance == InstanceID(workflow: "keyed", key: "X1"))
            await #expect(throws: EngineError.self) {
                _ = try await engine.start("keyed", version: nil, key: "Y", data: data, id: nil, by: self.admin)
            }
        }
    }

    @Test func `a refused event leaves no trace`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let id = try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let error = await #expect(throws: EngineError.self) {
                _ = try await engine.send("bad", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            }
            #expect(error?.code == .failed)
            let unknown = await #expect(throws: EngineError.self) {
                _ = try await engine.send("goo", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            }
            #expect(unknown?.code == .invalid)
            #expect(try await engine.instance(id, by: self.admin).snapshot.seq == 1)
        }
    }

    @Test func `a timer fires`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.timer, on: engine)
            let id = try await engine.start("timer", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let view = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["b"] }
            #expect(view.jobs.isEmpty)
            #expect(try await engine.verify(id).difference == nil)
        }
    }

    @Test func `a child's end reaches its parent`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            try await EngineFixture.deploy(Sample.parent, on: engine)
            let id = try await engine.start("parent", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let waiting = try await EngineFixture.eventually(engine, id) { $0.jobs.isEmpty && !$0.children.isEmpty }
            let child = try #require(waiting.children.first)
            #expect(child.id.slot == id.slot)
            _ = try await EngineFixture.eventually(engine, child.id) { $0.snapshot.active == ["a"] }
            _ = try await engine.send("go", data: .null, to: child.id, ifSeq: nil, id: nil, by: self.admin)
            _ = try await engine.send("stop", data: .null, to: child.id, ifSeq: nil, id: nil, by: self.admin)
            let done = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["b"] }
            #expect(done.snapshot.context["n"] == 42)
            #expect(done.children.map(\.state) == ["done"])
            #expect(try await engine.verify(id).difference == nil)
            #expect(try await engine.verify(child.id).difference == nil)
        }
    }

    @Test func `a child that cannot start is an error of its parent`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(
                Sample.counter.replacing("type: object,", with: "type: object, required: [m],"), on: engine)
            try await EngineFixture.deploy(Sample.parent, on: engine)
            let id = try await engine.start("parent", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let view = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["failed"] }
            #expect(view.snapshot.context["code"] == "start")
        }
    }

    @Test func `a child is cancelled when its state is left`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            try await EngineFixture.deploy(Sample.parent, on: engine)
            let id = try await engine.start("parent", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let waiting = try await EngineFixture.eventually(engine, id) { !$0.children.isEmpty && $0.jobs.isEmpty }
            let child = try #require(waiting.children.first).id
            _ = try await EngineFixture.eventually(engine, child) { $0.snapshot.active == ["a"] }
            _ = try await engine.send("leave", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            let view = try await EngineFixture.eventually(engine, child) { $0.snapshot.status == .cancelled }
            #expect(view.jobs.isEmpty)
        }
    }

    @Test func `signals of one sender arrive in order, exactly once`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.sender, on: engine)
            let from = try await engine.start("sender", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let to = try await engine.start("sender", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            for n in 0..<30 {
                let data: Value = ["to": .string(to.description), "n": .int(Int64(n))]
                _ = try await engine.send("tell", data: data, to: from, ifSeq: nil, id: nil, by: self.admin)
            }
            let view = try await EngineFixture.eventually(engine, to) {
                $0.snapshot.context["answers"]?.list?.count ?? 0 >= 30
            }
            #expect(view.snapshot.context["answers"] == .list((0..<30).map { .int($0) }))
            #expect(try await engine.verify(to).difference == nil)
        }
    }

    @Test func `a signal for nobody parks an incident with its sender, which can be skipped`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.sender, on: engine)
            let id = try await engine.start("sender", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let nobody = InstanceID(workflow: "x", key: "y").description
            _ = try await engine.send(
                "tell", data: ["to": .string(nobody), "n": 1], to: id, ifSeq: nil, id: nil, by: self.admin)
            let view = try await EngineFixture.eventually(engine, id) { !$0.incidents.isEmpty }
            #expect(view.incidents.first?.code == "error.communication")
            #expect(view.jobs.map(\.state) == ["parked"])
            _ = try await engine.resolve(id, set: [:], skip: true, by: self.admin)
            let after = try await engine.instance(id, by: self.admin)
            #expect(after.incidents.isEmpty && after.jobs.isEmpty)
        }
    }

    @Test func `a job is done once, and the same report gets the first answer`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.work, on: engine)
            let id = try await engine.start("work", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let jobs = try await engine.acquire(
                topics: [("things", 30)], worker: "w", max: 1, waitSeconds: 5, by: self.admin)
            let job = try #require(jobs.first)
            let stale = await #expect(throws: EngineError.self) {
                _ = try await engine.complete(
                    job: job.id, worker: "w", attempt: job.attempt + 1, result: ["n": 1], by: self.admin)
            }
            #expect(stale?.code == .refused)
            let answer = try await engine.complete(
                job: job.id, worker: "w", attempt: job.attempt, result: ["n": 7], by: self.admin)
            #expect(answer.states == ["b"])
            let again = try await engine.complete(
                job: job.id, worker: "w", attempt: job.attempt, result: ["n": 7], by: self.admin)
            #expect(again.isRepeated && again.seq == answer.seq)
            #expect(try await engine.instance(id, by: self.admin).snapshot.context["n"] == 7)
            #expect(try await engine.verify(id).difference == nil)
        }
    }

    @Test func `a suspended instance keeps its result and its timers until it is resumed`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.work, on: engine)
            let id = try await engine.start("work", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let jobs = try await engine.acquire(
                topics: [("things", 30)], worker: "w", max: 1, waitSeconds: 5, by: self.admin)
            let job = try #require(jobs.first)
            _ = try await engine.suspend(id, by: self.admin)
            let kept = try await engine.complete(
                job: job.id, worker: "w", attempt: job.attempt, result: ["n": 7], by: self.admin)
            #expect(kept.status == .suspended)
            _ = try await engine.resume(id, by: self.admin)
            let view = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["b"] }
            #expect(view.snapshot.context["n"] == 7 && view.jobs.isEmpty)
        }
    }
}

import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema) struct ReadsTests {
    private let admin = EngineFixture.admin
    private let pm = Actor(user: "pat", roles: ["pm"])

    private static func code(_ body: () async throws -> Void) async -> EngineError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? EngineError)?.code
        }
    }

    private func start(
        _ data: Value = .null, on engine: Orchestrator, by actor: Actor? = nil
    ) async throws -> InstanceID {
        try await engine.start(
            "review", version: nil, key: nil, data: data, id: nil, by: actor ?? self.pm
        ).instance
    }

    @Test func `the same content is no new version, and mistakes are told`() async throws {
        try await EngineFixture.with { engine in
            let first = try await engine.deploy(Samples.roles, file: "a.yaml", by: self.admin)
            let again = try await engine.deploy(Samples.roles, file: "a.yaml", by: self.admin)
            let second = try await engine.deploy(Samples.roles + "\n", file: "a.yaml", by: self.admin)
            #expect(first.version == 1 && first.isNew && again.version == 1 && !again.isNew && second.version == 2)
            let older = try await engine.deploy(Samples.roles, file: "a.yaml", by: self.admin)
            #expect(older.version == 1 && older.diagnostics.contains { $0.code == "older-content" })
            let view = try await engine.workflow("review", version: nil, by: self.pm)
            #expect(view.version == 2 && view.versions == [1, 2])

            let error = await #expect(throws: EngineError.self) {
                _ = try await engine.deploy(
                    "workflow: x\nstates: {a: {on: {go: nowhere}}}", file: "x.yaml", by: self.admin)
            }
            #expect(error?.code == .invalid && error?.diagnostics.isEmpty == false)
            #expect(await Self.code { _ = try await engine.deploy("", file: "", by: self.pm) } == .forbidden)
        }
    }

    /// One of four hundred made the whole board an error.
    @Test(arguments: [1, 4 << 20])
    func `what cannot be read is left out of lists and planned ends`(bytes: Int) async throws {
        var limits = Limits()
        limits.readBytes = bytes
        try await EngineFixture.with(limits: limits) { engine in
            let source = """
                workflow: review
                access: {read: {users: context.friend}}
                context: {friend: zoe}
                initial: draft
                states:
                  draft: {invoke: {id: panel, src: human, candidates: {roles: [expert]}, due: P3D}}
                """
            try await EngineFixture.deploy(source, on: engine)
            var ids: [InstanceID] = []
            for _ in 0..<3 { ids.append(try await self.start(on: engine)) }
            let owner = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
            try await owner.execute(script: "update instance set snapshot = 'x' where id = '\(ids[1])'")
            await owner.close()

            let zoe = Actor(user: "zoe")
            #expect(Set(try await engine.list(ListingRequest(), by: zoe).rows.map(\.id)) == [ids[0], ids[2]])
            #expect(Set(try await engine.dueDates(of: ids, by: zoe).keys) == [ids[0], ids[2]])
            #expect(try await engine.dueDates(of: ids, by: self.pm).isEmpty)
        }
    }

    @Test func `a workflow and a calendar that are not here are mistakes`() async throws {
        try await EngineFixture.with { engine in
            let source = """
                workflow: outer
                calendar: cn
                initial: a
                states:
                  a: {invoke: {id: c, src: workflow, workflow: absent, onDone: b}}
                  b: {type: final}
                """
            let error = await #expect(throws: EngineError.self) {
                try await engine.deploy(source, file: "outer.yaml", by: self.admin)
            }
            let codes = error?.diagnostics.filter { $0.severity == .error }.map(\.code)
            #expect(error?.code == .invalid && codes == ["unknown-calendar", "unknown-workflow"])
            let deployed = try await engine.workflows(by: self.admin)
            #expect(deployed.isEmpty)
        }
    }

    private static func invoking(_ child: String, as name: String, more: String = "") -> DefinitionFile {
        let text = """
            workflow: \(name)
            initial: a
            states:
              a: {invoke: {id: c, src: workflow, workflow: \(child)\(more), onDone: b}}
              b: {type: final}
            """
        return DefinitionFile(name: "\(name).yaml", text: text + "\n")
    }

    @Test func `workflows that invoke each other are deployed together, or none of them`() async throws {
        try await EngineFixture.with { engine in
            let (one, two) = (Self.invoking("two", as: "one"), Self.invoking("one", as: "two"))
            #expect(await Self.code { _ = try await engine.deploy([one], by: self.admin) } == .invalid)
            let broken = DefinitionFile(name: "three.yaml", text: "workflow: three\nstates: {a: {on: {x: nowhere}}}\n")
            #expect(await Self.code { _ = try await engine.deploy([one, two, broken], by: self.admin) } == .invalid)
            #expect(await Self.code { _ = try await engine.deploy([one, one], by: self.admin) } == .invalid)
            #expect(try await engine.workflows(by: self.admin).isEmpty)
            let deployments = try await engine.deploy([one, two], by: self.admin)
            #expect(deployments.map(\.workflow) == ["one", "two"] && deployments.allSatisfy(\.isNew))
            let again = try await engine.deploy([two], by: self.admin)
            #expect(again.map(\.isNew) == [false])
            let own = try await engine.deploy([Self.invoking("own", as: "own")], by: self.admin)
            #expect(own.map(\.version) == [1])
        }
    }

    @Test func `a version that a workflow does not have cannot be invoked`() async throws {
        try await EngineFixture.with { engine in
            let child = DefinitionFile(name: "c.yaml", text: "workflow: c\nstates: {a: {type: final}}\n")
            _ = try await engine.deploy([child], by: self.admin)
            func codes(_ version: Int, beside others: [DefinitionFile] = []) async throws -> [String] {
                let parent = Self.invoking("c", as: "p", more: ", version: \(version)")
                do {
                    _ = try await engine.deploy([parent] + others, by: self.admin)
                    return []
                } catch let error as EngineError {
                    return error.diagnostics.filter { $0.severity == .error }.map(\.code)
                }
            }
            #expect(try await codes(2) == ["unknown-version"])
            // What is there already becomes no second version.
            #expect(try await codes(2, beside: [child]) == ["unknown-version"])
            #expect(try await codes(1) == [])
            let next = DefinitionFile(name: "c.yaml", text: child.text + "title: C\n")
            #expect(try await codes(3, beside: [next]) == ["unknown-version"])
            #expect(try await codes(2, beside: [next]) == [])
        }
    }

    @Test func `a parent is checked against the output of its child`() async throws {
        try await EngineFixture.with { engine in
            let child = "workflow: c\nstates: {a: {type: final, output: {n: 1}}}\n"
            _ = try await engine.deploy(child, file: "c.yaml", by: self.admin)
            let parent = Self.invoking("c", as: "p").text.replacing(
                "onDone: b", with: "onDone: {target: b, guard: event.data.m > 1}")
            let error = await #expect(throws: EngineError.self) {
                try await engine.deploy(parent, file: "p.yaml", by: self.admin)
            }
            #expect(error?.diagnostics.map(\.code) == ["cel-type"])
            let right = parent.replacing("data.m", with: "data.n")
            #expect(try await engine.deploy(right, file: "p.yaml", by: self.admin).isNew)
        }
    }

    @Test func `a role that no user was given is told`() async throws {
        try await EngineFixture.with { engine in
            let source = """
                workflow: vacant
                events: {go: {for: {roles: [judge, clerk]}}}
                initial: a
                states:
                  a: {on: {go: b}}
                  b: {type: final}
                """
            func notes(_ source: String) async throws -> [String] {
                let deployment = try await engine.deploy(source, file: "vacant.yaml", by: self.admin)
                return deployment.diagnostics.filter { $0.code == "vacant-role" }.map(\.message.english)
            }
            #expect(try await notes(source) == ["no user was given the roles clerk, judge yet"])
            _ = try await engine.saveUser("kim", display: nil, roles: ["judge"], isDisabled: nil, by: self.admin)
            #expect(try await notes(source + "\n") == ["no user was given the role clerk yet"])
        }
    }

    @Test func `an instance is visible to whom the definition says`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Samples.roles, on: engine)
            let id = try await self.start(["friend": "fay"], on: engine)
            for actor in [self.admin, self.pm, Actor(user: "fay"), Actor(user: "rae", roles: ["reader"])] {
                #expect(try await engine.instance(id, by: actor).snapshot.facts.workflow == "review")
                #expect(try await engine.list(ListingRequest(), by: actor).rows.map(\.id) == [id], "\(actor)")
            }
            let eve = Actor(user: "eve", roles: ["pm", "expert"])
            #expect(await Self.code { _ = try await engine.instance(id, by: eve) } == .forbidden)
            #expect(await Self.code { _ = try await engine.history(id, after: 0, limit: 9, by: eve) } == .forbidden)
            #expect(try await engine.list(ListingRequest(), by: eve).rows.isEmpty)
        }
    }

    @Test func `pages follow each other without gaps or repetition, filtered rows included`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Samples.roles, on: engine)
            var mine: [InstanceID] = []
            for index in 0..<9 {
                let isMine = index % 3 != 0
                let id = try await self.start(on: engine, by: isMine ? self.pm : Actor(user: "eve"))
                if isMine { mine.append(id) }
            }
            var request = ListingRequest()
            request.limit = 2
            var found: [InstanceID] = []
            repeat {
                let page = try await engine.list(request, by: self.pm)
                found += page.rows.map(\.id)
                request.cursor = page.next
            } while request.cursor != nil
            #expect(found == mine.reversed())
        }
    }

    @Test func `lists filter by status, tag, field and text`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Samples.roles, on: engine)
            let first = try await self.start(["score": 7], on: engine)
            _ = try await self.start(["score": 8], on: engine)
            _ = try await engine.send("ask", data: .null, to: first, ifSeq: nil, id: nil, by: self.pm)

            func count(_ change: (inout ListingRequest) -> Void) async throws -> Int {
                var request = ListingRequest()
                request.workflow = "review"
                change(&request)
                return try await engine.list(request, by: self.admin).rows.count
            }
            #expect(try await count { $0.tag = "early" } == 1)
            #expect(try await count { $0.fields = ["score": "7"] } == 1)
            #expect(try await count { $0.status = .done } == 0)
            #expect(try await count { $0.status = .active } == 2)
            #expect(try await count { $0.text = "nothing like it" } == 0)
            #expect(await Self.code { _ = try await count { $0.tag = "late" } } == .invalid)
            #expect(await Self.code { _ = try await count { $0.fields = ["secret": "1"] } } == .invalid)
            #expect(await Self.code { _ = try await count { $0.workflow = "absent" } } == .notFound)
            #expect(await Self.code { _ = try await count { $0.cursor = "x" } } == .invalid)
        }
    }

    @Test func `a task is in the inboxes of its candidates, then of who claimed it`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Samples.roles, on: engine)
            let id = try await self.start(on: engine)
            _ = try await engine.send("ask", data: .null, to: id, ifSeq: nil, id: nil, by: self.pm)
            let ann = Actor(user: "ann2", roles: ["expert"])
            let bob = Actor(user: "bob", roles: ["expert"])
            func inbox(_ actor: Actor) async throws -> [TaskView] {
                var request = TaskRequest()
                request.user = actor.user
                return try await engine.tasks(request, by: actor).rows
            }
            let task = try #require(try await inbox(ann).first)
            #expect(task.title == ["en": "Review it", "zh": "审阅"] && task.candidateRoles == ["expert"])
            #expect(try await inbox(bob).count == 1)
            #expect(try await inbox(self.pm).isEmpty)

            _ = try await engine.perform(.claim, on: task.id, id: nil, by: ann)
            #expect(try await inbox(ann).map(\.state) == ["claimed"])
            #expect(try await inbox(bob).isEmpty)
            #expect(await Self.code { _ = try await engine.task(task.id, by: Actor(user: "eve")) } == .forbidden)

            _ = try await engine.perform(.submit(data: .map(ValueMap())), on: task.id, id: nil, by: ann)
            #expect(try await inbox(ann).isEmpty)
            var request = TaskRequest()
            request.user = "ann2"
            request.includesClosed = true
            #expect(try await engine.tasks(request, by: ann).rows.map(\.state) == ["submitted"])
            let other = await Self.code { _ = try await engine.tasks(request, by: bob) }
            #expect(other == .forbidden)
        }
    }

    @Test func `a message reaches the roles it names, and is read by each for themselves`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Samples.roles, on: engine)
            try await engine.saveUser("dan", display: nil, roles: ["director"], isDisabled: nil, by: self.admin)
            let id = try await self.start(on: engine)
            _ = try await engine.send("ask", data: .null, to: id, ifSeq: nil, id: nil, by: self.pm)
            let dan = Actor(user: "dan", roles: ["director"])
            let notice = try #require(try await engine.notices(limit: 10, by: dan).first)
            #expect(notice.instance == id && !notice.isRead && notice.subject.values.contains("Review"))
            try await engine.markRead(notice: notice.id, by: dan)
            #expect(try await engine.notices(limit: 10, by: dan).map(\.isRead) == [true])
            #expect(try await engine.notices(limit: 10, by: self.pm).isEmpty)
            #expect(await Self.code { try await engine.markRead(notice: notice.id, by: self.pm) } == .notFound)
        }
    }

    @Test(arguments: ["", "x", "018f0000-0000-7000-8000-000000000001.1.x", "018f0000-0000-7000-8000-000000000001.1.1"])
    func `an id that is none is not found`(id: String) async throws {
        try await EngineFixture.with { engine in
            #expect(await Self.code { _ = try await engine.task(id, by: self.admin) } == .notFound)
            #expect(await Self.code { _ = try await engine.job(id, by: self.admin) } == .notFound)
            #expect(await Self.code { try await engine.markRead(notice: id, by: self.admin) } == .notFound)
        }
    }
}

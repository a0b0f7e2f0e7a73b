import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Values

@testable import Engine
@testable import Statecharts
@testable import Web

/// Votes on pages and in the API.
@Suite(.freshSchema(prepare: TestServer.migrate), .timeLimit(.minutes(2))) struct VoteTests {
    /// Read by administrators, the starter and those who have seats.
    private static let source = """
        workflow: committee
        access:
          read: {starter: true, assignee: true}
          admin: {roles: [chair]}
        initial: meeting
        states:
          meeting:
            invoke:
              id: decide
              src: human
              title: {en: Decide, zh: 表决}
              candidates: {roles: [member]}
              votes: {of: 3, need: 'int(math.ceil(double(cast) * 2.0 / 3.0))', quorum: 2, close: all}
              form: {type: object, properties: {remark: {type: string}}}
              outcomes:
                go: {title: {en: Go, zh: 通过}}
                stop: {title: {en: Stop, zh: 否决}}
              due: P3D
              remind: [{before: P1D, subject: Vote}]
              onDone: over
          over: {type: final}
        """

    private func meeting(_ server: TestServer) async throws -> (id: String, task: String) {
        let deployed = try await server.post("/api/workflows", Self.source, type: "text/yaml")
        #expect(deployed.status == .created, "\(String(buffer: deployed.body))")
        let admin = Actor(user: "admin", roles: ["admin"])
        for (user, roles) in [
            ("ann", ["member"]), ("bob", ["member"]), ("cy", ["member"]), ("dee", []), ("kim", ["chair"]), ("eve", []),
        ] {
            try await server.orchestrator.saveUser(user, display: nil, roles: roles, isDisabled: nil, by: admin)
        }
        let started = try await server.post("/api/instances", #"{"workflow": "committee"}"#)
        let id = try #require(try started.json["id"]?.string, "\(String(buffer: started.body))")
        let view = try await server.get("/api/instances/\(id)")
        return (id, try #require(try view.json["tasks"]?.list?.first?["id"]?.string))
    }

    @Test func `members take seats, vote, abstain, take back and recuse themselves by buttons`() async throws {
        try await TestServer.run { server in
            let (id, task) = try await self.meeting(server)
            let path = "/tasks/\(task)"
            let (ann, bob, cy) = (
                try await server.signIn(user: "ann"), try await server.signIn(user: "bob"),
                try await server.signIn(user: "cy")
            )

            let first = try await ann.page(path, of: server)
            #expect(first.contains("Take a seat") && first.contains("Nobody has a seat yet."))
            #expect(first.contains("<dt>Votes needed</dt><dd>2 ") && first.contains("<dt>Quorum</dt><dd>2"))
            #expect(!first.contains("\(path)/withdraw") && !first.contains("\(path)/add"))

            let voted = try await ann.submit("\(path)/submit", ["outcome": "go", "f.remark": "fine"], to: server)
            #expect(voted.status == .seeOther, "\(String(buffer: voted.body))")
            // Who has voted could not open the task any more.
            let after = try await ann.page(path, of: server)
            #expect(after.contains("You voted: Go.") && after.contains("\(path)/withdraw"))
            #expect(!after.contains("\(path)/recuse") && !after.contains(#"name="outcome""#))
            _ = try await ann.submit("\(path)/withdraw", [:], to: server)
            #expect(try await ann.page(path, of: server).contains("\(path)/recuse"))

            _ = try await bob.submit("\(path)/abstain", [:], to: server)
            #expect(try await bob.page(path, of: server).contains("You abstained."))

            let asked = try await ann.submit("\(path)/recuse", ["reason": "own work"], to: server)
            #expect(asked.status == .ok && String(buffer: asked.body).contains("for good"))
            _ = try await ann.submit("\(path)/recuse", ["_confirmed": "1"], to: server)
            let seen = try await server.get("/api/tasks/\(task)")
            #expect(try seen.json["vote"]?["recused"] == ["ann"])
            #expect(try seen.json["vote"]?["seats"] == 2)

            _ = try await cy.submit("\(path)/submit", ["outcome": "stop"], to: server)
            let view = try await server.get("/api/instances/\(id)")
            #expect(try view.json["status"] == "done")
            #expect(try await cy.page(path, of: server).contains("This task is closed."))
        }
    }

    @Test func `an administrator adds and removes voters`() async throws {
        try await TestServer.run { server in
            let (_, task) = try await self.meeting(server)
            let path = "/tasks/\(task)"
            let kim = try await server.signIn(user: "kim")

            _ = try await kim.submit("\(path)/add", ["user": "dee", "reason": "expert"], to: server)
            let page = try await kim.page(path, of: server)
            #expect(page.contains("dee") && page.contains("Take a free seat away"))
            #expect(try await server.signIn(user: "dee").page(path, of: server).contains(#"value="stop""#))

            let asked = try await kim.submit("\(path)/remove", ["user": "dee"], to: server)
            #expect(String(buffer: asked.body).contains("dee loses the seat"))
            _ = try await kim.submit("\(path)/remove", ["user": "dee", "_confirmed": "1"], to: server)
            #expect(!(try await kim.page(path, of: server)).contains("dee"))
            let missing = try await kim.submit("\(path)/add", ["user": " "], to: server)
            #expect(missing.status == .unprocessableContent)
            let unknown = try await kim.submit("\(path)/add", ["user": "ghost"], to: server)
            #expect(unknown.status == .unprocessableContent)
            #expect(String(buffer: unknown.body).contains("there is no user “ghost”"))
        }
    }

    @Test func `what others voted is for those who may read the instance`() async throws {
        try await TestServer.run { server in
            let (id, task) = try await self.meeting(server)
            _ = try await server.signIn(user: "ann").submit("/tasks/\(task)/submit", ["outcome": "go"], to: server)

            let candidate = try await server.signIn(user: "bob").page("/tasks/\(task)", of: server)
            #expect(candidate.contains("ann") && !candidate.contains("<strong>Go</strong>"))
            let starter = try await server.signIn().page("/tasks/\(task)", of: server)
            #expect(starter.contains("<strong>Go</strong>"))
            let stranger = try await server.signIn(user: "eve").submit("/tasks/\(task)/nudge", [:], to: server)
            #expect(stranger.status == .forbidden)

            // A seat lets read the instance; lists did not show it.
            let mine = try await server.signIn(user: "ann").page("/workflows/committee?view=list", of: server)
            #expect(mine.contains("/instances/\(id)"))
            #expect(!(try await server.signIn(user: "bob").page("/workflows/committee", of: server)).contains(id))
        }
    }

    @Test func `a nudge reaches whom the vote waits for, once`() async throws {
        try await TestServer.run { server in
            let (_, task) = try await self.meeting(server)
            let kim = try await server.signIn(user: "kim")

            let nudged = try await kim.submit("/tasks/\(task)/nudge", ["reason": "soon"], to: server)
            let again = try await kim.submit("/tasks/\(task)/nudge", [:], to: server)

            #expect(nudged.status == .seeOther)
            #expect(again.status == .conflict)
            let notices = try await server.signIn(user: "ann").page("/notices", of: server)
            #expect(notices.contains("Waiting for you: Decide") && notices.contains("soon"))
        }
    }

    @Test(arguments: ["assign", "delegate"])
    func `a task is given only to users who are there and enabled`(verb: String) async throws {
        try await TestServer.run { server in
            _ = try await server.post("/api/workflows", Fixture.source, type: "text/yaml")
            let admin = Actor(user: "admin", roles: ["admin"])
            for user in ["gone", "bob"] {
                try await server.orchestrator.saveUser(
                    user, display: nil, roles: [], isDisabled: user == "gone", by: admin)
            }
            let id = try #require(
                try await server.post("/api/instances", #"{"workflow": "gate", "data": {"title": "Battery"}}"#)
                    .json["id"]?.string)
            _ = try await server.post("/api/instances/\(id)/events", #"{"event": "gate.requested"}"#)
            let task = try await server.get("/api/instances/\(id)").json["tasks"]?.list?.first?["id"]?.string ?? ""
            let path = "/api/tasks/\(task)"
            _ = try await server.put("/api/users/admin", #"{"roles": ["admin", "expert"]}"#)

            for (user, message) in [("ghost", "没有用户“ghost”"), ("gone", "用户“gone”已停用")] {
                let refused = try await server.post(
                    "\(path)/\(verb)", #"{"user": "\#(user)"}"#, headers: [.acceptLanguage: "zh"])
                #expect(refused.status == .unprocessableContent)
                #expect(try refused.json["errors"]?.list?.first?["pointer"] == "/user")
                #expect(String(buffer: refused.body).contains(message))
            }
            let given = try await server.post("\(path)/\(verb)", #"{"user": "bob"}"#)
            #expect(given.status == .ok, "\(String(buffer: given.body))")
        }
    }

    @Test func `a task that was delegated is returned with what was found`() async throws {
        try await TestServer.run { server in
            let deployed = try await server.post("/api/workflows", Fixture.source, type: "text/yaml")
            #expect(deployed.status == .created)
            let admin = Actor(user: "admin", roles: ["admin"])
            for (user, roles) in [("ann", ["expert"]), ("bob", [])] {
                try await server.orchestrator.saveUser(user, display: nil, roles: roles, isDisabled: nil, by: admin)
            }
            let id = try #require(
                try await server.post("/api/instances", #"{"workflow": "gate", "data": {"title": "Battery"}}"#)
                    .json["id"]?.string)
            _ = try await server.post("/api/instances/\(id)/events", #"{"event": "gate.requested"}"#)
            let view = try await server.get("/api/instances/\(id)").json
            let path = "/tasks/" + (view["tasks"]?.list?.first?["id"]?.string ?? "")
            let (ann, bob) = (try await server.signIn(user: "ann"), try await server.signIn(user: "bob"))

            _ = try await ann.submit("\(path)/delegate", ["user": "bob"], to: server)
            let lent = try await ann.page(path, of: server)
            #expect(lent.contains("/release\"") && lent.contains("/assign\""))
            let page = try await bob.page(path, of: server)
            #expect(page.contains("Return to ann") && !page.contains(#"name="outcome""#))
            let returned = try await bob.submit("\(path)/resolve", ["f.score": "71"], to: server)
            #expect(returned.status == .seeOther, "\(String(buffer: returned.body))")
            let back = try await ann.page(path, of: server)
            #expect(back.contains(#"value="71""#) && back.contains(#"name="outcome""#))
        }
    }

    // MARK: Pages alone

    private func member(_ user: String, castAt: Timestamp? = nil, owner: String? = nil) -> VoteView.Member {
        VoteView.Member(
            user: user, owner: owner, addedBy: nil, castAt: castAt, outcome: nil, isAbstention: false, isNext: false)
    }

    private func vote(_ members: [VoteView.Member], seats: Int, isSequential: Bool = false) -> VoteView {
        VoteView(
            seats: seats, members: members, cast: 0, abstained: 0, recused: [], bar: nil, close: .early,
            isSequential: isSequential)
    }

    private func page(_ vote: VoteView, roles: [String] = []) throws -> TaskPage {
        var task = Fixture.task()
        task.open = TaskView.Open(owner: nil, remindAt: nil, vote: vote, mayAdminister: false)
        return TaskPage(task, for: try Fixture.viewer(.zh, roles: roles))
    }

    @Test func `one after another, a member waits for those before`() throws {
        let page = try self.page(self.vote([self.member("wang"), self.member("li")], seats: 2, isSequential: true))

        #expect(!page.maySubmit && !page.mayAbstain && page.mayRecuse)
        #expect(page.otherText == "请等待前面的成员表决。")
    }

    @Test func `a seat that is delegated comes back before it votes`() throws {
        let lent = try self.page(self.vote([self.member("wang", owner: "li")], seats: 2), roles: ["expert"])
        let borrowed = try self.page(self.vote([self.member("li", owner: "wang")], seats: 2), roles: ["expert"])

        #expect(!lent.maySubmit && !lent.mayClaim && lent.otherText == "您的席位已委派给 wang。")
        #expect(!borrowed.maySubmit && !borrowed.mayRecuse && borrowed.returnTitle == "交还 wang")
    }

    @Test func `without a free seat nobody else is asked to vote`() throws {
        let full = try self.page(self.vote([self.member("wang")], seats: 1), roles: ["expert"])

        #expect(!full.maySubmit && !full.mayClaim && full.mayNudge)
    }

    @Test func `nobody nudges themselves`() throws {
        var own = self.member("li")
        own.isNext = true

        #expect(!(try self.page(self.vote([own, self.member("wang")], seats: 2, isSequential: true))).mayNudge)
        #expect(try self.page(self.vote([own], seats: 2)).mayNudge)
    }
}

import Foundation
import NIOHTTP1
import Testing
import Values

extension EndToEnd {
    /// What goes wrong ends with the right code and a message that helps.
    @Suite struct RefusalTests {
        private func expect(
            _ ended: Program.Ended, _ code: Int32, _ words: String..., location: SourceLocation = #_sourceLocation
        ) {
            #expect(ended.code == code, "\(ended.all)", sourceLocation: location)
            for words in words {
                #expect(ended.all.contains(words), "\(ended.all)", sourceLocation: location)
            }
        }

        @Test func `a running server's refusals reach the command line`() async throws {
            try await DataFolder.with { folder in
                _ = try await Server.with(folder, ["--workflows", Program.repository + "/workflows"]) { server in
                    let client = try Client(server)
                    try await self.definitions(client)
                    try await self.instances(client)
                    try await self.tooLarge(client)
                    try await self.samePort(server)
                }
            }
        }

        private func definitions(_ client: Client) async throws {
            let broken = try client.server.folder.write(
                "workflow: broken\nstates:\n  a: {on: {go: b}\n  b: {}\n", to: "broken.yaml")
            self.expect(try await client.command("deploy", broken), 1, "broken.yaml:3:6: error: ", "not closed")
            let wrong = try client.server.folder.write(
                """
                workflow: wrong
                context: {n: 0}
                schema: {type: object, properties: {n: {type: integer}}}
                events: {go: {}}
                initial: a
                states:
                  a: {on: {go: {guard: context.n ++ 1, target: b}}}
                  b: {type: final}
                """, to: "wrong.yaml")
            self.expect(try await client.command("deploy", wrong), 1, "wrong.yaml:7:", "error: expected a value")
            // Before the reason can be read, it has to be sent to its end.
            let large = try client.server.folder.write(String(repeating: "# large\n", count: 1 << 20), to: "large.yaml")
            self.expect(try await client.command("deploy", large), 1, "larger than")
            self.expect(try await client.command("deploy", "/nowhere.yaml"), 2, "There is no file or folder")
        }

        private func instances(_ client: Client) async throws {
            self.expect(try await client.command("start", "nothing"), 1, "no workflow nothing")
            self.expect(
                try await client.command("start", "achievement", "--data", #"{"title": "Membrane", "kind": "boat"}"#),
                1,
                "/kind", "boat")
            self.expect(try await client.command("start", "achievement", "--data", "{"), 2, "--data is not JSON")
            let started = try await client.json(
                "start", "achievement", "--data", #"{"title": "Membrane", "kind": "process"}"#)
            let id = try #require(started.first?["id"]?.string)
            self.expect(try await client.command("send", id, "withdraw"), 1, "did you mean withdrawn?")
            self.expect(try await client.command("send", id, "gate.requested"), 1, "nothing listens")
            self.expect(try await client.command("send", id, "withdrawn", "--data", #"{"reason": 7}"#), 1, "/reason")
            self.expect(
                try await client.command("send", id, "withdrawn", "--if-seq", "9", "--data", #"{"reason": "no"}"#), 1)
            self.expect(try await client.command("show", "123"), 1)
            self.expect(try await client.command("task", "123.1.1", "submit"), 1)
            let stranger = ["SILIAN_URL": client.server.address, "SILIAN_TOKEN": "wrong"]
            self.expect(try await Program.run(["list"], settings: stranger), 1, "SILIAN_TOKEN")
            self.expect(try await client.command("verify", id), 0, "agree")
        }

        private func tooLarge(_ client: Client) async throws {
            let answer = try await client.request(.POST, "/api/instances", Array(repeating: 0x20, count: 10 << 20))
            #expect(answer.status == 413)
            #expect(answer.type == "application/problem+json")
            #expect(answer.body["type"] == "/problems/too-large")
        }

        private func samePort(_ server: Server) async throws {
            let port = try #require(server.address.split(separator: ":").last)
            try await DataFolder.with { other in
                let ended = try await Program.run(["serve", "--data-dir", other.path, "--port", String(port)])
                self.expect(ended, 1, "silian: Another program listens on 127.0.0.1:\(port)")
                #expect(other.postmaster == nil, "PostgreSQL was left behind.")
            }
        }

        @Test func `without a server or database the exit code is 3`() async throws {
            let nowhere = "http://127.0.0.1:1"
            self.expect(
                try await Program.run(["list", "--server", nowhere]), 3,
                "Cannot reach the server at \(nowhere) (connection refused)")
            let database = ["--database", "postgresql://127.0.0.1:1/x"]
            self.expect(try await Program.run(["serve", "--port", "0"] + database), 3, "cannot be used")
            self.expect(try await Program.run(["verify", "--all"] + database), 3, "cannot be used")
            self.expect(try await Program.run(["doctor", "--data-dir", "/nowhere"]), 3, "No database")
        }

        @Test func `wrong usage has exit code 2`() async throws {
            self.expect(try await Program.run(["serve", "--nonsense"]), 2, "Unknown option '--nonsense'")
            self.expect(try await Program.run(["frobnicate"]), 2, "frobnicate")
            self.expect(try await Program.run(["verify"]), 2, "Name one instance")
            self.expect(try await Program.run(["serve", "--roles", "cook"]), 2, "cook")
            // What a verb does not take was dropped.
            self.expect(try await Program.run(["task", "1.1", "claim", "--reason", "x"]), 2, "claim takes no --reason")
            self.expect(try await Program.run(["task", "1.1", "release", "--to", "x"]), 2, "release takes no --to")
            self.expect(try await Program.run(["task", "1.1", "add"]), 2, "add needs --to USER")
            self.expect(try await Program.run(["tasks", "--mine", "--user", "x"]), 2, "either --mine or --user")
            let scenarios = Program.repository + "/workflows/achievement"
            for file in [scenarios, scenarios + "/scenarios/straight.yaml"] {
                for option in ["--data", "--now", "--script"] {
                    let ended = try await Program.run(["simulate", file, option, "[]"])
                    self.expect(ended, 2, "\(option) goes with a definition")
                }
            }
        }

        @Test func `mistakes are told in Chinese where that is chosen`() async throws {
            try await DataFolder.with { folder in
                let wrong = try folder.write(
                    "workflow: wrong\nstates:\n  a: {on: {go: nowhere}}\n", to: "wrong.yaml")
                let words = "这里没有状态“nowhere”"
                self.expect(try await Program.run(["validate", wrong, "--lang", "zh"]), 1, words)
                self.expect(try await Program.run(["simulate", wrong, "--lang", "zh"]), 1, words)
                self.expect(try await Program.run(["convert", wrong, "--to", "xstate", "--lang", "zh"]), 1, words)
                self.expect(try await Program.run(["convert", wrong, "--to", "xstate", "--lang", "en"]), 1, "nowhere")
                _ = try await Server.with(folder) { server in
                    let client = try Client(server)
                    self.expect(try await client.command("deploy", wrong, "--lang", "zh"), 1, words)
                    try await self.people(client)
                }
            }
        }

        private func people(_ client: Client) async throws {
            let linked = try await client.command("users", "user1", "--roles", "expert,pm", "--link")
            self.expect(linked, 0, "/sign-in/", "Saved user1.")
            for _ in 0..<2 {
                let user = try await client.json("users").first { $0["name"] == "user1" }
                #expect(user?["roles"] == ["expert", "pm"])
                self.expect(try await client.command("users", "user1", "--link"), 0, "/sign-in/")
            }
            self.expect(try await client.command("tasks", "--mine"), 0, "No open task.")
        }

        /// The second one had no token, and took the first one's away.
        @Test func `servers of one database have tokens of their own`() async throws {
            try await DataFolder.with { folder in
                _ = try await Server.with(folder) { server in
                    let target = try String(contentsOfFile: folder.path + "/connection", encoding: .utf8)
                        .trimmingCharacters(in: .whitespacesAndNewlines)
                    try await DataFolder.with { other in
                        _ = try await Server.with(other, ["--database", target]) { second in
                            for server in [server, second] {
                                self.expect(try await Client(server).command("tasks"), 0, "No open task.")
                            }
                        }
                    }
                }
            }
        }

        @Test func `a data directory that is none is refused`() async throws {
            try await DataFolder.with { folder in
                let file = try folder.write("not a folder", to: "file")
                self.expect(try await Program.run(["serve", "--data-dir", file, "--port", "0"]), 1, "silian: ")
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/data", withIntermediateDirectories: true)
                let letter = try folder.write("x", to: "data/letter.txt")
                self.expect(
                    try await Program.run(["serve", "--data-dir", folder.path, "--port", "0"]), 1,
                    "silian: ", "is no data directory of PostgreSQL")
                #expect(FileManager.default.fileExists(atPath: letter))
            }
        }
    }
}

import Foundation
import Statecharts
import Subprocess
import Testing
import Values

extension EndToEnd {
    @Suite struct LifeTests {
        @Test func `an achievement goes through all stages by command line and API, and is there after a restart`()
            async throws
        {
            try await DataFolder.with { folder in
                let workflows = ["--workflows", Program.repository + "/workflows"]
                let (id, ended) = try await Server.with(folder, workflows) { server in
                    _ = try await server.line(with: "\(server.address)/sign-in/")
                    #expect(server.words.contains("Workflow achievement version 1: deployed"))
                    return try await self.life(Client(server))
                }
                #expect(ended.code == 0, "\(ended.output)")
                #expect(ended.output.contains("Nothing is lost"))
                #expect(folder.postmaster == nil, "PostgreSQL still runs, or was not stopped in an orderly way")

                let (_, again) = try await Server.with(folder, workflows) { server in
                    #expect(server.words.contains("Workflow achievement version 1: unchanged"))
                    let client = try Client(server)
                    #expect(try await client.json("show", id).first?["states"] == ["operating"])
                    #expect(try await client.command("verify", "--all").code == 0)
                }
                #expect(again.code == 0, "\(again.output)")
            }
        }

        /// Plays the scenario that also the simulation plays. Returns the instance.
        private func life(_ client: Client) async throws -> String {
            let file = Program.repository + "/workflows/achievement/scenarios/straight.yaml"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let scenario = try #require(YAMLValue.parse(text, file: file).value)
            let data = try #require(scenario["start"]?["data"])
            let started = try await client.json("start", "achievement", "--key", "first", "--data", data.json)
            let id = try #require(started.first?["id"]?.string)
            for step in scenario["steps"]?.list ?? [] { try await self.play(step, of: id, client) }
            let end = try #require(try await client.json("show", id).first)
            #expect(end["status"] == "done" && end["states"] == ["operating"])
            let verified = try await client.command("verify", "--all")
            #expect(verified.code == 0 && verified.output.contains("all agree"), "\(verified.all)")
            return id
        }

        private func play(_ step: Value, of id: String, _ client: Client) async throws {
            let data = step["data"]?.json ?? "{}"
            if let event = step["send"]?.string {
                _ = try await client.json("send", id, event, "--data", data)
            } else if let name = step["task"]?.string {
                let tasks = try await client.json("tasks", "--instance", id)
                let task = try #require(tasks.first { $0["name"] == .string(name) }?["id"]?.string, "no task \(name)")
                guard let user = step["by"]?.string else {
                    _ = try await client.json("task", task, "claim")
                    _ = try await client.json("task", task, step["verb"]?.string ?? "submit", "--data", data)
                    return
                }
                // What comes of it, a refusal too, is what the scenario expects next.
                let member = try await client.user(user, roles: "ic_member")
                _ = try await member.command("task", task, step["verb"]?.string ?? "submit", "--data", data)
            } else if let topic = step["complete"]?.string {
                try await self.work(topic, result: step["data"] ?? .null, client)
            } else if let expected = step["expect"] {
                let view = try #require(try await client.json("show", id).first)
                if let states = expected["states"] { #expect(view["states"] == states) }
                if let status = expected["status"] { #expect(view["status"] == status) }
                for entry in expected["context"]?.map?.entries ?? [] {
                    #expect(view["context"]?.map?[entry.key] == entry.value, "\(entry.key)")
                }
                if let names = expected["tasks"]?.list {
                    let open = (view["tasks"]?.list ?? []).filter { $0["state"] == "open" }.compactMap { $0["name"] }
                    #expect(Set(open) == Set(names))
                }
            }
        }

        /// As a remote worker does it.
        private func work(_ topic: String, result: Value, _ client: Client) async throws {
            let jobs = try await client.post(
                "/api/jobs/acquire",
                ["topics": [["topic": .string(topic), "lease": 60]], "worker": "checker", "max": 1, "wait": 30])
            let job = try #require(jobs.list?.first)
            let id = try #require(job["id"]?.string)
            _ = try await client.post(
                "/api/jobs/\(id)/complete",
                ["worker": "checker", "attempt": job["attempt"] ?? .null, "result": result])
        }

        @Test(.enabled(if: Program.isInstalled("python3"), "python3 is not installed"))
        func `the example worker does its work, and delays no end of the server`() async throws {
            try await DataFolder.with { folder in
                let workflows = ["--workflows", Program.repository + "/workflows"]
                let (stopped, ended) = try await Server.with(folder, workflows) { server in
                    let client = try Client(server)
                    let started = try await client.json(
                        "start", "achievement", "--data", #"{"title": "Membrane", "kind": "process"}"#)
                    let id = try #require(started.first?["id"]?.string)
                    try await self.withWorker(client) {
                        try await Time.until("the worker's result") {
                            try await client.get("/api/instances/\(id)")["states"] == ["screening"]
                        }
                    }
                    let number = try await client.get("/api/instances/\(id)")["context"]?["number"]?.string
                    #expect(number?.hasPrefix("CG-") == true)
                    return ContinuousClock.now
                }
                #expect(ended.code == 0)
                #expect(.now - stopped < .seconds(15), "The end waited for a worker that waits for work.")
            }
        }

        private func withWorker(_ client: Client, _ body: () async throws -> Void) async throws {
            _ = try await Subprocess.run(
                .name("python3"), arguments: [Program.repository + "/examples/worker.py", "duplicate-check"],
                environment: Program.environment(client.credentials), input: .none, output: .discarded,
                error: .discarded
            ) { execution in
                defer { kill(execution.processIdentifier.value, SIGKILL) }
                try await body()
            }
        }
    }
}

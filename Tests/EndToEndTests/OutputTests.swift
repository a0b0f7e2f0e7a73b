import SystemPackage
import Testing
import Values

extension EndToEnd {
    /// What commands print, and what they do when it cannot be printed.
    @Suite struct OutputTests {
        @Test func `a reader who left ends a command quietly, a full disk with an error`() async throws {
            try await DataFolder.with { folder in
                _ = try await Server.with(folder, ["--workflows", Program.repository + "/workflows/achievement"]) {
                    server in
                    let client = try Client(server)
                    let start = ["start", "achievement", "--data", #"{"title": "Membrane", "kind": "process"}"#]
                    for arguments in [
                        start, ["list"], ["list", "--json"], ["tasks"], ["workflows"], ["eval", "1 + 1"],
                    ] {
                        let unread = try await Program.run(arguments, settings: client.settings, outputTo: nil)
                        #expect(unread.code == 141, "\(arguments)")
                        #expect(unread.errors.isEmpty)
                        let full = try await Program.run(arguments, settings: client.settings, outputTo: "/dev/full")
                        #expect(full.code == 1, "\(arguments)")
                        #expect(full.errors == "silian: Cannot write the output: No space left on device.\n")
                    }
                    #expect(try await client.json("list").count == 2)
                }
            }
        }

        @Test func `simulations, deployments and plans follow the language`() async throws {
            try await DataFolder.with { folder in
                let file = try folder.write(
                    """
                    workflow: grow
                    initial: a
                    events: {x: {}, y: {}}
                    states: {a: {after: {P1D: b}, on: {x: {guard: '1 == 1', target: b}}}, b: {type: final}}
                    """, to: "grow.yaml")
                let slip = try folder.write("{workflow: grow.yaml, step: [{send: x}]}", to: "slip.yaml")
                let english = try await Program.run(["simulate", slip])
                #expect(english.code == 1 && english.errors.contains("unknown key 'step': did you mean 'steps'?"))
                let chinese = try await Program.run(["simulate", slip, "--lang", "zh"])
                #expect(chinese.errors.contains("未知的键“step”：是否指“steps”？"))
                let wrong = try folder.write(
                    "{workflow: grow.yaml, steps: [{expect: {states: [b]}}]}", to: "wrong.yaml")
                let run = try await Program.run(["simulate", wrong, "--coverage", "--lang", "zh"])
                #expect(run.code == 1 && run.errors == "✗ 第 1 步：states: 应为b，实为a\n", "\(run.all)")
                #expect(run.output.contains("进入 2/3 个状态，执行 0/2 个转移"), "\(run.output)")
                #expect(!run.output.contains("never") && !run.output.contains("TAKEN"))

                _ = try await Server.with(folder) { server in
                    let client = try Client(server)
                    let deployed = try await client.command("deploy", file, "--lang", "zh")
                    #expect(deployed.output == "grow 版本 1\n")
                    #expect(deployed.errors.contains("  警告: "), "\(deployed.all)")
                    _ = try await client.json("start", "grow")
                    _ = try folder.write(
                        "{workflow: grow, initial: c, states: {c: {on: {x: b}}, b: {type: final}}}", to: "grow.yaml")
                    _ = try await client.command("deploy", file)
                    let plan = ["plan", "grow", "--from", "1", "--to", "2", "--map", "a=c", "--lang", "zh"]
                    let planned = try await Program.run(plan, settings: client.settings)
                    #expect(planned.output.contains("取消: 定时器 "), "\(planned.all)")
                    #expect(planned.output.contains("1 个实例，其中 0 个无法迁移。"))
                    let impossible = try await Program.run(
                        plan.filter { !["--map", "a=c"].contains($0) }, settings: client.settings)
                    #expect(impossible.output.contains("    错误: "), "\(impossible.all)")
                }
            }
        }

        @Test func `timers stand in one list, and an open task says to whom`() async throws {
            try await DataFolder.with { folder in
                _ = try await Server.with(folder) { server in
                    let client = try Client(server)
                    let file = try folder.write(
                        """
                        workflow: wait
                        initial: a
                        states:
                          a:
                            after: {P1D: b}
                            invoke:
                              - {id: own, src: human, title: Own, candidates: {starter: true}}
                              - {id: any, src: human, title: Any}
                              - {id: both, src: human, title: Both, candidates: {roles: [pm], starter: true}}
                              - {id: work, src: worker, topic: lab.run}
                            onDone: b
                          b: {type: final}
                        """, to: "wait.yaml")
                    _ = try await client.json("deploy", file)
                    let id = try #require(try await client.json("start", "wait").first?["id"]?.string)
                    let shown = try await client.command("show", id).output
                    #expect(shown.contains("\ntimers\n"))
                    #expect(!shown.contains("timer  waiting"), "\(shown)")
                    #expect(shown.contains("lab.run  waiting"), "\(shown)")
                    let tasks = try await client.command("tasks").output
                    for (name, who) in [("Own", "admin"), ("Both", "pm, admin")] {
                        #expect(shown.contains("\(name)  [open to \(who)]"), "\(shown)")
                        #expect(tasks.contains("open: \(who)"), "\(tasks)")
                    }
                    #expect(shown.contains("Any  [open]"), "\(shown)")
                    #expect(!tasks.contains("open:  "), "\(tasks)")
                }
            }
        }
    }
}

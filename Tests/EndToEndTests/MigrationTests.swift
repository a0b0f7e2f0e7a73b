import Testing
import Values

extension EndToEnd {
    /// Plans made and carried out by the command line.
    @Suite struct MigrationTests {
        private static func source(_ version: Int) -> String {
            """
            workflow: moved
            events: {go: {}}
            initial: v\(version)
            states:
              v\(version): {on: {go: over}}
              over: {type: final}
            """
        }

        @Test func `a plan moves what stands where it says`() async throws {
            try await DataFolder.with { folder in
                _ = try await Server.with(folder, []) { server in
                    let client = try Client(server)
                    var ids: [String] = []
                    for version in 1...3 {
                        let file = try folder.write(Self.source(version), to: "moved.yaml")
                        _ = try await client.json("deploy", file)
                        let started = try await client.json("start", "moved")
                        ids.append(try #require(started.first?["id"]?.string))
                    }
                    let drawn = try await client.command("diagram", "moved", "--instance", ids[0])
                    #expect(drawn.output.contains("v1") && !drawn.output.contains("v3"), "\(drawn.all)")

                    let planned = try await client.command(
                        "plan", "moved", "--from", "1", "--to", "3", "--map", "v1=v3", "-o", "-")
                    #expect(planned.code == 0, "\(planned.all)")
                    let plan = try Value(json: planned.output)
                    #expect(plan["instances"]?.list?.compactMap { $0["id"]?.string } == [ids[0]])
                    // A plan that names instances of other versions: one of 2, and one that stands at 3 already.
                    var members = try #require(plan.map)
                    members["instances"] = .list(ids.map { ["id": .string($0), "possible": true] })
                    let file = try folder.write(Value.map(members).json, to: "plan.json")

                    let migrated = try await client.command("migrate", file, "--yes", "--json")

                    #expect(migrated.code == 1, "\(migrated.all)")
                    let lines = try migrated.output.split(separator: "\n").map { try Value(json: String($0)) }
                    let reasons = lines.map { $0["error"]?.string?.contains("runs in version 2") ?? false }
                    #expect(reasons == [false, true, false])
                    #expect(lines.map { $0["seq"] != nil } == [true, false, false])
                }
            }
        }
    }
}

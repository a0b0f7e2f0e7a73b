import Foundation
import Postgres
import Testing
import Values

extension EndToEnd {
    @Suite struct CrashTests {
        private static let events = 5_000
        private static let counters = 50
        private static let alarms = 20

        @Test(arguments: [SIGKILL, SIGTERM])
        func `a server that ends amid its work loses and doubles no event`(signal: Int32) async throws {
            try await DataFolder.with { folder in
                let (traffic, killed) = try await Server.with(folder) { server in
                    let client = try Client(server)
                    let traffic = try await self.prepare(client)
                    try await traffic.run(
                        client, triesAgain: false,
                        at: [
                            // They come due about when nobody is there; those that are not started yet are started later.
                            Self.events * 3 / 10: { try? await self.startAlarms(client) },
                            Self.events * 4 / 10: { server.send(signal) },
                        ])
                    return traffic
                }
                #expect(killed.code == (signal == SIGKILL ? nil : 0), "\(killed.output)")
                #expect((folder.postmaster == nil) == (signal != SIGKILL))
                let acknowledged = traffic.acknowledged
                #expect(acknowledged.count >= Self.events * 4 / 10 && acknowledged.count < Self.events)

                let (_, ended) = try await Server.with(folder) { server in
                    let client = try Client(server)
                    let written = try await self.written(traffic, folder)
                    #expect(acknowledged.isSubset(of: written.keys), "Acknowledged events are lost.")
                    try await traffic.run(client, triesAgain: false)
                    try await self.check(traffic, client)
                    try await self.startAlarms(client)
                    try await self.hearAlarms(client)
                    Self.report(
                        "server ended by signal \(signal): \(acknowledged.count) acknowledged, "
                            + "\(written.count) in history, \(traffic.repeated) of the others found done, ready after \(server.readyAfter)"
                    )
                }
                #expect(ended.code == 0, "\(ended.output)")
                #expect(folder.postmaster == nil)
            }
        }

        @Test func `a killed PostgreSQL is started again, and no event is lost or doubled`() async throws {
            try await DataFolder.with { folder in
                let (_, ended) = try await Server.with(folder) { server in
                    let client = try Client(server)
                    let traffic = try await self.prepare(client)
                    let killed = try #require(folder.postmaster)
                    try await Time.limit(.seconds(240), "all answers") {
                        try await traffic.run(
                            client, triesAgain: true, at: [Self.events * 4 / 10: { kill(killed, SIGKILL) }])
                    }
                    _ = try await server.line(with: "PostgreSQL runs again")
                    #expect(folder.postmaster != nil && folder.postmaster != killed)
                    #expect(traffic.lost == 0, "Connections were cut.")
                    #expect(traffic.refusals.keys.allSatisfy { $0 == 503 }, "\(traffic.refusals)")
                    try await self.check(traffic, client)
                    try await self.startAlarms(client)
                    try await self.hearAlarms(client)
                    Self.report(
                        "PostgreSQL killed: \(traffic.acknowledged.count) acknowledged, \(traffic.repeated) of them when "
                            + "tried again, refused \(traffic.refusals), silent for \(traffic.longestSilence)")
                }
                #expect(ended.code == 0, "\(ended.output)")
                #expect(folder.postmaster == nil)
            }
        }

        private func prepare(_ client: Client) async throws -> Traffic {
            for (name, text) in [("counter.yaml", Traffic.workflow), ("alarm.yaml", Traffic.alarm)] {
                let file = try client.server.folder.write(text, to: name)
                let deployed = try await client.command("deploy", file)
                #expect(deployed.code == 0, "\(deployed.all)")
            }
            var instances: [String] = []
            for _ in 0..<Self.counters {
                instances.append(
                    try #require(try await client.post("/api/instances", ["workflow": "counter"])["id"]?.string))
            }
            return Traffic(events: Self.events, instances: instances)
        }

        /// Started with the same keys again, they are the same.
        private func startAlarms(_ client: Client) async throws {
            for number in 0..<Self.alarms {
                _ = try await client.post("/api/instances", ["workflow": "alarm", "key": .string("alarm-\(number)")])
            }
        }

        private func hearAlarms(_ client: Client) async throws {
            try await Time.until("the alarms") {
                let rung = try await client.get("/api/instances?workflow=alarm&status=done&limit=200")["items"]?.list
                return rung?.count == Self.alarms
            }
        }

        /// By event, how often history has it.
        private func written(_ traffic: Traffic, _ folder: DataFolder) async throws -> [Int: Int64] {
            let rows = try await folder.query(
                "select instance_id::text, command, count(*) from history where event = 'go' group by 1, 2"
            ) { rows in
                try rows.map { row in
                    try row.decode(String.self, String.self, Int64.self)
                }
            }
            let events = Dictionary(
                uniqueKeysWithValues: (0..<traffic.events).map { (traffic.instance(of: $0) + traffic.key(of: $0), $0) })
            var found: [Int: Int64] = [:]
            for (instance, command, count) in rows {
                let key = command.split(separator: ":").last.map(String.init) ?? ""
                let event = try #require(events[instance + key], "an event that nobody sent")
                found[event, default: 0] += count
            }
            return found
        }

        /// Every event once: in the history, in the counters and in the numbers of the instances.
        private func check(_ traffic: Traffic, _ client: Client) async throws {
            #expect(traffic.acknowledged.count == traffic.events)
            let written = try await self.written(traffic, client.server.folder)
            #expect(written.count == traffic.events && written.values.allSatisfy { $0 == 1 })
            let each = Int64(traffic.events / traffic.instances.count)
            for instance in traffic.instances {
                let view = try await client.get("/api/instances/\(instance)")
                #expect(view["context"]?["count"]?.int == each)
                #expect(view["seq"]?.int == each + 1)
            }
            let verified = try await client.command("verify", "--all")
            #expect(verified.code == 0, "\(verified.all)")
        }

        /// For who reads the tests' output.
        private static func report(_ text: String) { print(text) }
    }
}

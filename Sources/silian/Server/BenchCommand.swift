import ArgumentParser
import EmbeddedPostgres
import Engine
import Foundation
import Logging
import Postgres
import Values

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure throughput and latency, in a schema of its own.",
        discussion: """
            transitions: durable transitions by callers in this process and over HTTP, beside pgbench writing the same rows one \
            transaction each in two round trips, in the same run. start: new instances. core: interpreter, expressions and \
            JSON on one thread, without a database.

            Without --database it starts a PostgreSQL of its own that is removed at the end.

            Example: silian bench transitions --callers 1,8,64,512 --seconds 10
            """)

    enum Work: String, ExpressibleByArgument, CaseIterable { case transitions, start, core }

    @Argument(help: "What to measure.") var work: Work
    @Option(help: "Concurrent callers, separated by commas.") var callers = "1,8,64,512"
    @Option(help: "Length of each measurement.") var seconds = 5.0
    @Option(help: "Instances that events are sent to.") var instances = 10_000
    @Flag(inversion: .prefixedNo, help: "Measure over HTTP too.") var http = true
    @Flag(inversion: .prefixedNo, help: "Measure pgbench in the same run.") var baseline = true
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    struct Row {
        var callers: Int
        var transport: String
        var measurement: LoadTest.Measurement
    }

    mutating func validate() throws {
        guard self.seconds > 0, self.seconds <= 600 else { throw ValidationError("--seconds is between 0 and 600.") }
        guard (1...1_000_000).contains(self.instances) else { throw ValidationError("--instances is 1 to 1000000.") }
        _ = try self.callerCounts()
    }

    func run() async throws {
        if self.work == .core { return try self.measureCore() }
        var logger = Logger(label: "silian", factory: { StreamLogHandler.standardError(label: $0) })
        // What goes wrong is thrown; connections that end with a measurement are no news.
        logger.logLevel = .critical
        if self.database.explicit != nil || self.database.dataDir != nil {
            return try await self.measure(on: try self.database.connectionString(), logger)
        }
        Console.error("Starting a PostgreSQL for this run …")
        let cluster = try await Cluster.start(
            .temporary(isDurable: true), environment: ProcessInfo.processInfo.environment, logger: logger)
        do {
            try await self.measure(on: cluster.target, logger)
        } catch {
            try? await cluster.stop()
            throw error
        }
        try await cluster.stop()
    }

    private func measureCore() throws {
        for figure in try CoreBench(seconds: self.seconds).run() {
            guard !self.output.json else {
                try Console.json([
                    "name": .string(figure.name), "unit": .string(figure.unit), "perSecond": .double(figure.perSecond),
                ])
                continue
            }
            try Console.out(
                String(format: "%-40@ %12.0f %@/s", figure.name as NSString, figure.perSecond, figure.unit as NSString))
        }
    }

    private func measure(on target: String, _ logger: Logger) async throws {
        let test = LoadTest(options: ConnectionOptions(target: target), logger: logger)
        do {
            try await test.onStage(instances: self.instances) { stage in
                let baseline =
                    self.baseline && self.work == .transitions ? try await self.runBaseline(stage, target: target) : nil
                for callers in try self.callerCounts() {
                    var plan = LoadTest.Plan()
                    plan.callers = callers
                    plan.seconds = self.seconds
                    try await stage.settle()
                    let measurement =
                        self.work == .transitions ? try await stage.transitions(plan) : try await stage.starts(plan)
                    try self.print(Row(callers: callers, transport: "in process", measurement: measurement), baseline)
                    guard self.http, self.work == .transitions else { continue }
                    try await stage.settle()
                    let overHTTP = try await HTTPLoad(stage: stage, logger: logger).transitions(plan)
                    try self.print(Row(callers: callers, transport: "http", measurement: overHTTP), baseline)
                }
            }
        } catch let error as PostgresError {
            throw Failure.unreachable("The database cannot be used: \(error.message)")
        } catch let error as EngineError {
            throw Failure.refused(error.detail)
        }
    }

    private func runBaseline(_ stage: LoadTest.Stage, target: String) async throws -> Baseline.Best {
        let baseline = Baseline(target: target, schema: stage.options.searchPath ?? "public", instances: self.instances)
        try await stage.copyInstances(self.instances)
        var best: Baseline.Best?
        for clients in [1, 8, 32] {
            try await stage.settle()
            let result = try await baseline.run(clients: clients, seconds: max(1, Int(self.seconds)))
            if !self.output.json {
                try Console.out(String(format: "%-11@ %5d clients  %9.0f/s", "pgbench" as NSString, clients, result))
            }
            if result > best?.perSecond ?? 0 { best = Baseline.Best(clients: clients, perSecond: result) }
        }
        guard let best else { throw Failure.refused("pgbench gave no figure.") }
        return best
    }

    private func print(_ row: Row, _ baseline: Baseline.Best?) throws {
        let figures = row.measurement
        let ratio = baseline.map { figures.perSecond / $0.perSecond }
        if self.output.json {
            var map = ValueMap([
                (.string("work"), .string(self.work.rawValue)), (.string("callers"), .int(Int64(row.callers))),
                (.string("transport"), .string(row.transport)), (.string("perSecond"), .double(figures.perSecond)),
                (.string("p50Ms"), .double(figures.p50Milliseconds)),
                (.string("p99Ms"), .double(figures.p99Milliseconds)),
            ])
            if let baseline, let ratio {
                map["baseline"] = [
                    "name": .string("pgbench \(baseline.clients) clients"), "perSecond": .double(baseline.perSecond),
                ]
                map["ratio"] = .double(ratio)
            }
            return try Console.json(.map(map))
        }
        let comparison = ratio.map { String(format: "  %5.2f × pgbench", $0) } ?? ""
        try Console.out(
            String(
                format: "%-11@ %5d callers %9.0f/s  p50 %8.2f ms  p99 %8.2f ms", row.transport as NSString, row.callers,
                figures.perSecond, figures.p50Milliseconds, figures.p99Milliseconds) + comparison)
    }

    private func callerCounts() throws -> [Int] {
        let counts = self.callers.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard !counts.isEmpty, counts.allSatisfy({ $0.map { (1...10_000).contains($0) } ?? false }) else {
            throw ValidationError("--callers is a list of numbers from 1 to 10000, like 1,8,64.")
        }
        return counts.compactMap { $0 }
    }
}

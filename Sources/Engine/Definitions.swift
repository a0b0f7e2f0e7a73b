import Crypto
package import Statecharts
import Synchronization
import Values

/// Compiled workflows by name and version. Versions never change, so what was compiled once stays.
package final class Definitions: Sendable {
    /// A version as it is stored.
    package struct Source: Sendable {
        package var workflow: String
        package var version: Int
        package var text: String
        package init(workflow: String, version: Int, text: String) {
            self.workflow = workflow
            self.version = version
            self.text = text
        }
    }

    /// A class, since a chart has many parts and is handed around with every step.
    package final class Compiled: Sendable {
        package let workflow: String
        package let version: Int
        package let machine: Machine
        package let calendar: WorkCalendar
        /// Of the calendar's data; nil: the built-in default.
        package let calendarHash: [UInt8]?
        package var chart: Chart { self.machine.chart }
        let hasTags: Bool
        /// Dotted path → its keys, of what lists search.
        let searchPaths: [(path: String, keys: [String])]

        init(workflow: String, version: Int, chart: Chart, calendar: WorkCalendar, calendarHash: [UInt8]?) {
            self.workflow = workflow
            self.version = version
            self.machine = Machine(chart)
            self.calendar = calendar
            self.calendarHash = calendarHash
            self.hasTags = chart.states.contains { !$0.tags.isEmpty }
            self.searchPaths = chart.search.map { ($0, $0.split(separator: ".").map(String.init)) }
        }
    }

    package struct Version: Sendable, Hashable {
        package var workflow: String
        package var version: Int
    }

    /// As it is asked for.
    struct Reference: Sendable, Hashable {
        var workflow: String
        /// nil: the latest.
        var version: Int?
    }

    typealias Failures = [Reference: EngineError]

    private struct Cache {
        var compiled: [Version: Compiled] = [:]
        var latest: [String: (version: Int, at: Timestamp)] = [:]
    }

    private let cache = Mutex(Cache())
    private let load: @Sendable (String, Int) async throws -> Source?
    private let alias: @Sendable (String, String) async throws -> Int?
    private let calendar: @Sendable (String) async throws -> (calendar: WorkCalendar, hash: [UInt8])?
    private let ambient: Ambient

    /// The alias of the version that instances start with.
    static let latest = "latest"
    /// How long this process may start another version than the one that another process has made the latest.
    private static let latestSeconds: Int64 = 1

    init(
        load: @escaping @Sendable (String, Int) async throws -> Source?,
        alias: @escaping @Sendable (String, String) async throws -> Int?,
        calendar: @escaping @Sendable (String) async throws -> (calendar: WorkCalendar, hash: [UInt8])?,
        ambient: Ambient
    ) {
        self.load = load
        self.alias = alias
        self.calendar = calendar
        self.ambient = ambient
    }

    /// Without waiting; nil: not compiled in this process yet.
    package func cached(_ workflow: String, version: Int) -> Compiled? {
        self.cache.withLock { $0.compiled[Version(workflow: workflow, version: version)] }
    }

    /// The version that `latest` names, if it is compiled and was looked for lately.
    func cachedLatest(_ workflow: String) -> Compiled? {
        let now = self.ambient.now()
        return self.cache.withLock { cache in
            guard let known = cache.latest[workflow], now.seconds - known.at.seconds <= Self.latestSeconds else {
                return nil
            }
            return cache.compiled[Version(workflow: workflow, version: known.version)]
        }
    }

    /// Loads and compiles where needed. `version` nil: the latest.
    package func get(_ workflow: String, version: Int?) async throws -> Compiled {
        guard let number = try await self.number(workflow, version), number > 0 else {
            throw EngineError(.notFound, "There is no workflow \(workflow).")
        }
        if let compiled = self.cached(workflow, version: number) { return compiled }
        guard let source = try await self.load(workflow, number) else {
            throw EngineError(.notFound, "Workflow \(workflow) has no version \(number).")
        }
        let (chart, diagnostics) = Definition.compile(source.text, file: "\(workflow).yaml")
        guard let chart else {
            let first = diagnostics.first { $0.severity == .error }?.message.english ?? "unknown"
            throw EngineError(.internalError, "Workflow \(workflow), version \(number) does not compile: \(first)")
        }
        return try await self.insert(chart, workflow: workflow, version: number)
    }

    /// For what shows many definitions; nil: the stored one does not compile here, perhaps since another version of this
    /// program deployed it.
    func usable(_ workflow: String, version: Int) async throws -> Compiled? {
        do {
            return try await self.get(workflow, version: version)
        } catch let error as EngineError where error.code == .internalError {
            return nil
        }
    }

    /// Remembers what was compiled.
    @discardableResult
    package func insert(_ chart: Chart, workflow: String, version: Int) async throws -> Compiled {
        let found = try await self.calendar(chart.calendar)
        let compiled = Compiled(
            workflow: workflow, version: version, chart: chart,
            calendar: found?.calendar ?? WorkCalendar(name: chart.calendar), calendarHash: found?.hash)
        self.cache.withLock { $0.compiled[Version(workflow: workflow, version: version)] = compiled }
        return compiled
    }

    /// Instances start with this version from now on.
    func note(latest version: Int, of workflow: String) {
        let now = self.ambient.now()
        self.cache.withLock { $0.latest[workflow] = (version, now) }
    }

    private func number(_ workflow: String, _ version: Int?) async throws -> Int? {
        if let version { return version }
        let now = self.ambient.now()
        if let known = self.cache.withLock({ $0.latest[workflow] }),
            now.seconds - known.at.seconds <= Self.latestSeconds
        {
            return known.version
        }
        let found = try await self.alias(workflow, Self.latest)
        if let found { self.cache.withLock { $0.latest[workflow] = (found, now) } }
        return found
    }
}

package import Logging
package import Postgres
package import Testing

/// Gives each test case an empty schema of its own, and drops it afterwards.
///
///     @Suite(.freshSchema) struct StoreTests {
///         @Test func `a row is found again`() async throws {
///             let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
package struct FreshSchema: SuiteTrait, TestTrait, TestScoping {
    package struct Missing: Error {}

    @TaskLocal private static var current: ConnectionOptions?

    /// Connects to the schema of the running test.
    package static var options: ConnectionOptions {
        get throws {
            guard let current else { throw Missing() }
            return current
        }
    }

    private let prepare: @Sendable (ConnectionOptions) async throws -> Void

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?,
        performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await body() }
        let target = try await TestDatabase.shared.target()
        let schema = "test_\(UInt64.random(in: 0...UInt64.max))"
        var options = ConnectionOptions(target: target)
        // A busy machine is no failure.
        options.connectTimeout = .seconds(120)
        let owner = try await Connection.connect(to: options, logger: .silent)
        options.searchPath = schema
        try await owner.execute(script: "create schema \(schema)")
        do {
            try await self.prepare(options)
            try await Self.$current.withValue(options) { try await body() }
        } catch {
            try? await owner.execute(script: "drop schema \(schema) cascade")
            throw error
        }
        try await owner.execute(script: "drop schema \(schema) cascade")
        await owner.close()
    }

    init(prepare: @escaping @Sendable (ConnectionOptions) async throws -> Void) {
        self.prepare = prepare
    }
}

extension Trait where Self == FreshSchema {
    package static var freshSchema: FreshSchema { FreshSchema { _ in } }

    /// The schema is filled by `prepare`, for example by a migrator.
    package static func freshSchema(
        prepare: @escaping @Sendable (ConnectionOptions) async throws -> Void
    ) -> FreshSchema {
        FreshSchema(prepare: prepare)
    }
}

extension Logger {
    /// Says nothing.
    package static var silent: Logger { Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() } }
}

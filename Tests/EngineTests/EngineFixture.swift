import Logging
import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

/// An orchestrator on the running test's schema.
enum EngineFixture {
    /// Runs one with its duties, and ends it afterwards.
    static func with(
        limits: Limits = Limits(), ambient: Ambient = .system, _ body: (Orchestrator) async throws -> Void
    ) async throws {
        let options = try FreshSchema.options
        let pool = Pool(options: options, logger: .silent)
        let orchestrator = Orchestrator(
            pool: pool, connection: options, limits: limits, ambient: ambient, logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await orchestrator.run() }
            let result = await Self.result { try await body(orchestrator) }
            group.cancelAll()
            try await group.waitForAll()
            await pool.close()
            try result.get()
        }
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    static let admin = Actor(user: "ann", roles: ["admin", "worker"])

    static func deploy(_ source: String, on orchestrator: Orchestrator) async throws {
        let deployment = try await orchestrator.deploy(source, file: "test.yaml", by: Self.admin)
        #expect(!deployment.diagnostics.contains { $0.severity == .error }, "\(deployment.diagnostics)")
    }

    /// Waits for what a duty does by itself, at most ten seconds.
    static func eventually(
        _ orchestrator: Orchestrator, _ id: InstanceID, _ condition: (InstanceView) -> Bool
    ) async throws -> InstanceView {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            let view = try? await orchestrator.instance(id, by: Self.admin)
            if let view, condition(view) { return view }
            try #require(
                ContinuousClock.now < deadline,
                "\(view.map { "\($0.snapshot.active) \($0.snapshot.context.json)" } ?? "there is no such instance")")
            let mark = orchestrator.wakeups.mark()
            await orchestrator.wakeups.wait(
                topics: Set(JobRow.engineTopics), before: nil, since: mark, timeout: .milliseconds(20))
        }
    }
}

extension Trait where Self == FreshSchema {
    /// Migrated.
    static var migratedSchema: FreshSchema {
        .freshSchema { options in try await Migrator(options: options, logger: .silent).migrate() }
    }
}

/// Small workflows.
enum Sample {
    static let counter = """
        workflow: counter
        schema: {type: object, properties: {n: {type: integer, maximum: 1000000}}}
        context: {n: 0}
        events:
          go: {}
          bad: {}
          stop: {}
        initial: a
        states:
          a:
            on:
              go: {target: b, actions: [{assign: {n: context.n + 1}}]}
              bad: {actions: [{assign: {n: "'x'"}}]}
              stop: {target: end}
          b:
            on:
              go: {target: a, actions: [{assign: {n: context.n + 1}}]}
              stop: {target: end}
          end: {type: final, output: {n: context.n}}
        """
    static let keyed = """
        workflow: keyed
        key: context.code
        context: {code: ''}
        events: {go: {}}
        initial: a
        states: {a: {on: {go: {target: b}}}, b: {}}
        """
    static let timer = """
        workflow: timer
        events: {go: {}}
        initial: a
        states:
          a: {after: {PT0.05S: {target: b}}}
          b: {}
        """
    static let parent = """
        workflow: parent
        context: {n: 0, code: ''}
        events: {go: {}, leave: {}}
        initial: a
        states:
          a:
            on: {leave: left}
            invoke:
              id: child
              src: workflow
              workflow: counter
              input: {n: 41}
              onDone: {target: b, actions: [{assign: {n: event.data.n}}]}
              onError: {target: failed, actions: [{assign: {code: event.data.code}}]}
          b: {}
          left: {}
          failed: {}
        """
    static let work = """
        workflow: work
        context: {n: 0}
        events: {go: {}}
        initial: a
        states:
          a:
            invoke:
              id: job
              src: worker
              topic: things
              input: {x: 1}
              onDone: {target: b, actions: [{assign: {n: event.data.n}}]}
          b: {}
        """
    /// Sends to whoever the event names.
    static let sender = """
        workflow: sender
        context: {answers: []}
        events: {tell: {}, ping: {}}
        initial: a
        states:
          a:
            on:
              tell: {actions: [{send: {to: event.data.to, event: ping, data: {n: event.data.n}}}]}
              ping: {actions: [{assign: {answers: 'context.answers + [event.data.n]'}}]}
        """
}

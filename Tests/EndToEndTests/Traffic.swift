import NIOHTTP1
import Synchronization
import Values

/// Events from many callers to many instances, each with an Idempotency-Key of its own.
final class Traffic: Sendable {
    static let workflow = """
        workflow: counter
        schema: {type: object, properties: {count: {type: integer}}}
        context: {count: 0}
        events: {go: {}, stop: {}}
        initial: counting
        states:
          counting:
            on:
              go: {actions: [{assign: {count: context.count + 1}}]}
              stop: stopped
          stopped: {type: final}
        """
    /// Rings a second after its start.
    static let alarm = """
        workflow: alarm
        initial: waiting
        states:
          waiting: {after: {PT1S: rung}}
          rung: {type: final}
        """

    private struct State {
        var acknowledged: Set<Int> = []
        var repeated = 0
        var refusals: [Int: Int] = [:]
        var lost = 0
        var next = 0
        var times: [ContinuousClock.Instant] = []
    }

    let events: Int
    let instances: [String]
    private let state = Mutex(State())

    init(events: Int, instances: [String]) {
        self.events = events
        self.instances = instances
    }

    /// Those that were answered with 200.
    var acknowledged: Set<Int> { self.state.withLock { $0.acknowledged } }
    /// Acknowledged as done before: the first answer was lost.
    var repeated: Int { self.state.withLock { $0.repeated } }
    /// Answers other than 200, by status.
    var refusals: [Int: Int] { self.state.withLock { $0.refusals } }
    /// Requests without an answer.
    var lost: Int { self.state.withLock { $0.lost } }

    /// The longest time without an acknowledgement.
    var longestSilence: Duration {
        let times = self.state.withLock { $0.times }
        return zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .zero
    }

    func instance(of event: Int) -> String { self.instances[event % self.instances.count] }
    func key(of event: Int) -> String { "event-\(event)" }

    /// Sends all that is not acknowledged. `at` says what to do once so many are. A caller whose request fails tries it
    /// again, or gives up.
    func run(
        _ client: Client, callers: Int = 64, triesAgain: Bool,
        at moments: [Int: @Sendable () async throws -> Void] = [:]
    ) async throws {
        let left = (0..<self.events).filter { !self.acknowledged.contains($0) }
        self.state.withLock { $0.next = 0 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    while let event = self.take(from: left) {
                        try await self.deliver(event, client, triesAgain: triesAgain, moments)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func take(from left: [Int]) -> Int? {
        self.state.withLock { state in
            guard state.next < left.count else { return nil }
            state.next += 1
            return left[state.next - 1]
        }
    }

    private func deliver(
        _ event: Int, _ client: Client, triesAgain: Bool, _ moments: [Int: @Sendable () async throws -> Void]
    ) async throws {
        repeat {
            try Task.checkCancellation()
            let answer = try? await client.request(
                .POST, "/api/instances/\(self.instance(of: event))/events", Array(#"{"event": "go"}"#.utf8),
                headers: [("Idempotency-Key", self.key(of: event))])
            let count = self.state.withLock { state -> Int? in
                switch answer?.status {
                case 200:
                    state.acknowledged.insert(event)
                    state.times.append(.now)
                    if answer?.body["repeated"] == true { state.repeated += 1 }
                    return state.acknowledged.count
                case let status?: state.refusals[status, default: 0] += 1
                case nil: state.lost += 1
                }
                return nil
            }
            if let count { return try await moments[count]?() ?? () }
        } while triesAgain
    }
}

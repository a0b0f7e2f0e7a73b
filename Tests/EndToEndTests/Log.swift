import Synchronization

/// What a process writes, line by line; both of its streams.
final class Log: Sendable {
    private struct State {
        var lines: [String] = []
        var ended = 0
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    var text: String { self.state.withLock { $0.lines.joined(separator: "\n") } }

    func add(_ line: String) { self.change { $0.lines.append(line) } }

    /// One of the streams has ended.
    func end() { self.change { $0.ended += 1 } }

    private func change(_ body: (inout State) -> Void) {
        let waiting = self.state.withLock { state in
            body(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.finish() }
    }

    func line(with words: String, within limit: Duration) async throws -> String {
        let found = try await Time.limit(limit, "a line with “\(words)”") {
            try await self.wait { state -> String?? in
                if let line = state.lines.first(where: { $0.contains(words) }) { return .some(line) }
                return state.ended == 2 ? .some(nil) : nil
            }
        }
        guard let found else { throw Server.Trouble(description: "The server ended without “\(words)”.") }
        return found
    }

    func bothEnded(within limit: Duration) async throws {
        try await Time.limit(limit, "the end of the process") { try await self.wait { $0.ended == 2 ? () : nil } }
    }

    private func wait<Found: Sendable>(_ check: (State) -> Found?) async throws -> Found {
        while true {
            let (changes, waiter) = AsyncStream.makeStream(of: Never.self)
            let found = self.state.withLock { state in
                let found = check(state)
                if found == nil { state.waiting.append(waiter) }
                return found
            }
            if let found { return found }
            for await _ in changes {}
            try Task.checkCancellation()
        }
    }
}

/// Limits of time: a test that waits in vain fails instead of hanging.
enum Time {
    static func limit<Result: Sendable>(
        _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else {
                throw Server.Trouble(description: "\(what) did not come within \(limit)")
            }
            return result
        }
    }

    /// Asks again and again until it holds.
    static func until(
        _ what: String, within limit: Duration = .seconds(60), _ isSo: @escaping @Sendable () async throws -> Bool
    ) async throws {
        try await self.limit(limit, what) { while !(try await isSo()) { try Task.checkCancellation() } }
    }
}

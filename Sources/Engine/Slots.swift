import Synchronization

/// How many more jobs a topic's worker may take. One task waits for it, any number give back.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiter: CheckedContinuation<Void, Never>?
        var isCancelled = false

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { self.waiter = nil }
            return self.waiter
        }
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        self.state = Mutex(State(free: count))
    }

    func take() {
        self.state.withLock { $0.free -= 1 }
    }

    func give() {
        let waiter = self.state.withLock { state in
            state.free += 1
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Waits until one is free, and says how many are; nil when the task was cancelled.
    func free() async -> Int? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGoOn = self.state.withLock { state in
                    if state.free > 0 || state.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                state.isCancelled = true
                return state.takeWaiter()
            }
            waiter?.resume()
        }
        return self.state.withLock { $0.free > 0 && !$0.isCancelled ? $0.free : nil }
    }
}

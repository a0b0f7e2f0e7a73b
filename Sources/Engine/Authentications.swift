import Statecharts
import Synchronization

/// Whom secrets belonged to a moment ago, so that a burst of requests asks the database once.
///
/// Only found ones are kept, by their hash; a change made in this process empties it, one made elsewhere takes
/// ``lifetime`` to arrive.
final class Authentications: Sendable {
    static let lifetime = Duration.seconds(5)
    static let capacity = 10_000

    private struct Entry {
        var actor: Actor
        var until: ContinuousClock.Instant
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        /// Counts the times it was emptied: an answer that was asked for before is not kept.
        var generation = 0
    }

    private let state = Mutex(State())

    /// The actor, or the generation under which to ``keep(_:for:generation:at:)`` what the database says.
    func find(_ hash: [UInt8], at now: ContinuousClock.Instant) -> (actor: Actor?, generation: Int) {
        self.state.withLock { state in
            let entry = state.entries[hash]
            return (entry.flatMap { $0.until > now ? $0.actor : nil }, state.generation)
        }
    }

    func keep(_ actor: Actor, for hash: [UInt8], generation: Int, at now: ContinuousClock.Instant) {
        self.state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= Self.capacity {
                state.entries = state.entries.filter { $0.value.until > now }
                if state.entries.count >= Self.capacity { state.entries.removeAll(keepingCapacity: true) }
            }
            state.entries[hash] = Entry(actor: actor, until: now + Self.lifetime)
        }
    }

    func empty() {
        self.state.withLock { state in
            state.entries.removeAll(keepingCapacity: true)
            state.generation += 1
        }
    }
}

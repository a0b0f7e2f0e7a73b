import Engine
import Statecharts
import Synchronization
import Values

/// What waits for people, as every page of theirs shows it: counted again after some seconds, and when they have sent
/// something.
final class InboxCounts: Sendable {
    static let seconds = 5.0
    /// People whose counts are kept; then all are counted again.
    static let limit = 10_000

    private let kept = Mutex<[Actor: (count: InboxCount, at: Timestamp)]>([:])

    func count(
        for actor: Actor, at now: Timestamp, isAnew: Bool, by count: () async throws -> InboxCount
    ) async throws -> InboxCount {
        if !isAnew, let known = self.kept.withLock({ $0[actor] }), abs((now - known.at).seconds) < Self.seconds {
            return known.count
        }
        let counted = try await count()
        self.kept.withLock { kept in
            if kept.count >= Self.limit { kept.removeAll(keepingCapacity: true) }
            kept[actor] = (counted, now)
        }
        return counted
    }
}

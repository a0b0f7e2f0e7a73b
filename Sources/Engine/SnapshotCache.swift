import Statecharts
import Synchronization

/// Decoded snapshots of instances that were stepped lately, so that the next step has to fetch and decode nothing but
/// the hash of their last history row. Never trusted by itself: one is used only when the locked row has the same hash.
///
/// Two generations: what is used moves to the younger one; when that has half of the bytes, the older one is forgotten.
final class SnapshotCache: Sendable {
    final class Entry: Sendable {
        let compiled: Definitions.Compiled
        let depth: Int16
        let snapshot: Snapshot
        /// Of the last history row: changes with every step.
        let hash: [UInt8]
        /// Of its JSON, and of the context in it.
        let bytes: Int
        let contextBytes: Int

        init(
            compiled: Definitions.Compiled, depth: Int16, snapshot: Snapshot, hash: [UInt8], bytes: Int,
            contextBytes: Int
        ) {
            self.compiled = compiled
            self.depth = depth
            self.snapshot = snapshot
            self.hash = hash
            self.bytes = bytes
            self.contextBytes = contextBytes
        }
    }

    private struct Generations {
        var young: [InstanceID: Entry] = [:]
        var old: [InstanceID: Entry] = [:]
        var youngBytes = 0
    }

    /// What an entry takes besides its JSON.
    private static let overhead = 512

    private let generations = Mutex(Generations())
    private let bytes: Int

    /// `bytes`: of JSON; decoded, it takes some times as much.
    init(bytes: Int) { self.bytes = bytes }

    /// Takes out what is known of these: it comes back by ``put(_:)`` when their batch has been committed.
    func take(_ instances: [InstanceID]) -> [InstanceID: Entry] {
        self.generations.withLock { generations in
            var found: [InstanceID: Entry] = [:]
            found.reserveCapacity(instances.count)
            for id in instances {
                if let entry = generations.young.removeValue(forKey: id) {
                    generations.youngBytes -= entry.bytes + Self.overhead
                    found[id] = entry
                } else if let entry = generations.old.removeValue(forKey: id) {
                    found[id] = entry
                }
            }
            return found
        }
    }

    func put(_ entries: [(InstanceID, Entry)]) {
        self.generations.withLock { generations in
            for (id, entry) in entries {
                let replaced = generations.young.updateValue(entry, forKey: id)
                generations.youngBytes += entry.bytes - (replaced?.bytes ?? -Self.overhead)
                guard generations.youngBytes > self.bytes / 2 else { continue }
                generations.old = generations.young
                generations.young = [:]
                generations.youngBytes = 0
            }
        }
    }
}

import Statecharts
import Testing
import Values

@testable import Engine

struct SnapshotCacheTests {
    private let compiled: Definitions.Compiled

    init() throws {
        let chart = Definition.compile("workflow: w\ninitial: a\nstates: {a: {}}\n", file: "w.yaml").chart
        self.compiled = Definitions.Compiled(
            workflow: "w", version: 1, chart: try #require(chart), calendar: WorkCalendar(name: "default"),
            calendarHash: nil)
    }

    private static func id(_ number: UInt64) -> InstanceID { InstanceID(high: 0, low: number) }

    private func entry(_ number: UInt64, bytes: Int) -> (InstanceID, SnapshotCache.Entry) {
        let snapshot = Snapshot(
            facts: Snapshot.Facts(id: Self.id(number).description, workflow: "w", startedAt: Timestamp(seconds: 0)),
            seq: 1, lastAt: Timestamp(seconds: 0), active: ["a"], context: .null)
        return (
            Self.id(number),
            SnapshotCache.Entry(
                compiled: self.compiled, depth: 0, snapshot: snapshot, hash: [UInt8(number)], bytes: bytes,
                contextBytes: 0)
        )
    }

    @Test func `what is taken out is gone until it is put back`() {
        let cache = SnapshotCache(bytes: 10_000)
        cache.put([self.entry(1, bytes: 10), self.entry(2, bytes: 10)])
        #expect(cache.take([Self.id(1), Self.id(3)]).mapValues(\.hash) == [Self.id(1): [1]])
        #expect(cache.take([Self.id(1), Self.id(2)]).keys.map(\.self) == [Self.id(2)])
    }

    @Test func `what is used stays, and what is not is forgotten within its bytes`() {
        let cache = SnapshotCache(bytes: 20_000)
        cache.put([self.entry(0, bytes: 1000)])
        for number in 1...100 as ClosedRange<UInt64> {
            cache.put([self.entry(number, bytes: 1000)])
            let used = cache.take([Self.id(0)])
            #expect(used.count == 1, "forgotten after \(number)")
            cache.put(used.map { ($0, $1) })
        }
        let kept = cache.take((1...100).map(Self.id))
        #expect((1...14).contains(kept.count))
        #expect(kept[Self.id(100)] != nil)
    }
}

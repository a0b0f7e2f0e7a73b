import Statecharts
import Testing
import Values

@testable import Engine

struct BatchBuilderTests {
    private static let id = InstanceID(workflow: "counter", key: "k")
    private static let now = Timestamp(seconds: 1_800_000_000)
    private let compiled: Definitions.Compiled
    private let stored: StoredInstance

    init() throws {
        let chart = try #require(Definition.compile(Sample.counter, file: "counter.yaml").chart)
        self.compiled = Definitions.Compiled(
            workflow: "counter", version: 1, chart: chart, calendar: WorkCalendar(name: "default"), calendarHash: nil)
        let facts = Snapshot.Facts(id: Self.id.description, workflow: "counter", startedAt: Self.now)
        let surroundings = Surroundings(now: Self.now, calendar: self.compiled.calendar)
        let snapshot = try #require(self.compiled.machine.start(facts, data: .null, in: surroundings).next)
        self.stored = StoredInstance(
            id: Self.id, workflow: "counter", version: 1, depth: 0, states: snapshot.active,
            context: snapshot.context.jsonBytes, snapshot: Array(snapshot.restJSON), hash: HistoryEntry.noHash)
    }

    /// Events of one instance, of which only version 1 is compiled here.
    private func decide(_ events: [Event]) -> Batch {
        self.decide(events.map { Command(instance: Self.id, action: .event($0, ifSeq: nil), by: $0.by) })
    }

    private func decide(_ commands: [Command], due: [JobRow] = []) -> Batch {
        var loaded = Loaded(now: Self.now)
        loaded.instances[Self.id] = self.stored
        loaded.due[Self.id] = due
        let compiled = self.compiled
        return BatchBuilder.decide(
            commands, batch: InstanceID(high: 1, low: 1), loaded: loaded, known: [:],
            definitions: BatchBuilder.Lookup(version: { $1 == 1 ? compiled : nil }, latest: { _ in compiled }),
            limits: Limits())
    }

    /// It was kept as if it had no bytes, so that the cache grew without bounds.
    @Test func `what a refused event loaded is kept with its size`() throws {
        let batch = self.decide([Event("unheard", origin: .client, by: EngineFixture.admin)])
        let kept = try #require(batch.snapshots.first).1
        #expect(kept.bytes == self.stored.snapshot.count + self.stored.context.count)
    }

    /// It would wait for ever: nobody resumes what goes on already.
    @Test func `what is due while an instance is suspended goes on with a resumption in the same batch`() throws {
        let signal = JobRow(
            key: JobKey(instance: Self.id, id: "s"), topic: JobRow.signal, dueAt: Self.now, name: "go",
            payload: SignalPayload(data: .null).text)
        func administration(_ type: String) -> Command {
            let event = Event(type, origin: .administration, by: EngineFixture.admin)
            return Command(instance: Self.id, action: .event(event, ifSeq: nil), by: event.by)
        }
        let wake = Command(instance: Self.id, action: .wake, by: Actor())
        let suspended = self.decide([administration("admin.suspend"), wake], due: [signal])
        #expect(suspended.parkedJobs == [signal.key: .suspended])
        let resumed = self.decide(
            [administration("admin.suspend"), wake, administration("admin.resume")], due: [signal])
        #expect(resumed.parkedJobs.isEmpty && resumed.deletedJobs.isEmpty && resumed.releases.count == 1)
    }

    /// The event was taken by the version before the migration.
    @Test func `what comes after a command that needs a definition waits for it`() throws {
        let events = [
            Machine.migration(to: 2, by: EngineFixture.admin), Event("go", origin: .client, by: EngineFixture.admin),
        ]
        let batch = self.decide(events)
        guard case .needs("counter", 2) = batch.results.first, case .behind = batch.results.last else {
            Issue.record("\(batch.results)")
            return
        }
        #expect(batch.history.isEmpty)
    }
}

import Statecharts
import Values

/// Replays a history through its pinned definition: the chain of hashes and the states after each row must come out.
struct Verifier {
    private let id: InstanceID
    private let compiled: Definitions.Compiled
    private let calendars: [[UInt8]: WorkCalendar]
    private let facts: Snapshot.Facts
    private(set) var snapshot: Snapshot?
    private(set) var hash: [UInt8]
    private(set) var rows = 0

    init(_ id: InstanceID, _ compiled: Definitions.Compiled, stored: Snapshot, calendars: [[UInt8]: WorkCalendar]) {
        self.id = id
        self.compiled = compiled
        self.calendars = calendars
        self.facts = stored.facts
        self.hash = HistoryEntry.noHash
    }

    /// What does not agree; nil: the row is what a step made of it.
    mutating func check(_ entry: HistoryEntry) -> String? {
        self.rows += 1
        let seq = self.rows
        guard entry.seq == Int64(seq) else { return "row \(seq) is missing" }
        guard entry.digest(after: self.hash) == entry.hash else { return "row \(seq): the hash does not fit" }
        guard entry.semantics == Int16(Machine.semantics) else {
            return "row \(seq) was made by semantics \(entry.semantics), this is \(Machine.semantics)"
        }
        guard let data = try? Value(json: entry.data), let actor = HistoryCoding.actor(entry.actor),
            let origin = HistoryCoding.origin(entry.origin)
        else { return "row \(seq) cannot be read" }
        let event = Event(entry.event, data: data, origin: origin, by: actor, reference: entry.reference)
        guard let next = self.step(event, entry).next else { return "row \(seq): the event does not fit any more" }
        self.snapshot = next
        self.hash = entry.hash
        guard next.active == entry.states, next.status.rawValue == entry.status, next.seq == entry.seq else {
            return "row \(seq) leads to \(next.active), not to \(entry.states)"
        }
        if let kept = entry.snapshot, kept != String(decoding: next.json, as: UTF8.self) {
            return "row \(seq): its snapshot differs"
        }
        return nil
    }

    private func step(_ event: Event, _ entry: HistoryEntry) -> Step {
        let calendar = entry.calendar.flatMap { self.calendars[$0] } ?? WorkCalendar(name: self.compiled.chart.calendar)
        let surroundings = Surroundings(now: entry.at, calendar: calendar)
        guard let snapshot = self.snapshot else {
            var facts = self.facts
            facts.startedAt = entry.at
            facts.startedBy = event.by
            return self.compiled.machine.start(facts, data: event.data, in: surroundings).withKeyedChildren()
        }
        return self.compiled.machine.step(snapshot, event, in: surroundings).withKeyedChildren()
    }

    /// Whether the stored state is the one that the history leads to.
    func compare(with stored: Snapshot, hash: [UInt8]) -> String? {
        guard let snapshot = self.snapshot else { return "there is no history" }
        if hash != self.hash { return "the instance's hash is not that of its last row" }
        return snapshot == stored ? nil : "the stored state is not the one that the history leads to"
    }
}

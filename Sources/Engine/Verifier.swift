import Statecharts
import Values

/// Replays a history through its pinned definitions, another one from each migration on: the chain of hashes and the
/// states after each row must come out.
struct Verifier {
    private let id: InstanceID
    private var compiled: Definitions.Compiled
    /// What the next row migrates to, if it does.
    var target: Definitions.Compiled?
    private let calendars: [[UInt8]: WorkCalendar]
    private let facts: Snapshot.Facts
    private(set) var snapshot: Snapshot?
    private(set) var hash: [UInt8]
    private(set) var rows = 0

    init(_ id: InstanceID, _ compiled: Definitions.Compiled, stored: Snapshot, calendars: [[UInt8]: WorkCalendar]) {
        self.id = id
        self.compiled = compiled
        self.calendars = calendars
        var facts = stored.facts
        facts.version = facts.startVersion ?? facts.version
        facts.startVersion = nil
        self.facts = facts
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
        let target = entry.migratesTo == nil ? nil : self.target
        guard let next = self.step(event, entry, to: target).next else {
            return "row \(seq): the event does not fit any more"
        }
        self.compiled = target ?? self.compiled
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

    private func step(_ event: Event, _ entry: HistoryEntry, to target: Definitions.Compiled?) -> Step {
        let name = (target ?? self.compiled).chart.calendar
        let calendar = entry.calendar.flatMap { self.calendars[$0] } ?? WorkCalendar(name: name)
        let surroundings = Surroundings(now: entry.at, calendar: calendar)
        guard let snapshot = self.snapshot else {
            var facts = self.facts
            facts.startedAt = entry.at
            facts.startedBy = event.by
            return self.compiled.machine.start(facts, data: event.data, in: surroundings).withKeyedChildren()
        }
        let machine = self.compiled.machine
        guard let target else { return machine.step(snapshot, event, in: surroundings).withKeyedChildren() }
        return target.machine.migrate(snapshot, event, from: machine, in: surroundings).withKeyedChildren()
    }

    /// Whether the stored state is the one that the history leads to.
    func compare(with stored: Snapshot, hash: [UInt8]) -> String? {
        guard let snapshot = self.snapshot else { return "there is no history" }
        if hash != self.hash { return "the instance's hash is not that of its last row" }
        return snapshot == stored ? nil : "the stored state is not the one that the history leads to"
    }
}

extension HistoryEntry {
    /// The version that this row migrates to; nil: it is no migration.
    var migratesTo: Int? {
        guard self.origin == HistoryCoding.text(.administration), let data = try? Value(json: self.data) else {
            return nil
        }
        return Machine.version(of: Event(self.event, data: data, origin: .administration))
    }
}

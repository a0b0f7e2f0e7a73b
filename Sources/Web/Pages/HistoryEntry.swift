import Engine
import JSONSchema
import Statecharts
import Values

/// One line of an instance's timeline.
struct HistoryEntry: Sendable {
    var seq: Int64
    var at: TimeText
    var by: String
    var what: String
    /// The event's own name.
    var eventName: String
    var wentTo: String?
    var isIgnored: Bool
    var values: [ValueRows.Row]
    var hasValues: Bool

    init(_ row: HistoryRow, before: HistoryRow?, task: TaskView?, chart: Chart, for viewer: Viewer) {
        self.seq = row.seq
        self.at = viewer.time(row.at)
        self.by = row.by.user ?? row.by.worker ?? row.by.instance ?? viewer.phrase(.system)
        self.what = Self.title(of: row, chart: chart, viewer) + Self.subject(of: row, task, viewer)
        self.eventName = row.event
        let isSame = before?.states == row.states
        self.wentTo =
            isSame || row.states.isEmpty
            ? nil
            : row.states.filter { !(before?.states.contains($0) ?? false) }
                .map { chart.shownPath($0, language: viewer.language) }.joined(separator: " · ")
        if self.wentTo?.isEmpty == true { self.wentTo = nil }
        self.isIgnored = !row.isHandled
        let schema = row.seq == 1 ? chart.schema?.source : chart.events?[row.event]?.schema?.source
        self.values = row.data.isNull ? [] : ValueRows(row.data, schema: schema, for: viewer).rows
        self.hasValues = !self.values.isEmpty
    }

    /// Which task, and what was decided: `: Gate 1 – Go`.
    private static func subject(of row: HistoryRow, _ task: TaskView?, _ viewer: Viewer) -> String {
        guard row.origin == .task, let task else { return "" }
        let title = task.title.text(in: viewer.language) ?? task.name
        let outcome = row.event == "task.submit" ? task.outcomes.first { $0.value == row.data["outcome"]?.string } : nil
        let decision = outcome.map { " – \($0.title.text(in: viewer.language) ?? $0.value)" } ?? ""
        return ": \(title)\(decision)"
    }

    private static func title(of row: HistoryRow, chart: Chart, _ viewer: Viewer) -> String {
        if row.seq == 1 { return viewer.phrase(.eventStarted) }
        if let declared = chart.events?[row.event]?.title?.plain.text(in: viewer.language) { return declared }
        let known: Phrase? =
            switch (row.origin, row.event) {
            case (_, "task.claim"): .eventClaimed
            case (_, "task.release"): .eventReleased
            case (_, "task.assign"): .eventAssigned
            case (_, "task.submit"): .eventSubmitted
            case (_, "task.delegate"): .eventDelegated
            case (_, "task.resolve"): .eventReturned
            case (_, "task.add"): .eventVoterAdded
            case (_, "task.remove"): .eventVoterRemoved
            case (_, "task.recuse"): .eventRecused
            case (_, "task.abstain"): .eventAbstained
            case (_, "task.withdraw"): .eventWithdrawn
            case (_, "task.nudge"): .eventNudged
            case (_, "admin.suspend"): .eventSuspended
            case (_, "admin.resume"): .eventResumed
            case (_, "admin.cancel"): .eventCancelled
            case (_, "admin.resolve"): .eventResolved
            case (.timer, _): .eventTimer
            case (.result, _): row.event.hasPrefix("error") ? .eventError : .eventDone
            default: nil
            }
        return known.map(viewer.phrase) ?? row.event
    }
}

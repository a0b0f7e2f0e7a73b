import Engine
import JSONSchema
import Statecharts
import Values

/// Everything about one instance: where it is, what can be done, what happened.
struct InstancePage: Sendable {
    struct Step: Sendable {
        var stepTitle: String
        var isDone: Bool
        var isCurrent: Bool
    }

    struct Strip: Sendable {
        var chainTitle: String?
        var steps: [Step]
    }

    struct Here: Sendable {
        var hereTitle: String
        var hereSince: TimeText?
        var due: DueText?
    }

    struct EventForm: Sendable {
        var eventTitle: String
        var eventAddress: String
        var form: FormView
        var isPlain: Bool
        var isOpen: Bool
        var eventProblem: ErrorView?
    }

    struct Disabled: Sendable {
        var disabledTitle: String
        var why: String
        var candidates: [CandidateView]
        var hasCandidates: Bool
    }

    struct Task: Sendable {
        var taskAddress: String
        var taskTitle: String
        var taskState: String
        var taskPeople: String
        var taskSince: TimeText
        var due: DueText?
        /// Of a vote: `2 / 5`.
        var taskVotes: String?
    }

    struct TimerRow: Sendable {
        var timerTitle: String
        var timerDue: TimeText
    }

    struct Job: Sendable {
        var jobTopic: String
        var jobState: String
        var jobAttempt: String?
        var jobFailure: String?
        var jobDue: TimeText?
    }

    struct Child: Sendable {
        var childAddress: String
        var childName: String
        var childState: String
    }

    struct Stuck: Sendable {
        var stuckMessage: String
        var stuckCode: String
        var stuckSince: TimeText
    }

    var t: PhraseBook
    var csrf: String
    var formID: String
    var address: String
    var instanceTitle: String
    var instanceKey: String?
    var workflowTitle: String
    var workflowAddress: String
    var version: Int
    var status: String
    var statusClass: String
    var startedAt: TimeText
    var starter: String
    var parentAddress: String?
    var strips: [Strip]
    var here: [Here]
    var incidents: [Stuck]
    var isStuck: Bool
    var mayAdminister: Bool
    var maySuspend: Bool
    var mayResume: Bool
    var mayCancel: Bool
    var events: [EventForm]
    var hasEvents: Bool
    var isActive: Bool
    var disabled: [Disabled]
    var hasDisabled: Bool
    var tasks: [Task]
    var hasTasks: Bool
    var timers: [TimerRow]
    var hasTimers: Bool
    var jobs: [Job]
    var hasJobs: Bool
    var children: [Child]
    var hasChildren: Bool
    var rows: [ValueRows.Row]
    var hasData: Bool
    var history: [HistoryEntry]
    var earlierAddress: String?
    var isEarlier: Bool

    /// What the sender of a refused event had entered.
    struct Attempt: Sendable {
        var event: String
        var form: Form
        var problem: Problem
    }

    init(_ view: InstanceView, history: HistoryPage, attempt: Attempt? = nil, for viewer: Viewer) {
        let language = viewer.language
        let snapshot = view.snapshot
        let chart = view.workflow.chart
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.formID = viewer.formID
        self.address = "/instances/\(snapshot.facts.id)"
        self.instanceTitle = view.shownTitle(in: language)
        self.instanceKey = snapshot.facts.key
        self.workflowTitle = view.workflow.shownTitle(in: language)
        self.workflowAddress = "/workflows/\(snapshot.facts.workflow)"
        self.version = snapshot.facts.version
        self.status = viewer.phrase(snapshot.status.phrase)
        self.statusClass = snapshot.status.rawValue
        self.startedAt = viewer.time(snapshot.facts.startedAt)
        self.starter = snapshot.facts.startedBy.user ?? viewer.phrase(.system)
        self.parentAddress = snapshot.facts.parent.map { "/instances/\($0.instance)" }
        self.strips = Self.strips(chart, snapshot, language)
        self.here = Self.here(snapshot, chart, viewer)
        self.incidents = view.incidents.map {
            Stuck(stuckMessage: $0.message, stuckCode: $0.code, stuckSince: viewer.time($0.openedAt))
        }
        self.isStuck = !view.incidents.isEmpty
        let isAlive = snapshot.status == .active || snapshot.status == .suspended
        self.mayAdminister = isAlive && view.workflow.offersAdministration(to: viewer.actor)
        self.maySuspend = snapshot.status == .active
        self.mayResume = snapshot.status == .suspended
        self.mayCancel = isAlive
        self.isActive = snapshot.status == .active
        self.events = Self.events(view, attempt, viewer)
        self.hasEvents = !self.events.isEmpty
        self.disabled = Self.disabled(view, viewer)
        self.hasDisabled = !self.disabled.isEmpty && self.isActive
        self.tasks = view.tasks.filter { $0.closedAt == nil }.map { Self.task($0, snapshot, viewer) }
        self.hasTasks = !self.tasks.isEmpty
        self.timers = snapshot.timers.sorted { $0.due < $1.due }.map { timer in
            TimerRow(timerTitle: Self.title(of: timer, view, viewer), timerDue: viewer.time(timer.due))
        }
        self.hasTimers = !self.timers.isEmpty
        // Timers have a list of their own.
        self.jobs = view.jobs.filter { $0.topic != "timer" || $0.state == "parked" }.map { Self.job($0, viewer) }
        self.hasJobs = !self.jobs.isEmpty
        self.children = view.children.map {
            Child(childAddress: "/instances/\($0.id)", childName: $0.workflow, childState: $0.state)
        }
        self.hasChildren = !self.children.isEmpty
        self.rows = ValueRows(snapshot.context, schema: chart.schema?.source, for: viewer).rows
        self.hasData = !self.rows.isEmpty
        self.history = history.entries(chart: chart, for: viewer)
        self.earlierAddress = history.earlier.map { "?before=\($0)#history" }
        self.isEarlier = history.isEarlier
    }
}

extension InstancePage {
    private static func strips(_ chart: Chart, _ snapshot: Snapshot, _ language: Language) -> [Strip] {
        Stages(chart, language: language).chains.map { chain in
            Strip(
                chainTitle: chain.title,
                steps: chain.stages.map { stage in
                    let isCurrent = stage.contains(snapshot.active)
                    return Step(
                        stepTitle: stage.title, isDone: !isCurrent && snapshot.visits[stage.path] != nil,
                        isCurrent: isCurrent)
                })
        }
    }

    private static func events(_ view: InstanceView, _ attempt: Attempt?, _ viewer: Viewer) -> [EventForm] {
        view.offers.filter { $0.isEnabled || $0.event == attempt?.event }.map { offer in
            let tried = attempt?.event == offer.event ? attempt : nil
            let form = FormView(
                offer.schema, values: .map(ValueMap()), form: tried?.form, errors: tried?.problem.errors ?? [],
                prefix: "event-\(offer.event)", for: viewer)
            return EventForm(
                eventTitle: offer.title.text(in: viewer.language) ?? offer.event,
                eventAddress: "/instances/\(view.snapshot.facts.id)/events/\(Form.encode(offer.event))", form: form,
                isPlain: form.isBlank, isOpen: tried != nil,
                eventProblem: tried.map {
                    ErrorView(
                        $0.problem, language: viewer.language, shown: form.pointers, chart: view.workflow.chart)
                })
        }
    }

    private static func disabled(_ view: InstanceView, _ viewer: Viewer) -> [Disabled] {
        let schema = view.workflow.chart.schema?.source
        return view.offers.filter { !$0.isEnabled }.map { offer in
            let candidates = (offer.refusal?.candidates ?? []).map {
                CandidateView($0, schema: schema, viewer.language)
            }
            return Disabled(
                disabledTitle: offer.title.text(in: viewer.language) ?? offer.event,
                why: offer.refusal.map { Self.reason($0, viewer) } ?? "",
                candidates: candidates, hasCandidates: !candidates.isEmpty)
        }
    }

    private static func reason(_ refusal: Refusal, _ viewer: Viewer) -> String {
        switch refusal.code {
        case .notActive: viewer.phrase(.whyNotActive)
        case .noTransition: viewer.phrase(refusal.candidates.isEmpty ? .whyNotHere : .whyGuard)
        case .forbidden, .unknownEvent, .invalidData, .gone, .notYours, .notNow, .parked:
            refusal.phrase.text(in: viewer.language.rawValue)
        }
    }

    /// Where it is, and what around that has a planned end.
    private static func here(_ snapshot: Snapshot, _ chart: Chart, _ viewer: Viewer) -> [Here] {
        let around = snapshot.due.keys.filter { !snapshot.active.contains($0) }
            .sorted { (chart.statePaths[$0] ?? 0) < (chart.statePaths[$1] ?? 0) }
        return (around + snapshot.active).map { path in
            Here(
                hereTitle: chart.shownPath(path, language: viewer.language),
                hereSince: (snapshot.visits[path]?.enteredAt).map(viewer.time),
                due: snapshot.due[path].map { viewer.due($0) })
        }
    }

    private static func task(_ task: TaskView, _ snapshot: Snapshot, _ viewer: Viewer) -> Task {
        var votes: String?
        if case .task(let open)? = snapshot.invocations.first(where: { $0.id == task.id })?.kind {
            votes = open.ballot.map { "\(viewer.phrase(.votesCast)) \($0.cast) / \($0.seats)" }
        }
        return Task(
            taskAddress: "/tasks/\(Form.encode(task.id))", taskTitle: task.shownTitle(in: viewer.language),
            taskState: votes == nil ? task.shownState(viewer) : viewer.phrase(.vote),
            taskPeople: task.assignee ?? task.shownCandidates, taskSince: viewer.time(task.createdAt),
            due: task.dueAt.map { viewer.due($0) }, taskVotes: votes)
    }

    private static func job(_ job: JobView, _ viewer: Viewer) -> Job {
        let attempt =
            job.attempt > 0 ? Phrase.attempt.text(in: viewer.language, ["n": String(job.attempt)]) : nil
        let states: [String: Phrase] = ["waiting": .waiting, "leased": .leased, "parked": .parked]
        return Job(
            jobTopic: job.topic, jobState: states[job.state].map(viewer.phrase) ?? job.state, jobAttempt: attempt,
            jobFailure: job.failure, jobDue: job.dueAt.map(viewer.time))
    }

    /// What it is for, and whose it is: `Reminder · Screen the achievement`.
    private static func title(of timer: Snapshot.OpenTimer, _ view: InstanceView, _ viewer: Viewer) -> String {
        let what: Phrase? =
            timer.event.hasPrefix("remind.") ? .reminder : timer.event.hasPrefix("due.") ? .dueAt : nil
        switch timer.kind {
        case .after(let state):
            let path = view.workflow.chart.shownPath(state, language: viewer.language)
            return what.map { "\(viewer.phrase($0)) · \(path)" } ?? path
        case .task(let id):
            let task = view.tasks.first { $0.id == id }?.shownTitle(in: viewer.language) ?? timer.event
            return "\(viewer.phrase(what ?? .dueAt)) · \(task)"
        case .timeout(let id):
            let open = view.snapshot.invocations.first { $0.id == id }
            let task = view.tasks.first { $0.id == id }?.shownTitle(in: viewer.language)
            return "\(viewer.phrase(.timeLimit)) · \(task ?? open?.name ?? timer.event)"
        case .raise, .send: return timer.event
        }
    }
}

/// A part of an instance's history: the newest entries, or those before one of them.
struct HistoryPage: Sendable {
    static let size = 50

    /// Oldest first, with the one before the first shown, if there is one.
    var rows: [HistoryRow]
    /// Shown are entries after this seq.
    var after: Int64
    var isEarlier: Bool
    /// Tasks of the instance, ended ones too, so that the timeline can name them.
    var tasks: [TaskView] = []

    /// The seq that the page before this one ends at.
    var earlier: Int64? { self.after > 0 ? self.after : nil }

    /// Newest first.
    func entries(chart: Chart, for viewer: Viewer) -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        var before: HistoryRow?
        let tasks = Dictionary(self.tasks.map { ($0.id, $0) }) { first, _ in first }
        for row in self.rows {
            if row.seq > self.after {
                let task = row.reference.flatMap { tasks[$0] }
                entries.append(HistoryEntry(row, before: before, task: task, chart: chart, for: viewer))
            }
            before = row
        }
        return entries.reversed()
    }
}

extension InstanceView {
    /// The context's title or name, else the key, else the workflow's title.
    func shownTitle(in language: Language) -> String {
        for member in ["title", "name"] {
            if let text = self.snapshot.context[member]?.string, !text.isEmpty { return text }
        }
        return self.snapshot.facts.key
            ?? "\(self.workflow.shownTitle(in: language)) \(self.snapshot.facts.id.prefix(8))"
    }
}

extension TaskView {
    func shownTitle(in language: Language) -> String { self.title.text(in: language) ?? self.name }

    func shownState(_ viewer: Viewer) -> String {
        let states: [String: Phrase] = [
            "open": .open, "claimed": .claimed, "parked": .parked, "submitted": .submitted, "cancelled": .cancelled,
        ]
        return states[self.state].map(viewer.phrase) ?? self.state
    }
}

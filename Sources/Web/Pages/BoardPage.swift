import Engine
import Statecharts
import Values

/// The instances of a workflow in the columns of its stages.
struct BoardPage: Sendable {
    struct Column: Sendable {
        var columnTitle: String
        var count: Int
        var cards: [Card]
        var isBare: Bool
    }

    struct Lane: Sendable {
        var chainTitle: String?
        var columns: [Column]
    }

    struct Card: Sendable {
        var address: String
        var cardTitle: String
        var cardKey: String?
        var here: String
        var since: TimeText
        var due: DueText?
        var isSuspended: Bool
        var isStuck: Bool
    }

    var t: PhraseBook
    var head: WorkflowHead
    var lanes: [Lane]
    var isBlank: Bool
    var isSearch: Bool
    var isCut: Bool

    init(
        _ workflow: WorkflowView, among all: [WorkflowView], rows: [ListingRow], dues: [InstanceID: Timestamp] = [:],
        isCut: Bool, search: String, for viewer: Viewer
    ) {
        let language = viewer.language
        self.t = viewer.t
        self.head = WorkflowHead(workflow, among: all, search: search, isList: false, for: viewer)
        let stages = Stages(workflow.chart, language: language)
        var placed: Set<InstanceID> = []
        func card(_ row: ListingRow, in stage: Stages.Stage? = nil) -> Card {
            Card(
                address: "/instances/\(row.id)", cardTitle: row.shownTitle, cardKey: row.key,
                here: row.states.filter { stage?.contains([$0]) ?? true }
                    .map { workflow.chart.shownPath($0, below: stage?.path, language: language) }
                    .joined(separator: " · "),
                since: viewer.time(row.changedAt), due: dues[row.id].map { viewer.due($0) },
                isSuspended: row.status == .suspended, isStuck: row.incidents > 0)
        }
        self.lanes = stages.chains.map { chain in
            Lane(
                chainTitle: chain.title,
                columns: chain.stages.map { stage in
                    let inside = rows.filter { stage.contains($0.states) }
                    placed.formUnion(inside.map(\.id))
                    return Column(
                        columnTitle: stage.title, count: inside.count, cards: inside.map { card($0, in: stage) },
                        isBare: inside.isEmpty)
                })
        }
        let rest = rows.filter { !placed.contains($0.id) }
        if !rest.isEmpty {
            let column = Column(
                columnTitle: viewer.phrase(.elsewhere), count: rest.count, cards: rest.map { card($0) },
                isBare: false)
            self.lanes.append(Lane(chainTitle: nil, columns: [column]))
        }
        self.isBlank = rows.isEmpty && search.isEmpty
        self.isSearch = rows.isEmpty && !search.isEmpty
        self.isCut = isCut
    }
}

/// What board and list begin with: the workflow's name, the choice of others, the search, the button for a new one.
struct WorkflowHead: Sendable {
    struct Choice: Sendable {
        var choiceAddress: String
        var choiceTitle: String
        var isChosen: Bool
    }

    var name: String
    var workflowTitle: String
    var choices: [Choice]
    var hasChoice: Bool
    var mayStart: Bool
    var search: String
    var isList: Bool

    init(_ workflow: WorkflowView, among all: [WorkflowView], search: String, isList: Bool, for viewer: Viewer) {
        self.name = workflow.name
        self.workflowTitle = workflow.shownTitle(in: viewer.language)
        self.choices = all.map {
            Choice(
                choiceAddress: "/workflows/\($0.name)", choiceTitle: $0.shownTitle(in: viewer.language),
                isChosen: $0.name == workflow.name)
        }
        self.hasChoice = all.count > 1
        self.mayStart = workflow.offersStart(to: viewer.actor)
        self.search = search
        self.isList = isList
    }
}

extension WorkflowView {
    func shownTitle(in language: Language) -> String { self.title.text(in: language) ?? self.name }

    /// Whether the button for a new instance is worth showing; the engine decides when it is pressed.
    func offersStart(to actor: Actor) -> Bool {
        guard let people = self.chart.access.start else { return true }
        return people.users != nil || !Set(people.roles).isDisjoint(with: actor.roles)
    }

    /// Whether the buttons of administrators are worth showing; the engine decides when they are pressed.
    func offersAdministration(to actor: Actor) -> Bool {
        guard let people = self.chart.access.admin else { return actor.roles.contains("admin") }
        return people.users != nil || !Set(people.roles).isDisjoint(with: actor.roles)
    }
}

extension ListingRow {
    var isAlive: Bool { self.status == .active || self.status == .suspended }

    var shownTitle: String { self.title.isEmpty ? (self.key ?? String(self.id.description.prefix(8))) : self.title }
}

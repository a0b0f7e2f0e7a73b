import Engine
import Values

/// The form for a new instance, made from the schema of the workflow's context.
struct StartPage: Sendable {
    var t: PhraseBook
    var csrf: String
    var formID: String
    var heading: String
    var backAddress: String
    var action: String
    var form: FormView
    var problem: ErrorView?

    init(_ workflow: WorkflowView, form: FormView, problem: Problem?, for viewer: Viewer) {
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.formID = viewer.formID
        self.heading = Phrase.startTitle.text(
            in: viewer.language, ["workflow": workflow.shownTitle(in: viewer.language)])
        self.backAddress = "/workflows/\(workflow.name)"
        self.action = "/workflows/\(workflow.name)/new"
        self.form = form
        self.problem = problem.map { ErrorView($0, language: viewer.language, shown: form.pointers) }
    }
}

/// “Is this what you want?”, with everything that was entered kept in hidden fields.
struct ConfirmPage: Sendable {
    struct Field: Sendable {
        var hiddenName: String
        var hiddenValue: String
    }

    var t: PhraseBook
    var csrf: String
    var lead: String
    var action: String
    var backAddress: String
    var hidden: [Field]
    /// What was entered, to be read once more.
    var rows: [ValueRows.Row]
    var hasRows: Bool

    init(
        lead: String, action: String, backAddress: String, form: Form, rows: [ValueRows.Row], for viewer: Viewer
    ) {
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.lead = lead
        self.action = action
        self.backAddress = backAddress
        self.rows = rows
        self.hasRows = !rows.isEmpty
        self.hidden = form.pairs.filter { $0.name != "_csrf" && $0.name != "_confirmed" }.map {
            Field(hiddenName: $0.name, hiddenValue: $0.value)
        }
    }
}

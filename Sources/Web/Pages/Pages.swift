import Engine
import Hummingbird
import JSONSchema
import Statecharts
import Values

/// Puts views into the layout. Pure: equal views give equal pages.
struct Pages: Sendable {
    let templates: Templates

    private struct Layout: Sendable {
        var t: PhraseBook
        var tag: String
        var title: String
        var content: String
        var version: String
        var otherLanguageAddress: String
        var flashText: String?
        var user: String?
        var csrf: String
        var isAdmin: Bool
        var inbox: Inbox?
        var onTasks: Bool
        var onNotices: Bool
        var onIncidents: Bool
        var onBoards: Bool
    }

    func page(
        _ title: String, _ view: some Sendable, _ template: Templates.Name, for viewer: Viewer,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let other: Language = viewer.language == .en ? .zh : .en
        let layout = Layout(
            t: viewer.t, tag: viewer.language.tag, title: title, content: self.templates.render(view, template),
            version: Assets.version, otherLanguageAddress: viewer.address(in: other),
            flashText: viewer.flash.map { viewer.phrase($0.phrase) }, user: viewer.actor.user ?? "–",
            csrf: viewer.csrf, isAdmin: viewer.isAdmin, inbox: self.shownInbox(for: viewer),
            onTasks: viewer.path.hasPrefix("/tasks"),
            onNotices: viewer.path.hasPrefix("/notices"), onIncidents: viewer.path.hasPrefix("/incidents"),
            onBoards: viewer.path.hasPrefix("/workflows") || viewer.path.hasPrefix("/instances"))
        var response = Response.html(self.templates.render(layout, .layout), status: status)
        if viewer.flash != nil {
            response.setCookie(
                Cookie(
                    name: Flash.cookieName, value: "", maxAge: 0, path: "/", secure: false, httpOnly: true,
                    sameSite: .lax))
        }
        return response
    }

    /// Waiting for the viewer.
    struct Inbox: Sendable, Hashable {
        var openTasks: String
        /// nil: none.
        var overdueTasks: String?
    }

    /// nil: nothing waits.
    func shownInbox(for viewer: Viewer) -> Inbox? {
        guard let count = viewer.inbox, count.open > 0 else { return nil }
        // It is counted to a thousand only.
        func shown(_ count: Int) -> String { count > 999 ? "999+" : String(count) }
        let overdue = count.overdue > 0 ? viewer.phrase(.overdueCount, ["n": shown(count.overdue)]) : nil
        return Inbox(openTasks: shown(count.open), overdueTasks: overdue)
    }

    /// A page for somebody whom we do not know.
    private func openPage(
        _ title: String, _ view: some Sendable, _ template: Templates.Name, path: String, language: Language,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let other: Language = language == .en ? .zh : .en
        let layout = Layout(
            t: PhraseBook(language: language), tag: language.tag, title: title,
            content: self.templates.render(view, template), version: Assets.version,
            otherLanguageAddress: "\(path)?lang=\(other.rawValue)", flashText: nil, user: nil, csrf: "", isAdmin: false,
            onTasks: false, onNotices: false, onIncidents: false, onBoards: false)
        return .html(self.templates.render(layout, .layout), status: status)
    }

    private struct SignInView: Sendable {
        var t: PhraseBook
        var secret: String?
        var isSpent: Bool
    }

    func signIn(secret: String?, isSpent: Bool, language: Language) -> Response {
        self.openPage(
            Phrase.signIn.text(in: language),
            SignInView(t: PhraseBook(language: language), secret: secret.map(Form.encode), isSpent: isSpent), .signin,
            path: "/sign-in", language: language, status: isSpent ? .gone : .ok)
    }

    func error(_ problem: Problem, language: Language) -> Response {
        let title = problem.title.text(in: language)
        var response = self.openPage(
            title, ErrorView(problem, language: language), .error, path: "/", language: language,
            status: problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        if let seconds = problem.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}

/// A problem as a page shows it.
struct ErrorView: Sendable {
    var t: PhraseBook
    var errorTitle: String
    var errorDetail: String?
    var isTemporary: Bool
    var hasShownErrors: Bool
    var fieldErrors: [String]
    var candidates: [CandidateView]

    /// Messages at pointers that a form shows beside its fields are left out.
    init(_ problem: Problem, language: Language, shown: [String] = [], chart: Chart? = nil) {
        let rest = problem.errors.filter { error in
            !shown.contains { error.pointer == $0 || error.pointer.hasPrefix($0 + "/") }
        }
        self.t = PhraseBook(language: language)
        self.errorTitle = problem.title.text(in: language)
        if !problem.candidates.isEmpty {
            self.errorDetail = Phrase.whyGuard.text(in: language)
        } else {
            // Most details are in English; where the title says it all they are left to those who read that.
            let isSaid = language != .en && problem.status == .notFound
            self.errorDetail = problem.detail.isEmpty || isSaid ? nil : problem.detail(in: language)
        }
        self.isTemporary = problem.status == .serviceUnavailable || problem.status == .tooManyRequests
        self.hasShownErrors = problem.errors.count > rest.count
        self.fieldErrors = rest.map { "\($0.pointer) \($0.message(in: language))" }
        self.candidates = problem.candidates.map { CandidateView($0, schema: chart?.schema?.source, language) }
    }
}

/// A guard that was false, with the values that made it so.
struct CandidateView: Sendable {
    struct Operand: Sendable {
        var expression: String
        var label: String?
        var value: String
    }

    var guardText: String
    var operands: [Operand]
    var guardError: String?

    /// Parts of the context are called by the titles that its schema gives them.
    init(_ candidate: Refusal.Candidate, schema: Value?, _ language: Language) {
        self.guardText = candidate.guardSource
        self.operands = candidate.operands.map { operand in
            let label = Self.label(of: operand.expression, schema, language)
            return Operand(expression: operand.expression, label: label, value: operand.value.json)
        }
        self.guardError = candidate.error
    }

    private static func label(of expression: String, _ schema: Value?, _ language: Language) -> String? {
        let names = expression.split(separator: ".", omittingEmptySubsequences: false)
        guard names.count > 1, names[0] == "context" else { return nil }
        let member = names.dropFirst().reduce(schema) { $0?["properties"]?[String($1)] }
        return member?.shownTitle(in: language)
    }
}

import Engine
import HTTPTypes
import Hummingbird
import Statecharts
import Values

/// Who looks at a page, and how: everything of a request that pages depend on.
struct Viewer: Sendable {
    var actor: Actor
    var language: Language
    var zone: Zone
    var csrf: String
    /// The id of what a form on this page sends, so that sending it twice does it once.
    var formID: String
    /// Of this page, without its query.
    var path: String
    var query = Form()
    var flash: Flash?
    var now: Timestamp
    /// What waits for the viewer; nil: not counted.
    var inbox: InboxCount?

    var t: PhraseBook { PhraseBook(language: self.language) }
    var isAdmin: Bool { self.actor.roles.contains("admin") }

    /// This page in another language.
    func address(in language: Language) -> String {
        let pairs = self.query.pairs.filter { $0.name != "lang" } + [("lang", language.rawValue)]
        return self.path + "?" + pairs.map { "\(Form.encode($0.name))=\(Form.encode($0.value))" }.joined(separator: "&")
    }

    func phrase(_ phrase: Phrase) -> String { phrase.text(in: self.language) }

    /// `2026-11-22 17:59` on the wall clock of the viewer's zone.
    func time(_ instant: Timestamp) -> TimeText {
        let civil = self.zone.civilTime(at: instant)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let date = "\(civil.year)-\(two(civil.month))-\(two(civil.day))"
        return TimeText(iso: instant.description, shown: "\(date) \(two(civil.hour)):\(two(civil.minute))")
    }

    /// `isOver`: what was due has ended.
    func due(_ instant: Timestamp, isOver: Bool = false) -> DueText {
        DueText(dueTime: self.time(instant), isOverdue: !isOver && instant < self.now)
    }
}

/// A planned end.
struct DueText: Sendable, Hashable {
    let dueTime: TimeText
    let isOverdue: Bool
}

/// For `<time datetime>`.
struct TimeText: Sendable, Hashable {
    let iso: String
    let shown: String
}

/// A short message on the page after a form was sent, kept in a cookie for one page.
enum Flash: String, Sendable {
    case started, sent, claimed, released, assigned, submitted, resolved, delegated, returned, nudged

    static let cookieName = "silian_flash"

    var phrase: Phrase {
        switch self {
        case .started: .flashStarted
        case .sent: .flashSent
        case .claimed: .flashClaimed
        case .released: .flashReleased
        case .assigned: .flashAssigned
        case .submitted: .flashSubmitted
        case .resolved: .flashResolved
        case .delegated: .flashDelegated
        case .returned: .flashReturned
        case .nudged: .flashNudged
        }
    }
}

extension Response {
    static func redirect(to path: String, flash: Flash) -> Response {
        var response = Response.redirect(to: path)
        response.setCookie(
            Cookie(
                name: Flash.cookieName, value: flash.rawValue, maxAge: 60, path: "/", secure: false, httpOnly: true,
                sameSite: .lax))
        return response
    }
}

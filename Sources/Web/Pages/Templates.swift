import Mustache

/// The templates, parsed once. `{{…}}` escapes for HTML; only the layout puts in HTML as it is (`{{{content}}}`).
struct Templates: Sendable {
    enum Name: String, CaseIterable, Sendable {
        case layout, signin, error, workflows, board, list, start, instance, confirm, tasks, task, notices, incidents
        // Parts of pages.
        case field, form, values, hidden, problem, eventproblem, candidate, taskrow, workflowhead, vote, due
    }

    private let library: MustacheLibrary

    init() throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var library = MustacheLibrary()
        for name in Name.allCases {
            // Every template and part says so for itself: a part begins with the library's own escaping again.
            try library.register(
                "{{% CONTENT_TYPE:\(HTMLText.name)}}\n" + Self.source(of: name), named: name.rawValue)
        }
        self.library = library
    }

    func render(_ view: some Sendable, _ name: Name) -> String {
        self.library.render(view, withTemplate: name.rawValue) ?? ""
    }

    static func source(of name: Name) -> String { String(decoding: Self.bytes(of: name), as: UTF8.self) }

    private static func bytes(of name: Name) -> [UInt8] {
        switch name {
        case .layout: PackageResources.layout_mustache
        case .signin: PackageResources.signin_mustache
        case .error: PackageResources.error_mustache
        case .workflows: PackageResources.workflows_mustache
        case .board: PackageResources.board_mustache
        case .list: PackageResources.list_mustache
        case .start: PackageResources.start_mustache
        case .instance: PackageResources.instance_mustache
        case .confirm: PackageResources.confirm_mustache
        case .tasks: PackageResources.tasks_mustache
        case .task: PackageResources.task_mustache
        case .notices: PackageResources.notices_mustache
        case .incidents: PackageResources.incidents_mustache
        case .field: PackageResources.field_mustache
        case .form: PackageResources.form_mustache
        case .values: PackageResources.values_mustache
        case .hidden: PackageResources.hidden_mustache
        case .problem: PackageResources.problem_mustache
        case .eventproblem: PackageResources.eventproblem_mustache
        case .candidate: PackageResources.candidate_mustache
        case .taskrow: PackageResources.taskrow_mustache
        case .workflowhead: PackageResources.workflowhead_mustache
        case .vote: PackageResources.vote_mustache
        case .due: PackageResources.due_mustache
        }
    }
}

/// Escapes text for HTML, byte by byte.
///
/// The library's own escaping goes by `Character`: a quote that a combining mark follows is another character to it and
/// stays as it is, but to a browser it ends the attribute.
struct HTMLText: MustacheContentType {
    static let name = "SILIAN_HTML"

    func escapeText(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

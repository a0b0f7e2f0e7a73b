import Engine
import NIOPosix
import Statecharts
import Synchronization

/// Pictures of workflow versions, laid out once. It takes a while for a large one: on a thread of its own, one at a time,
/// and not when nobody waits for it any more.
final class Drawings: Sendable {
    struct Key: Hashable {
        var workflow: String
        var version: Int
        var language: Language
    }

    /// Pictures kept; the one laid out first goes first.
    static let limit = 64

    private struct Kept {
        var pictures: [Key: SVG.Base] = [:]
        var order: [Key] = []
    }

    private let kept = Mutex(Kept())
    private let layOut: @Sendable (Chart, Language) -> SVG.Base
    private let thread = NIOThreadPool(numberOfThreads: 1)

    init(layOut: @escaping @Sendable (Chart, Language) -> SVG.Base = { SVG.Base($0, language: $1.rawValue) }) {
        self.layOut = layOut
        self.thread.start()
    }

    deinit { self.thread.shutdownGracefully { _ in } }

    func picture(of workflow: WorkflowView, in language: Language) async throws -> SVG.Base {
        let key = Key(workflow: workflow.name, version: workflow.version, language: language)
        if let picture = self.known(key) { return picture }
        let chart = workflow.chart
        return try await self.thread.runIfActive {
            // Whoever came before may have asked for the same.
            if let picture = self.known(key) { return picture }
            let picture = self.layOut(chart, language)
            self.keep(picture, as: key)
            return picture
        }
    }

    func known(_ key: Key) -> SVG.Base? { self.kept.withLock { $0.pictures[key] } }

    private func keep(_ picture: SVG.Base, as key: Key) {
        self.kept.withLock { kept in
            if kept.order.count >= Self.limit { kept.pictures[kept.order.removeFirst()] = nil }
            kept.pictures[key] = picture
            kept.order.append(key)
        }
    }
}

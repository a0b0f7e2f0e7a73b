import Engine
import JSONSchema
import Statecharts
import Values

extension WorkflowView {
    func json(withSource: Bool) -> Value {
        let events = (self.chart.events ?? [:]).sorted { $0.key < $1.key }.map { name, declaration in
            Value.object([
                ("event", .string(name)),
                ("title", .texts(declaration.title?.plain ?? [:])),
                ("schema", declaration.schema?.source ?? .null),
                ("confirm", .bool(declaration.confirm)),
            ])
        }
        return Value.object([
            ("name", .string(self.name)),
            ("version", .int(Int64(self.version))),
            ("versions", .list(self.versions.map { .int(Int64($0)) })),
            ("title", .texts(self.title)),
            ("deployedAt", .string(self.deployedAt.rfc3339)),
            ("deployedBy", .orNull(self.deployedBy)),
            ("events", withSource ? .list(events) : nil),
            ("schema", withSource ? self.chart.schema?.source ?? .null : nil),
            ("source", withSource ? .string(self.source) : nil),
        ])
    }
}

extension Deployment {
    func json(in language: Language) -> Value {
        Value.object([
            ("workflow", .string(self.workflow)),
            ("version", .int(Int64(self.version))),
            ("isNew", .bool(self.isNew)),
            ("diagnostics", .list(self.diagnostics.map { $0.json(in: language) })),
        ])
    }
}

extension LocalizedText {
    /// By language tag, without an instance: an expression is shown as `…`.
    var plain: [String: String] {
        var texts: [String: String] = [:]
        for variant in self.variants {
            texts[variant.language] = variant.parts.map { part in
                if case .literal(let text) = part { text } else { "…" }
            }.joined()
        }
        return texts
    }
}

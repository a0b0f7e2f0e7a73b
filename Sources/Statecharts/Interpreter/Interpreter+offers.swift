import CEL
import JSONSchema
import Values

extension Interpreter {
    mutating func offer(_ name: String, _ declaration: EventDeclaration) -> Offer {
        self.active = self.index.closure(of: self.snapshot.active)
        let refusal = self.refusal(of: name, declaration)
        return Offer(
            event: name, title: (try? self.text(declaration.title)) ?? [:], schema: declaration.schema?.source,
            confirm: declaration.confirm, isEnabled: refusal == nil, refusal: refusal)
    }

    private func refusal(of name: String, _ declaration: EventDeclaration) -> Refusal? {
        guard self.snapshot.status == .active else {
            let detail = "the instance is \(self.snapshot.status.rawValue)"
            return Refusal(code: .notActive, detail: detail, candidates: [])
        }
        if let people = declaration.people, !((try? self.matches(self.event.by, people)) ?? false) {
            return Refusal(sending: name, isFor: people)
        }
        let event = EventName(name, in: self.index)
        let isTaken = self.active.contains { state in
            self.chart.states[state].eventTransitions.contains { transition in
                guard self.index.listens(transition, to: event) else { return false }
                guard let condition = self.chart.transitions[transition].guardCondition else { return true }
                return condition.looksAtData || (try? self.condition(condition)) ?? false
            }
        }
        return isTaken ? nil : self.noTransition(for: event)
    }
}

extension Expression {
    fileprivate var looksAtData: Bool {
        self.program.references.paths.contains { $0.names.starts(with: ["event", "data"]) || $0.names == ["event"] }
    }
}

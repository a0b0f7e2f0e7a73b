import Values

/// What stands beside arrows, in words of a language.
struct DiagramWords {
    let chart: Chart
    let language: String

    private var isChinese: Bool { self.language.hasPrefix("zh") }

    func title(of state: Chart.State) -> String {
        let title = state.title.map { $0.plain(self.language) } ?? ""
        return title.isEmpty ? state.key : title
    }

    /// Short enough to stand beside an arrow.
    func label(of transition: Chart.Transition) -> String { self.label(of: transition, conditionColumns: 34) }

    /// With the whole guard.
    func detail(of transition: Chart.Transition) -> String { self.label(of: transition, conditionColumns: 2_000) }

    private func label(of transition: Chart.Transition, conditionColumns: Int) -> String {
        let state = self.chart.states[transition.source]
        var events = transition.descriptors.map { self.event($0, of: state) }
        var condition = transition.guardCondition.map(\.source) ?? ""
        if let outcome = self.outcome(in: condition, of: state) {
            // What a person chose says more than that the task is done.
            events = [outcome.title]
            condition = outcome.rest
        }
        condition = condition.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if transition.descriptors.isEmpty, condition.isEmpty { events = [self.isChinese ? "立即" : "always"] }
        var parts = [events.joined(separator: self.isChinese ? "、" : ", ")].filter { !$0.isEmpty }
        if !condition.isEmpty { parts.append("[\(TextWidth.shortened(condition, to: conditionColumns))]") }
        return parts.joined(separator: " ")
    }

    private func event(_ descriptor: Chart.Descriptor, of state: Chart.State) -> String {
        switch descriptor {
        case .any: return self.isChinese ? "任意事件" : "any event"
        case .prefix(let name): return "\(name).*"
        case .exact(let name):
            if let title = self.chart.events?[name]?.title?.plain(self.language), !title.isEmpty { return title }
            if name == "done.state.\(state.path)" { return self.isChinese ? "完成" : "done" }
            if let timer = state.timers.first(where: { $0.event == name }) {
                return self.delay(timer)
            }
            for invocation in state.invocations {
                if name == "done.invoke.\(invocation.id)" { return self.work(invocation, of: state, isDone: true) }
                if name == "error.invoke.\(invocation.id)" { return self.work(invocation, of: state, isDone: false) }
            }
            return name
        }
    }

    private func work(_ invocation: Invocation, of state: Chart.State, isDone: Bool) -> String {
        let word = isDone ? (self.isChinese ? "完成" : "done") : (self.isChinese ? "失败" : "failed")
        guard state.invocations.count > 1 else { return word }
        var name = invocation.id
        if case .human(let human) = invocation.source, let title = human.title?.plain(self.language), !title.isEmpty {
            name = title
        }
        return self.isChinese ? "\(name)\(word)" : "\(name) \(word)"
    }

    // MARK: Outcomes

    /// `event.data.outcome == "go"`, alone or before `&&`.
    private func outcome(in condition: String, of state: Chart.State) -> (title: String, rest: String)? {
        let beginning = "event.data.outcome == "
        guard condition.hasPrefix(beginning) else { return nil }
        let rest = condition.dropFirst(beginning.count)
        guard let quote = rest.first, quote == "\"" || quote == "'",
            let end = rest.dropFirst().firstIndex(of: quote)
        else { return nil }
        let value = String(rest[rest.index(after: rest.startIndex)..<end])
        var after = rest[rest.index(after: end)...].drop { $0.isWhitespace }
        if after.hasPrefix("||") { return nil }
        if after.hasPrefix("&&") { after = after.dropFirst(2).drop { $0.isWhitespace } }
        for invocation in state.invocations {
            guard case .human(let human) = invocation.source else { continue }
            guard let outcome = human.outcomes.first(where: { $0.value == value }) else { continue }
            return (outcome.title?.plain(self.language) ?? value, String(after))
        }
        return (value, String(after))
    }

    // MARK: Delays

    private func delay(_ timer: Chart.AfterTimer) -> String {
        guard case .sum(let terms) = timer.delay else {
            return self.isChinese ? "到时（\(timer.key)）" : "at \(timer.key)"
        }
        let parts = terms.flatMap { term -> [String] in
            switch term {
            case .workdays(let count): return [self.counted(count, "workday", "个工作日")]
            case .iso(let duration):
                let units: [(Int, String, String)] = [
                    (duration.years, "year", "年"), (duration.months, "month", "个月"), (duration.days, "day", "天"),
                    (duration.hours, "hour", "小时"), (duration.minutes, "minute", "分钟"),
                    (duration.seconds, "second", "秒"),
                ]
                let words = units.filter { $0.0 != 0 }.map { self.counted($0.0, $0.1, $0.2) }
                return words.isEmpty ? [timer.key] : words
            }
        }
        return self.isChinese ? parts.joined() + "后" : "after " + parts.joined(separator: " ")
    }

    private func counted(_ count: Int, _ word: String, _ chinese: String) -> String {
        self.isChinese ? "\(count)\(chinese)" : "\(count) \(word)\(count == 1 ? "" : "s")"
    }
}

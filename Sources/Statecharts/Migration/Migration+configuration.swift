import JSONSchema
import Values

// The states that are active afterwards: mapped ones go on, and only what is new is entered.
extension Migration {
    mutating func checkMap() {
        for source in self.paths.unknownSources {
            let hint = self.hint(source, in: self.old)
            self.error(
                "unknown-source", source, "the old version has no state '\(source)'\(hint)", "原版本没有状态“\(source)”")
        }
        for (source, target) in self.paths.unknownTargets {
            let hint = self.hint(target, in: self.new)
            self.error(
                "unknown-target", source, "the new version has no state '\(target)'\(hint)", "新版本没有状态“\(target)”")
        }
    }

    /// Of a near name. The first findings have one: to look for it takes a while.
    private func hint(_ path: String, in index: ChartIndex) -> String {
        guard self.plan.findings.count < 100 else { return "" }
        return Diagnostic.didYouMean(path, among: index.paths).map { ": \($0)" } ?? ""
    }

    /// Where each active state is. Atomic ones must be somewhere; those around them need not.
    mutating func moveStates() {
        var leaves = StateSet()
        for state in self.before.active where state > 0 {
            let path = self.old.path(state)
            var move = MigrationPlan.Move(from: path, to: nil, reason: self.paths.reasons[state])
            switch self.paths.images[state] {
            case .state(let image):
                move.to = self.new.path(image)
                if self.old.isLeaf(state) { self.place(state, at: image, &leaves) }
            case .dropped:
                if self.old.isLeaf(state) {
                    self.warn("dropped-state", path, "'\(path)' ends here, as the map says", "按映射结束状态“\(path)”")
                }
            case .claimed(let claimants):
                let names = claimants.map { "'\(self.new.path($0))'" }.joined(separator: ", ")
                self.error("ambiguous-rename", path, "\(names) all were '\(path)'", "\(names)都由“\(path)”改名而来")
            case .none:
                if self.old.isLeaf(state) { self.reportUnmapped(path) }
            }
            self.plan.moves.append(move)
        }
        var configuration = StateSet()
        configuration.insert(0)
        for leaf in leaves {
            var state = leaf
            while state > 0, !configuration.contains(state) {
                configuration.insert(state)
                state = self.new.parent[state]
            }
        }
        for state in self.before.active {
            guard let image = self.paths.state(of: state), configuration.contains(image) else { continue }
            self.kept[image, default: []].append(state)
        }
        for state in configuration where self.kept[state] == nil { self.entry.states.insert(state) }
    }

    private mutating func place(_ state: Int, at image: Int, _ leaves: inout StateSet) {
        if self.new.kind[image] == .history {
            let path = self.new.path(image)
            self.error("not-a-state", self.old.path(state), "'\(path)' is a history state", "“\(path)”是历史状态，不能停留")
        } else {
            leaves.insert(image)
        }
    }

    private mutating func reportUnmapped(_ path: String) {
        let hint = Diagnostic.suggestion(for: path, among: self.new.chart.states.map(\.path))
        self.error(
            "unmapped-state", path,
            "the new version has no state '\(path)': map it\(hint.map { " (to '\($0)'?)" } ?? ""), or say renamedFrom there",
            "新版本没有状态“\(path)”：请给出映射或 renamedFrom")
    }

    /// One child of each compound state, all regions of a parallel one: those that are new are entered by themselves.
    mutating func completeConfiguration() {
        // A record that a history state has is asked by its path.
        self.moveHistory()
        // Where a state is not known, what is missing follows from that.
        guard self.plan.isPossible else { return }
        var known = self.entry.states
        for state in self.kept.keys { known.insert(state) }
        let images = Set(self.before.active.compactMap { self.paths.state(of: $0) })
        for state in known {
            let path = self.new.path(state)
            let present = self.new.children[state].filter { known.contains($0) }
            switch self.new.kind[state] {
            case .compound where present.isEmpty:
                self.error(
                    "no-child", path, "'\(path)' has states in it now: map to one of them", "“\(path)”现在含有子状态：请映射到其中之一")
            case .compound where present.count > 1:
                let names = present.map { "'\(self.new.path($0))'" }.joined(separator: ", ")
                self.error("conflict", path, "\(names) cannot be active together", "\(names)不能同时处于活动")
            case .parallel:
                for region in self.new.children[state] where !known.contains(region) {
                    let name = self.new.path(region)
                    if images.contains(region) {
                        self.error("empty-region", name, "nothing is active in '\(name)'", "区域“\(name)”没有活动状态")
                    } else {
                        var walk = EntryWalk(self.new.tree, self.entry, remembered: self.after.recorded)
                        walk.addDescendantStatesToEnter(region)
                        self.entry = walk.entry
                    }
                }
            default: break
            }
        }
        self.plan.entered = self.entry.states.map { self.new.path($0) }
        // Expressions of tasks that are opened anew ask for it.
        for state in self.kept.keys { self.after.active.insert(state) }
        self.after.activation.forgetLets()
    }

    /// Guards taken as either way; what could not end before need not be able to now.
    mutating func checkEnd() {
        let ends = Endings(chart: self.new.chart).able()
        let oldEnds = Endings(chart: self.old.chart).able()
        var reported = StateSet()
        for state in self.kept.keys { reported.insert(state) }
        reported.formUnion(self.entry.states)
        for state in reported where self.new.isLeaf(state) && ends?.contains(state) != true {
            guard ends != nil || oldEnds != nil else { return }
            let couldEnd = self.kept[state].map { $0.contains { oldEnds?.contains($0) == true } } ?? true
            let path = self.new.path(state)
            let en = "no final state can be reached from '\(path)'"
            let zh = "从“\(path)”无法到达结束状态"
            if couldEnd { self.error("dead-end", path, en, zh) } else { self.warn("dead-end", path, en, zh) }
        }
    }

    // MARK: The context

    /// Members that the old version did not have get the new version's defaults; then it must fit the new schema.
    mutating func extendContext() {
        if case .map(var context) = self.after.snapshot.context {
            for entry in self.new.chart.contextDefaults.map?.entries ?? [] where context[entry.key] == nil {
                context[entry.key] = entry.value
                if case .string(let name) = entry.key { self.plan.addedContext.append(name) }
            }
            if !self.plan.addedContext.isEmpty { self.after.snapshot.context = .map(context) }
        }
        if let schema = self.new.chart.schema {
            self.after.snapshot.context = schema.normalised(self.after.snapshot.context)
        }
        for violation in self.new.chart.schema?.validate(self.after.snapshot.context) ?? [] {
            self.error(
                "context-schema", violation.pointer, "context\(violation.pointer): \(violation.en)",
                "数据\(violation.pointer)：\(violation.zh)")
        }
        self.checkKey()
    }

    private mutating func checkKey() {
        guard let expression = self.new.chart.key, let key = self.after.snapshot.facts.key else { return }
        guard let value = try? self.after.evaluate(.expression(expression)), !value.isNull, value.inText != key else {
            return
        }
        self.warn(
            "key-changed", key, "the new version's key would be \(value.inText); the instance keeps \(key)",
            "新版本的业务键为 \(value.inText)；实例保留 \(key)")
    }

    // MARK: Suspended instances

    /// While it is suspended nothing begins.
    mutating func checkSuspension() {
        guard self.isSuspended else { return }
        let begins =
            !self.entry.states.isEmpty || !self.additions.isEmpty || !self.newTimers.isEmpty
            || !self.newDeadlines.isEmpty
        let ends = self.kept.contains { state, origins in
            self.new.kind[state] == .final && !origins.contains { self.old.kind[$0] == .final }
        }
        if begins || ends {
            self.error(
                "suspended", "", "this would start or end something: resume the instance first", "将启动或结束工作：请先恢复实例")
        }
    }
}

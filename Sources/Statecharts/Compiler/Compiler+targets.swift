import Values

extension Compiler {
    /// The state that a target names: `.child`, a sibling path, a path from the root, or `#id`.
    ///
    /// `isInside`: the text stands in the state itself, as `initial` does, so that plain names are children.
    mutating func target(_ syntax: Syntax, from source: Int, isInside: Bool = false) -> Int? {
        if syntax.isNull {
            let hint: Message = "did '#' start a comment? quote it: \"#id\""
            self.error("null-value", "this target is null", at: syntax, hint: hint)
            return nil
        }
        guard let text = self.literal(syntax, "a target") else { return nil }
        let base = isInside ? source : self.chart.states[source].parent ?? source
        let found: Int?
        if text.hasPrefix("#") {
            found = self.named(String(text.dropFirst()))
        } else if text.hasPrefix(".") {
            found = self.descend(from: source, String(text.dropFirst()))
        } else {
            let near = self.descend(from: base, text)
            let far = self.chart.statePaths[text]
            if let near, let far, near != far {
                let message: Message =
                    "'\(text)' could be '\(self.chart.states[near].path)' or '\(self.chart.states[far].path)'"
                self.error("ambiguous-target", message, at: syntax, hint: "give one an 'id' and write \"#id\"")
                return nil
            }
            found = near ?? far
        }
        guard let found else {
            self.error(
                "unknown-target", "there is no state '\(text)' here", at: syntax,
                hint: self.hint(text, from: source, base))
            return nil
        }
        if found == 0 {
            self.error("illegal-target", "the workflow itself cannot be a target", at: syntax)
            return nil
        }
        return found
    }

    /// An id, or an id and a path below it.
    func named(_ text: String) -> Int? {
        if let id = self.chart.stateNames[text] { return id }
        var rest = text[...]
        while let dot = rest.lastIndex(of: ".") {
            rest = rest[..<dot]
            if let id = self.chart.stateNames[String(rest)] {
                return self.descend(from: id, String(text[text.index(after: dot)...]))
            }
        }
        return nil
    }

    private func descend(from base: Int, _ path: String) -> Int? {
        let prefix = self.chart.states[base].path
        guard !path.isEmpty else { return nil }
        return self.chart.statePaths[prefix.isEmpty ? path : "\(prefix).\(path)"]
    }

    private func hint(_ text: String, from source: Int, _ base: Int) -> Message? {
        guard self.diagnostics.count < 100 else { return nil }
        if text.hasPrefix("#") {
            return self.near(String(text.dropFirst()), among: self.chart.stateNames.keys)
        }
        let plain = text.hasPrefix(".") ? String(text.dropFirst()) : text
        let last = plain.split(separator: ".").last.map(String.init) ?? plain
        if self.descend(from: source, plain) != nil { return "did you mean '.\(plain)'? a plain name is a sibling" }
        let siblings = self.chart.states[base].children.map { self.chart.states[$0].key }
        if let near = self.near(plain, among: siblings) { return near }
        if let same = self.chart.states.first(where: { $0.key == last && !$0.path.isEmpty }) {
            return "there is '\(same.path)': write its path from the root"
        }
        return self.near(plain, among: self.chart.states.map(\.path).filter { !$0.isEmpty })
            ?? "a target is '.child', a sibling, a path from the root, or \"#id\""
    }

    /// States that one transition enters must be able to be active together: each pair in different regions of a parallel
    /// state. A history enters what its parent contains.
    mutating func checkTogether(_ targets: [Int], at syntax: Syntax) {
        guard targets.count > 1 else { return }
        let entered = targets.map { self.isHistory($0) ? self.chart.states[$0].parent ?? $0 : $0 }
        for (index, left) in targets.enumerated() {
            for (other, right) in targets[..<index].enumerated()
            where !self.areParallel(entered[index], entered[other]) {
                let (first, second) = (self.chart.states[right].path, self.chart.states[left].path)
                let message: Message = "'\(first)' and '\(second)' cannot be entered together"
                let hint: Message = "several targets lie in different regions of a parallel state"
                self.error("illegal-target", message, at: syntax, hint: hint)
                return
            }
        }
    }

    func areParallel(_ left: Int, _ right: Int) -> Bool {
        guard left != right else { return false }
        var ancestor: Int? = left
        while let current = ancestor, !(current <= right && right <= self.chart.states[current].lastDescendant) {
            ancestor = self.chart.states[current].parent
        }
        guard let ancestor, ancestor != left, ancestor != right else { return false }
        return self.chart.states[ancestor].kind == .parallel
    }
}

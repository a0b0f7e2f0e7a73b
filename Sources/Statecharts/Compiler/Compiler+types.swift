import CEL

extension Compiler {
    /// Types of all expressions, when the chart is whole.
    mutating func checkTypes() {
        var typing = ChartTyping(self.chart, places: self.expressionPlaces, assignments: self.assignments)
        typing.produced = self.counts.produced
        typing.catalog = self.catalog
        typing.childPlaces = self.childPlaces
        typing.walk(named: self.named.compiledActions.sorted { $0.key < $1.key }.map(\.value))
        let errors = Set(self.diagnostics.filter { $0.severity == .error }.map(\.position))
        for finding in typing.findings {
            let place = finding.place
            let position = self.position(in: place.syntax, at: place.base + finding.offset)
            // What is wrong there was said already.
            guard !errors.contains(position) else { continue }
            let near = finding.name.flatMap { self.near($0, among: finding.candidates) }
            if finding.severity == .error {
                // The same, less certain: `context.a`, `context.?a`, `context["a"]`.
                let starts = ["context.", "context.?", "context"].map { before in
                    self.position(in: place.syntax, at: max(0, place.base + finding.offset - before.utf8.count))
                }
                self.diagnostics.removeAll { $0.code == "unknown-field" && starts.contains($0.position) }
            }
            self.report(
                finding.severity, finding.code, finding.message, at: position, path: place.syntax.path,
                hint: near ?? finding.hint)
        }
    }
}

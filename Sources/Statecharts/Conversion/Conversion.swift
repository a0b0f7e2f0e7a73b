import Values

/// Translates definitions from and to other languages of statecharts.
///
///     let (imported, diagnostics) = Conversion.read(json, from: .xstate, file: "order.json")
///     let (xml, doubts) = Conversion.write(chart, as: .scxml)
///
/// What the other language keeps in program code (guards, actions, activities) becomes a placeholder with a warning. What
/// only our language knows travels under the name `silian`, where other tools do not look, and comes back from there.
public enum Conversion {
    public enum Format: String, Sendable, CaseIterable {
        case silian, xstate, scxml
    }

    /// Definitions in our language, as readable YAML.
    public struct Imported: Sendable {
        public var workflow: String
        public var yaml: String
        /// Charts that stood inside of others (SCXML's `<content>`), each a workflow of its own.
        public var children: [Imported] = []

        /// What the compiler refuses in it, its places being those of ``yaml``. Of a translation there should be nothing.
        public var mistakes: [Diagnostic] {
            Definition.compile(self.yaml, file: "\(self.workflow).yaml").diagnostics.filter { $0.severity == .error }
        }
    }

    /// Reads a text of another language; of our own, too, which writes it anew without comments. nil: it cannot be read,
    /// and the diagnostics, in source order, say why.
    public static func read(
        _ text: String, from format: Format, file: String
    ) -> (imported: Imported?, diagnostics: [Diagnostic]) {
        switch format {
        case .silian:
            var reader = DefinitionReader(text, file: file)
            let root = reader.read()
            guard let root else { return (nil, reader.diagnostics) }
            let yaml = YAMLWriter.write(Tree(root))
            return (Imported(workflow: root["workflow"]?.string ?? "", yaml: yaml), reader.diagnostics)
        case .xstate:
            var reader = DefinitionReader(text, file: file)
            guard let root = reader.read() else { return (nil, reader.diagnostics) }
            var importer = XStateReader(file: file)
            importer.notes.diagnostics = reader.diagnostics
            let draft = importer.read(root)
            return Self.result(draft.map { ($0, []) }, importer.notes)
        case .scxml:
            var importer = SCXMLReader(file: file)
            let found = importer.read(text)
            return Self.result(found, importer.notes)
        }
    }

    /// Writes a chart in another language. The warnings say what that language cannot hold exactly.
    public static func write(_ chart: Chart, as format: Format) -> (text: String, diagnostics: [Diagnostic]) {
        var reader = DefinitionReader(chart.source, file: chart.workflow)
        guard let root = reader.read() else { return ("", reader.diagnostics) }
        switch format {
        case .silian: return (YAMLWriter.write(Tree(root)), [])
        case .xstate:
            var writer = XStateWriter(ChartText(chart, root))
            return (writer.write(), writer.notes.sorted)
        case .scxml:
            var writer = SCXMLWriter(ChartText(chart, root))
            return (writer.write(), writer.notes.sorted)
        }
    }

    private static func result(
        _ found: (main: Draft, children: [Draft])?, _ notes: Notes
    ) -> (imported: Imported?, diagnostics: [Diagnostic]) {
        guard let found, !notes.diagnostics.contains(where: { $0.severity == .error }) else {
            return (nil, notes.sorted)
        }
        var imported = Self.imported(found.main)
        imported.children = found.children.map(Self.imported)
        return (imported, notes.sorted)
    }

    private static func imported(_ draft: Draft) -> Imported {
        Imported(workflow: draft.workflow, yaml: YAMLWriter.write(draft.tree()))
    }

    /// Mistakes and doubts of one translation.
    struct Notes {
        let file: String
        var diagnostics: [Diagnostic] = []

        mutating func add(
            _ severity: Diagnostic.Severity, _ code: String, _ message: Message, hint: Message? = nil,
            at position: Position, path: String = ""
        ) {
            guard self.diagnostics.count < DefinitionLimits.diagnostics else { return }
            let diagnostic = Diagnostic(
                severity, code, message, hint: hint, file: self.file, position: position, path: path)
            if !self.diagnostics.contains(diagnostic) { self.diagnostics.append(diagnostic) }
        }

        mutating func warn(
            _ code: String, _ message: Message, hint: Message? = nil, at position: Position, path: String = ""
        ) {
            self.add(.warning, code, message, hint: hint, at: position, path: path)
        }

        var sorted: [Diagnostic] { self.diagnostics.sorted { $0.position < $1.position } }
    }
}

import Values

/// Reads a schema into nodes and reports every mistake.
struct SchemaCompiler {
    private let root: Value
    private(set) var nodes: [SchemaNode] = []
    private var pointers: [String: Int] = [:]
    private var anchors: [String: Int] = [:]
    private var references: [(node: Int, target: String, pointer: String)] = []
    private var targets: [String: Int] = [:]
    private var mistakes: [SchemaError.Mistake] = []
    /// By how they are written; their instructions in all.
    var patterns: [ValueMap.Key: Pattern] = [:]
    var patternSize = 0
    /// Names that references can still be compared with.
    private var comparisons = ValidationLimits.comparedNames

    static func compile(_ source: Value) throws(SchemaError) -> CompiledSchema {
        var compiler = SchemaCompiler(root: source)
        _ = compiler.node(source, at: "", depth: 0)
        compiler.resolveReferences()
        if compiler.mistakes.isEmpty { compiler.refuseLoops() }
        guard compiler.mistakes.isEmpty else {
            throw SchemaError(mistakes: compiler.mistakes)
        }
        return CompiledSchema(
            nodes: compiler.nodes, references: compiler.targets, patterns: compiler.patterns)
    }

    private init(root: Value) { self.root = root }

    /// Further mistakes are not reported.
    private var isFull: Bool { self.mistakes.count >= ValidationLimits.mistakes }

    /// `; did you mean 'maximum'?`, or nothing.
    func hint(_ name: String, among known: [String]) -> String {
        self.isFull ? "" : Spelling.hint(name, among: known)
    }

    mutating func mistake(_ message: String, at pointer: String, isOfKey: Bool = false) {
        guard !self.isFull else { return }
        self.mistakes.append(SchemaError.Mistake(pointer: pointer, message: message, isOfKey: isOfKey))
    }

    /// Compiles a subschema; returns its index.
    mutating func node(_ source: Value, at pointer: String, depth: Int) -> Int {
        let index = self.nodes.count
        self.nodes.append(SchemaNode(source: source))
        self.pointers[pointer] = index
        switch source {
        case .bool(true): break
        case .bool(false): self.nodes[index].checks = [.never]
        case .map(let map):
            if depth >= ValidationLimits.nesting {
                self.mistake("subschemas are nested deeper than \(ValidationLimits.nesting)", at: pointer)
            } else {
                self.keywords(SchemaKeywords(map: map, pointer: pointer, depth: depth, node: index))
            }
        default:
            self.mistake("a schema is an object, true or false; found \(Phrase(describing: source).en)", at: pointer)
        }
        return index
    }

    private mutating func keywords(_ schema: SchemaKeywords) {
        var checks: [Check] = []
        for entry in schema.map.entries {
            let keyword = entry.key.text
            let pointer = schema.pointer(to: keyword)
            if let reason = Self.refused[keyword] {
                self.mistake("'\(keyword)' is not supported: \(reason)", at: pointer, isOfKey: true)
            } else if keyword.hasPrefix("x-") {
                self.hint(keyword, entry.value, at: pointer)
            } else if Self.annotations.contains(keyword) {
                self.annotation(keyword, entry.value, at: pointer, isRoot: schema.pointer.isEmpty)
            } else if Self.grouped.contains(keyword) {
                continue
            } else if let number = self.limit(keyword, entry.value, at: pointer) {
                checks += number
            } else if let check = self.assertion(keyword, entry.value, at: pointer) {
                checks += check
            } else if let check = self.applicator(keyword, entry.value, in: schema, at: pointer) {
                checks += check
            } else if !self.identity(keyword, entry.value, in: schema, at: pointer) {
                let hint = self.hint(keyword, among: Self.known)
                self.mistake("'\(keyword)' is not a keyword\(hint)", at: pointer, isOfKey: true)
            }
        }
        checks += self.groups(schema)
        // A value of the wrong type breaks nothing else.
        if let first = checks.firstIndex(where: { if case .types = $0 { true } else { false } }) {
            checks.insert(checks.remove(at: first), at: 0)
        }
        self.nodes[schema.node].checks = checks
    }

    // MARK: References

    /// `$ref` and `$anchor`, and the dynamic ones, which in a schema of one resource lead to the same places; false for
    /// other keywords.
    private mutating func identity(
        _ keyword: String, _ value: Value, in schema: SchemaKeywords, at pointer: String
    ) -> Bool {
        let isReference = keyword == "$ref" || keyword == "$dynamicRef"
        guard isReference || keyword == "$anchor" || keyword == "$dynamicAnchor" else { return false }
        guard let text = value.string else {
            self.mistake("'\(keyword)' is a string; found \(Phrase(describing: value).en)", at: pointer)
            return true
        }
        if isReference {
            self.references.append((schema.node, text, pointer))
        } else if !Self.isAnchor(text) {
            self.mistake("an anchor is a letter or '_', then letters, digits, '-', '_' and '.'", at: pointer)
        } else if self.anchors.updateValue(schema.node, forKey: text) != nil {
            self.mistake("the anchor '\(text)' is given twice", at: pointer)
        }
        return true
    }

    private static func isAnchor(_ text: String) -> Bool {
        func isLetter(_ scalar: Unicode.Scalar) -> Bool {
            scalar.isASCII && scalar.properties.isAlphabetic || scalar == "_"
        }
        guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
        return text.unicodeScalars.allSatisfy { isLetter($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "." }
    }

    private mutating func resolveReferences() {
        let rootID = self.root["$id"]?.string.map { $0.hasSuffix("#") ? String($0.dropLast()) : $0 }
        for reference in self.references {
            var target = reference.target[...]
            if let rootID, !rootID.isEmpty, target == rootID[...] || target.hasPrefix(rootID + "#") {
                target = target.dropFirst(rootID.count)
                if target.isEmpty { target = "#" }
            }
            guard target.first == "#" else {
                self.mistake(
                    "'\(reference.target)' is remote; a reference is '#/$defs/…' or '#anchor'", at: reference.pointer)
                continue
            }
            guard let fragment = JSONPointer.decodePercents(target.dropFirst()) else {
                self.mistake("'\(reference.target)' has a bad % escape", at: reference.pointer)
                continue
            }
            let isPointer = fragment.isEmpty || fragment.hasPrefix("/")
            if let found = isPointer ? self.pointers[fragment] : self.anchors[fragment] {
                self.targets[reference.target] = found
                self.nodes[reference.node].checks.append(.reference(found))
            } else {
                let hint = self.hint(fragment, isPointer: isPointer)
                self.mistake("'\(reference.target)' leads to no schema\(hint)", at: reference.pointer)
            }
        }
    }

    private mutating func hint(_ fragment: String, isPointer: Bool) -> String {
        let known = isPointer ? self.pointers : self.anchors
        guard !self.isFull, known.count <= self.comparisons else { return "" }
        self.comparisons -= known.count
        return Spelling.nearest(fragment, among: known.keys.sorted()).map { "; did you mean '#\($0)'?" } ?? ""
    }

    /// A schema that applies itself to the same value again would never end.
    private mutating func refuseLoops() {
        enum Mark { case open, done }
        var marks = [Mark?](repeating: nil, count: self.nodes.count)
        for start in self.nodes.indices where marks[start] == nil {
            var stack: [(node: Int, next: [Int])] = [(start, self.nodes[start].inPlace)]
            marks[start] = .open
            while let top = stack.last {
                guard let child = top.next.last else {
                    marks[top.node] = .done
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next.removeLast()
                if marks[child] == .open {
                    let pointer = self.pointers.first { $0.value == child }?.key ?? ""
                    return self.mistake("the schema refers to itself for the same value, without end", at: pointer)
                }
                if marks[child] == nil {
                    marks[child] = .open
                    stack.append((child, self.nodes[child].inPlace))
                }
            }
        }
    }
}

/// The object that is being compiled, and where.
struct SchemaKeywords {
    let map: ValueMap
    let pointer: String
    let depth: Int
    let node: Int

    func pointer(to keyword: String) -> String { self.pointer + "/" + JSONPointer.escape(keyword) }
}

extension SchemaNode {
    /// The nodes that look at the same value.
    fileprivate var inPlace: [Int] {
        self.checks.flatMap { check -> [Int] in
            switch check {
            case .all(let nodes), .any(let nodes), .one(let nodes): nodes
            case .not(let node), .reference(let node): [node]
            case .condition(let test, let then, let otherwise): [test] + [then, otherwise].compactMap(\.self)
            case .dependentSchemas(let dependents): dependents.map(\.node)
            default: []
            }
        }
    }
}

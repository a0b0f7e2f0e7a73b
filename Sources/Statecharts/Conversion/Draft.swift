import Values

/// A definition while it is translated into our language: states by number, so that targets can be spelled at the end.
struct Draft {
    struct State {
        var key: String
        var parent: Int?
        var children: [Int] = []
        /// `id:` of our language.
        var name: String?
        /// `type:` where it has to be said.
        var kind: String?
        var history: String?
        var initial: Initial?
        var entry: [[Tree]] = []
        var exit: [[Tree]] = []
        var on: [Transition] = []
        /// Document order counts between different events.
        var isListed = false
        var always: [Transition] = []
        var after: [(delay: String, transitions: [Transition])] = []
        var invoke: [Invocation] = []
        var onDone: [Transition]?
        var output: Tree?
        /// Keys that are taken as they are: `title`, `tags`, `meta`.
        var extras: [Tree.Entry] = []
    }

    struct Initial {
        var targets: [Int]
        var actions: [Tree] = []
    }

    struct Transition {
        var events: [String] = []
        var targets: [Int] = []
        var guardText: Tree?
        var actions: [Tree] = []
        var reenter = false
        var description: Tree?
    }

    struct Invocation {
        var entries: [Tree.Entry]
        var onDone: [Transition]?
        var onError: [Transition]?
    }

    private struct Additions {
        /// Those that were there before included.
        var names: Set<String>
        var entries: [Tree.Entry] = []
    }

    var workflow: String
    /// Keys of the top that come before the states.
    var head: [Tree.Entry] = []
    /// What is added to maps of the top, by their keys. Kept apart, as there may be many.
    private var additions: [String: Additions] = [:]
    /// Flags of the context that stand for guards.
    private var flags: [Tree.Entry] = []
    /// 0 is the root; each comes after its parent.
    var states: [State] = []

    init(workflow: String) { self.workflow = workflow }

    // MARK: Names

    func path(_ id: Int) -> String {
        var keys: [String] = []
        var current = id
        while let parent = self.states[current].parent {
            keys.append(self.states[current].key)
            current = parent
        }
        return keys.reversed().joined(separator: ".")
    }

    func isInside(_ id: Int, _ ancestor: Int) -> Bool {
        var current: Int? = id
        while let state = current {
            if state == ancestor { return true }
            current = self.states[state].parent
        }
        return false
    }

    // MARK: Keys of the top

    /// Sets a key of the top, in place of one that is there.
    mutating func set(_ key: String, _ value: Tree) {
        if let index = self.head.firstIndex(where: { $0.key == key }) {
            self.head[index].value = value
        } else {
            self.head.append(Tree.Entry(key: key, value: value))
        }
    }

    /// Whether a map of the top has an entry of that name.
    func has(_ name: String, in key: String) -> Bool {
        if let additions = self.additions[key] { return additions.names.contains(name) }
        return self.head.first { $0.key == key }?.value[name] != nil
    }

    /// Adds an entry to a map of the top, unless it has one of that name.
    mutating func add(_ name: String, _ value: Tree, to key: String) {
        if self.additions[key] == nil {
            let written = self.head.first { $0.key == key }?.value.entries
            self.additions[key] = Additions(names: Set((written ?? []).map(\.key)))
            if written == nil { self.set(key, .map([])) }
        }
        guard self.additions[key]?.names.insert(name).inserted == true else { return }
        self.additions[key]?.entries.append(Tree.Entry(key: name, value: value))
    }

    /// A name in `let` over a flag in the context.
    mutating func addGuard(_ name: String) {
        self.add(name, .string("context.guards.\(name)"), to: "let")
        self.flags.append(Tree.Entry(key: name, value: .scalar(.bool(false))))
    }

    /// With all that was added.
    var completeHead: [Tree.Entry] {
        var complete = self
        for (index, entry) in complete.head.enumerated() {
            guard let additions = self.additions[entry.key] else { continue }
            complete.head[index].value = .map((entry.value.entries ?? []) + additions.entries)
        }
        guard !self.flags.isEmpty else { return complete.head }
        var context = complete.head.first { $0.key == "context" }?.value.entries ?? []
        let guards = context.first { $0.key == "guards" }?.value.entries ?? []
        context.removeAll { $0.key == "guards" }
        context.append(Tree.Entry(key: "guards", value: .map(guards + self.flags)))
        complete.set("context", .map(context))
        return complete.head
    }

    /// An id of workflows made of any name, at most 63 characters with the suffix.
    static func workflowID(_ name: String, suffix: String = "") -> String {
        var id = ""
        var previous: Character = " "
        for character in name {
            if character.isASCII, character.isUppercase, previous.isLowercase, !id.isEmpty { id += "-" }
            let isFine = character.isASCII && (character.isLetter || character.isNumber)
            if isFine {
                id += character.lowercased()
            } else if !id.isEmpty, !id.hasSuffix("-") {
                id += "-"
            }
            previous = character
        }
        if id.allSatisfy({ $0 == "-" }) { return "converted" }
        if id.first?.isNumber ?? false { id = "w-" + id }
        id = String(id.prefix(63 - suffix.count))
        while id.hasSuffix("-") { id.removeLast() }
        return id + suffix
    }
}

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

    var workflow: String
    /// Keys of the top that come before the states.
    var head: [Tree.Entry] = []
    /// 0 is the root; each comes after its parent.
    var states: [State] = []

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

    /// Sets a key of the top, in place of one that is there.
    mutating func set(_ key: String, _ value: Tree) {
        if let index = self.head.firstIndex(where: { $0.key == key }) {
            self.head[index].value = value
        } else {
            self.head.append(Tree.Entry(key: key, value: value))
        }
    }

    /// Adds an entry to a map of the top, unless it has one of that name.
    mutating func add(_ name: String, _ value: Tree, to key: String) {
        var entries = self.head.first { $0.key == key }?.value.entries ?? []
        guard !entries.contains(where: { $0.key == name }) else { return }
        entries.append(Tree.Entry(key: name, value: value))
        self.set(key, .map(entries))
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

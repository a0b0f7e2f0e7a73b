/// A compiled pattern: a non-deterministic machine (Thompson's construction), simulated in lock step.
final class PatternProgram: Sendable {
    enum Instruction: Sendable {
        /// Consumes one scalar of the set.
        case scalar(set: Int32, next: Int32)
        case split(Int32, Int32)
        case assertion(PatternAssertion, next: Int32)
        case match
    }

    let instructions: [Instruction]
    let start: Int32
    let alphabet: PatternAlphabet
    /// Nothing can match from a later position than the text's start.
    let isAnchored: Bool
    let table: PatternTable?

    init(_ root: PatternNode, of sets: [PatternSet]) throws(PatternError) {
        var emitter = PatternEmitter()
        let start = try emitter.emit(root, next: 0)
        let looksAround = emitter.instructions.contains {
            if case .assertion = $0 { true } else { false }
        }
        let machine = PatternMachine(instructions: emitter.instructions, start: start)
        self.instructions = emitter.instructions
        self.start = start
        self.alphabet = PatternAlphabet(sets, distinguishesKinds: looksAround)
        self.isAnchored = looksAround && machine.isDeadAfterStart
        self.table = PatternTable(machine, self.alphabet, isAnchored: self.isAnchored)
    }

    func search(_ text: String, _ stepsLeft: inout Int) -> Bool? {
        var machine = PatternMachine(instructions: self.instructions, start: self.start)
        defer { stepsLeft -= machine.steps }
        // The machine's memory.
        machine.spend(self.instructions.count / 8)
        var before = PatternAlphabet.Kind.edge
        machine.targets.insert(self.start)
        for scalar in text.unicodeScalars {
            machine.spend(4)
            if machine.steps > stepsLeft { return nil }
            let number = self.alphabet.number(of: scalar)
            let kind = self.alphabet.kinds[number]
            if machine.close(before: before, after: kind) { return true }
            machine.advance(number, self.alphabet)
            if !self.isAnchored { machine.targets.insert(self.start) }
            if machine.targets.count == 0 { return false }
            before = kind
        }
        return machine.close(before: before, after: .edge)
    }
}

/// The simulation's working memory: made once a search, no matter how long the text.
struct PatternMachine {
    /// Instruction numbers, each at most once, with constant-time clearing.
    struct Threads {
        private(set) var list: [Int32]
        private var places: [Int32]
        private(set) var count = 0

        init(capacity: Int) {
            self.list = [Int32](repeating: 0, count: capacity)
            self.places = self.list
        }

        mutating func insert(_ thread: Int32) {
            let place = Int(self.places[Int(thread)])
            if place < self.count, self.list[place] == thread { return }
            self.places[Int(thread)] = Int32(self.count)
            self.list[self.count] = thread
            self.count += 1
        }

        mutating func clear() { self.count = 0 }
    }

    let instructions: [PatternProgram.Instruction]
    let start: Int32
    /// Where the last scalar led; assertions and splits not followed yet.
    var targets: Threads
    /// All that `targets` reach without consuming.
    private(set) var reached: Threads
    private(set) var steps = 0

    init(instructions: [PatternProgram.Instruction], start: Int32) {
        self.instructions = instructions
        self.start = start
        self.targets = Threads(capacity: instructions.count)
        self.reached = self.targets
    }

    mutating func spend(_ steps: Int) { self.steps += steps }

    /// Follows what consumes nothing; true when that reaches the end of the pattern.
    mutating func close(before: PatternAlphabet.Kind, after: PatternAlphabet.Kind) -> Bool {
        self.reached.clear()
        for index in 0..<self.targets.count { self.reached.insert(self.targets.list[index]) }
        var index = 0
        while index < self.reached.count {
            self.steps += 1
            switch self.instructions[Int(self.reached.list[index])] {
            case .match: return true
            case .scalar: break
            case .split(let left, let right):
                self.reached.insert(left)
                self.reached.insert(right)
            case .assertion(let assertion, let next):
                if assertion.holds(before, after) { self.reached.insert(next) }
            }
            index += 1
        }
        return false
    }

    /// Consumes a scalar of the class: fills `targets` from `reached`.
    mutating func advance(_ number: Int, _ alphabet: PatternAlphabet) {
        self.targets.clear()
        for index in 0..<self.reached.count {
            if case .scalar(let set, let next) = self.instructions[Int(self.reached.list[index])] {
                self.steps += 1
                if alphabet.contains(set: set, class: number) { self.targets.insert(next) }
            }
        }
    }

    /// Whether a start after the first position leads nowhere.
    var isDeadAfterStart: Bool {
        var machine = self
        for before: PatternAlphabet.Kind in [.newline, .word, .other] {
            for after: PatternAlphabet.Kind in [.edge, .newline, .word, .other] {
                machine.targets.clear()
                machine.targets.insert(self.start)
                if machine.close(before: before, after: after) { return false }
                for index in 0..<machine.reached.count {
                    if case .scalar = self.instructions[Int(machine.reached.list[index])] { return false }
                }
            }
        }
        return true
    }
}

extension PatternAssertion {
    func holds(_ before: PatternAlphabet.Kind, _ after: PatternAlphabet.Kind) -> Bool {
        switch self {
        case .textStart: before == .edge
        case .textEnd: after == .edge
        case .lineStart: before == .edge || before == .newline
        case .lineEnd: after == .edge || after == .newline
        case .wordBoundary: (before == .word) != (after == .word)
        case .noWordBoundary: (before == .word) == (after == .word)
        }
    }
}

/// Turns nodes into instructions from back to front, so that each knows what follows it.
struct PatternEmitter {
    private(set) var instructions: [PatternProgram.Instruction] = [.match]
    /// Also counts nodes that emit nothing: `((){1000}){1000}`.
    private var work = 0

    /// Returns where the node begins.
    mutating func emit(_ node: PatternNode, next: Int32) throws(PatternError) -> Int32 {
        self.work += 1
        if self.work > PatternLimits.instructions {
            throw PatternError(message: "the pattern is too large: its repetitions multiply", offset: 0)
        }
        switch node {
        case .empty:
            return next
        case .scalar(let set):
            return self.append(.scalar(set: set, next: next))
        case .assertion(let assertion):
            return self.append(.assertion(assertion, next: next))
        case .sequence(let nodes):
            var next = next
            for node in nodes.reversed() { next = try self.emit(node, next: next) }
            return next
        case .choice(let nodes):
            var entry: Int32?
            for node in nodes.reversed() {
                let branch = try self.emit(node, next: next)
                entry = entry.map { self.append(.split(branch, $0)) } ?? branch
            }
            return entry ?? next
        case .repetition(let node, let least, let most):
            return try self.repetition(node, least, most, next)
        }
    }

    private mutating func repetition(
        _ node: PatternNode, _ least: Int, _ most: Int?, _ next: Int32
    ) throws(PatternError) -> Int32 {
        var entry = next
        var fixed = least
        if let most {
            for _ in least..<most { entry = self.append(.split(try self.emit(node, next: entry), next)) }
        } else {
            let loop = self.append(.split(next, next))
            let body = try self.emit(node, next: loop)
            self.instructions[Int(loop)] = .split(body, next)
            entry = least == 0 ? loop : body
            fixed = max(0, least - 1)
        }
        for _ in 0..<fixed { entry = try self.emit(node, next: entry) }
        return entry
    }

    private mutating func append(_ instruction: PatternProgram.Instruction) -> Int32 {
        self.instructions.append(instruction)
        return Int32(self.instructions.count - 1)
    }
}

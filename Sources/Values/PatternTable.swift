/// The deterministic machine of a pattern that has a small one: a look-up a scalar, nothing allocated.
struct PatternTable: Sendable {
    private static let found: Int32 = -1
    private static let lost: Int32 = -2

    /// By state and class: the next state, `found` or `lost`.
    private let next: [Int32]
    private let foundAtEnd: [Bool]
    private let width: Int

    /// Nil when the table would be too large.
    init?(_ machine: PatternMachine, _ alphabet: PatternAlphabet, isAnchored: Bool) {
        struct State: Hashable {
            var targets: [Int32]
            var before: PatternAlphabet.Kind
        }
        var machine = machine
        var states = [State(targets: [machine.start], before: .edge)]
        var numbers = [states[0]: Int32(0)]
        var next: [Int32] = []
        var foundAtEnd: [Bool] = []
        var byKind: [PatternAlphabet.Kind: [Int]] = [:]
        for number in 0..<alphabet.count { byKind[alphabet.kinds[number], default: []].append(number) }

        while foundAtEnd.count < states.count {
            let state = states[foundAtEnd.count]
            var row = [Int32](repeating: Self.found, count: alphabet.count)
            for (kind, classes) in byKind {
                machine.load(state.targets)
                if machine.close(before: state.before, after: kind) { continue }
                for number in classes {
                    machine.advance(number, alphabet)
                    machine.spend(machine.targets.count)
                    if machine.steps > PatternLimits.tableWork { return nil }
                    if !isAnchored { machine.targets.insert(machine.start) }
                    guard machine.targets.count > 0 else {
                        row[number] = Self.lost
                        continue
                    }
                    let target = State(
                        targets: machine.targets.list.prefix(machine.targets.count).sorted(), before: kind)
                    row[number] = numbers[target] ?? Int32(states.count)
                    if numbers[target] == nil {
                        numbers[target] = Int32(states.count)
                        states.append(target)
                    }
                }
            }
            next += row
            machine.load(state.targets)
            foundAtEnd.append(machine.close(before: state.before, after: .edge))
            if states.count > PatternLimits.states || next.count > PatternLimits.tableEntries
                || machine.steps + next.count > PatternLimits.tableWork
            {
                return nil
            }
        }
        self.next = next
        self.foundAtEnd = foundAtEnd
        self.width = alphabet.count
    }

    func search(_ text: String, _ alphabet: PatternAlphabet, _ stepsLeft: inout Int) -> Bool? {
        var state = 0
        for scalar in text.unicodeScalars {
            stepsLeft -= 1
            if stepsLeft < 0 { return nil }
            let target = self.next[state * self.width + alphabet.number(of: scalar)]
            if target < 0 { return target == Self.found }
            state = Int(target)
        }
        return self.foundAtEnd[state]
    }
}

extension PatternMachine {
    fileprivate mutating func load(_ threads: [Int32]) {
        self.targets.clear()
        for thread in threads { self.targets.insert(thread) }
    }
}

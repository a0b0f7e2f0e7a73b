import CEL
import Foundation
import Statecharts
import Values

/// Measures the pure core on one thread: events through a chart, evaluations of expressions, JSON.
struct CoreBench {
    struct Figure {
        var name: String
        var unit: String
        var perSecond: Double
    }

    /// Of each measurement.
    var seconds: Double

    /// Three levels, two regions, guards on both: what `scripts/peers.py` runs in other libraries.
    static let chart = """
        workflow: core
        context: {n: 0, m: 0}
        events: {tick: {}, flip: {}}
        initial: running
        states:
          running:
            type: parallel
            states:
              left:
                initial: even
                states:
                  even: {on: {tick: {target: odd, guard: context.n >= 0, actions: [{assign: {n: context.n + 1}}]}}}
                  odd: {on: {tick: {target: even, guard: context.n >= 0, actions: [{assign: {n: context.n + 1}}]}}}
              right:
                initial: low
                states:
                  low: {on: {flip: {target: high, guard: context.m < 1000000000, actions: [{assign: {m: context.m + 1}}]}}}
                  high: {on: {flip: {target: low, guard: context.m < 1000000000, actions: [{assign: {m: context.m + 1}}]}}}
        """

    static let expressions = [
        "context.trl >= 4", "context.score > 60.0 && context.kind in ['device', 'process']",
        "context.items.filter(i, i.ok).size() >= 2",
        "context.title.startsWith('Membrane') || context.title.size() > 40",
    ]

    static let context: Value = [
        "trl": 5, "score": 81.5, "kind": "process", "title": "Membrane for lithium extraction",
        "items": [["ok": true], ["ok": false], ["ok": true]],
    ]

    func run() throws -> [Figure] {
        try self.interpreter() + self.cel() + self.json()
    }

    /// Calls of the body a second; it is told how often it was called before.
    private func rate(_ body: (Int) throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        for turn in 0..<200 { try body(turn) }
        var count = 200
        let begin = clock.now
        var elapsed = Duration.zero
        while elapsed < .seconds(self.seconds) {
            for turn in count..<(count + 100) { try body(turn) }
            count += 100
            elapsed = clock.now - begin
        }
        return Double(count - 200) / (elapsed / .seconds(1))
    }

    // MARK: Interpreter

    private func interpreter() throws -> [Figure] {
        guard let chart = Definition.compile(Self.chart, file: "core.yaml").chart else {
            throw Failure.refused("The benchmark's chart does not compile.")
        }
        let machine = Machine(chart)
        let surroundings = Surroundings(now: Timestamp(seconds: 1_900_000_000))
        let facts = Snapshot.Facts(
            id: "0198c2f4-7a1b-7c3d-8e4f-0123456789ab", workflow: "core", startedAt: surroundings.now)
        guard let started = machine.start(facts, data: .null, in: surroundings).next else {
            throw Failure.refused("The benchmark's chart does not start.")
        }
        let events = [Event("tick"), Event("flip")]
        var snapshot = started
        let inMemory = self.rate { turn in
            snapshot = machine.step(snapshot, events[turn & 1], in: surroundings).next ?? snapshot
        }
        guard snapshot.seq > 200 else { throw Failure.refused("The benchmark's chart does not move.") }
        var stored = started.json
        let coded = try self.rate { turn in
            let step = machine.step(
                try Snapshot(json: stored, known: machine.texts), events[turn & 1], in: surroundings)
            stored = step.next?.json ?? stored
        }
        return [
            Figure(name: "interpreter, in memory", unit: "events", perSecond: inMemory),
            Figure(name: "interpreter, snapshot read and written", unit: "events", perSecond: coded),
        ]
    }

    // MARK: Expressions

    private func cel() throws -> [Figure] {
        let programs = try Self.expressions.map { try Program($0) }
        let variables = Variables(["context": Self.context])
        let rate = try self.rate { turn in
            guard try programs[turn & 3].evaluate(variables) == true else {
                throw Failure.refused("An expression of the benchmark is false.")
            }
        }
        return [Figure(name: "expressions", unit: "evaluations", perSecond: rate)]
    }

    // MARK: JSON

    private func json() throws -> [Figure] {
        let element: Value = [
            "id": "0198c2f4", "title": "盐湖提锂膜 Lithium membrane", "n": 12, "score": 81.5, "tags": ["a", "b"],
        ]
        let value: Value = ["rows": .list(Array(repeating: element, count: 400)), "context": Self.context]
        let bytes = value.jsonBytes
        let megabytes = Double(bytes.count) / 1_000_000
        let data = Data(bytes)
        let object = try JSONSerialization.jsonObject(with: data)
        return [
            Figure(
                name: "JSON read", unit: "MB", perSecond: try self.rate { _ in _ = try Value(json: bytes) } * megabytes),
            Figure(
                name: "JSON read, Foundation", unit: "MB",
                perSecond: try self.rate { _ in _ = try JSONSerialization.jsonObject(with: data) } * megabytes),
            Figure(name: "JSON written", unit: "MB", perSecond: self.rate { _ in _ = value.jsonBytes } * megabytes),
            Figure(
                name: "JSON written, Foundation", unit: "MB",
                perSecond: try self.rate { _ in _ = try JSONSerialization.data(withJSONObject: object) } * megabytes),
        ]
    }
}

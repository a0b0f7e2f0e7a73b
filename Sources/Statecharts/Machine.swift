public import Values

/// Runs a chart. A machine is a value and never changes; it does nothing itself: what should happen is in
/// ``Step/effects``. Semantics: W3C SCXML, Appendix D.
///
///     let machine = Machine(chart)
///     let started = machine.start(facts, data: ["title": "…"], in: surroundings)
///     let step = machine.step(snapshot, Event("gate.requested", by: actor), in: surroundings)
public struct Machine: Sendable {
    /// Semantics number of this interpreter, stored in every history row.
    public static let semantics = 1

    public let chart: Chart

    public init(_ chart: Chart) { self.chart = chart }

    /// The first step: seq 1. `facts.key` is what the client gave; the chart's `key` expression replaces it.
    public func start(_ facts: Snapshot.Facts, data: Value, in surroundings: Surroundings) -> Step {
        Step(outcome: .ignored, next: nil, effects: [], trace: Trace())
    }

    /// Equal inputs give equal outputs, byte for byte; never throws.
    public func step(_ snapshot: Snapshot, _ event: Event, in surroundings: Surroundings) -> Step {
        Step(outcome: .ignored, next: nil, effects: [], trace: Trace())
    }

    /// What this person could send now: declared events, and whether a transition would be taken.
    public func offers(_ snapshot: Snapshot, to actor: Actor, in surroundings: Surroundings) -> [Offer] { [] }
}

/// An event that people may send, as it stands now.
public struct Offer: Sendable {
    public var event: String
    public var title: [String: String]
    public var schema: Value?
    public var confirm: Bool
    public var isEnabled: Bool
    /// Why not; nil when enabled.
    public var refusal: Refusal?
}

public import Values

/// A compiled CEL expression (google/cel-spec). Compile once, evaluate as often as you like; a value, never changes.
///
///     let program = try Program("context.trl >= 4")
///     let ready = try program.evaluate(activation)
///
/// Evaluation is bounded in time, memory and stack by ``Options``, whatever the expression and the variables are.
public struct Program: Sendable {
    public var source: String { self.plan.source }
    /// What the expression refers to, for checks and drawings.
    public var references: References { self.plan.references }
    private let plan: Plan

    /// By reference, so that a program is copied at the cost of one reference count.
    private final class Plan: Sendable {
        let source: String
        let references: References
        let root: any Node
        let slotCount: Int
        let steps: Int
        let size: Int

        init(_ source: String, _ references: References, _ root: any Node, slotCount: Int, _ options: Options) {
            self.source = source
            self.references = references
            self.root = root
            self.slotCount = slotCount
            self.steps = options.steps
            self.size = options.size
        }
    }

    /// Parses, expands macros and checks function names.
    public init(_ source: String, options: Options = Options()) throws(CompileError) {
        let syntax = try Parser.parse(source, options: options)
        var planner = Planner(options: options)
        let root = try planner.plan(syntax)
        self.plan = Plan(source, planner.references, root, slotCount: planner.slotCount, options)
    }

    /// Within ``Options/steps``.
    public func evaluate(_ activation: consuming any Activation) throws(EvaluationError) -> Value {
        var run = Run(activation, steps: self.plan.steps, slots: self.plan.slotCount)
        return try self.finish(&run)
    }

    /// Takes its steps from a budget that several evaluations share, and stops when that is used up.
    public func evaluate(_ activation: consuming any Activation, budget: inout Int) throws(EvaluationError) -> Value {
        var run = Run(activation, steps: budget, slots: self.plan.slotCount)
        defer { budget = max(run.steps, 0) }
        return try self.finish(&run)
    }

    /// Takes its steps from the budget of the activation.
    public func evaluate(sharing activation: some BudgetedActivation) throws(EvaluationError) -> Value {
        let budget = activation.budget
        return try self.evaluate(activation, budget: &budget.remaining)
    }

    @inline(__always)
    private func finish(_ run: inout Run) throws(EvaluationError) -> Value {
        let value = try self.plan.root.evaluate(&run)
        guard value.fits(into: self.plan.size) else {
            throw EvaluationError(.budget, "the result has more than \(self.plan.size) parts")
        }
        return value
    }
}

extension Value {
    /// Most results have no parts.
    @inline(__always)
    fileprivate func fits(into room: Int) -> Bool {
        switch self {
        case .list, .map, .optional, .string, .bytes:
            var room = room
            return self.fits(into: &room)
        default: return room > 0
        }
    }

    /// Counts the parts, shared ones as often as they occur: what is printed or stored later is that large.
    fileprivate func fits(into room: inout Int) -> Bool {
        room -= 1
        guard room >= 0 else { return false }
        switch self {
        case .list(let elements):
            for element in elements { guard element.fits(into: &room) else { return false } }
        case .map(let map):
            for entry in map.entries { guard entry.value.fits(into: &room) else { return false } }
        case .optional(let optional): return optional.value?.fits(into: &room) ?? true
        case .string(let text): room -= text.utf8.count / 64
        case .bytes(let bytes): room -= bytes.count / 64
        default: break
        }
        return room >= 0
    }
}

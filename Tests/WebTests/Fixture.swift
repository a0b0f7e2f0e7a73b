import Values

@testable import Engine
@testable import Statecharts
@testable import Web

/// A workflow and views of it, for pages without a server.
enum Fixture {
    static let source = """
        workflow: gate
        title: {en: Gate review, zh: 关口评审}
        schema:
          type: object
          required: [title]
          properties:
            title: {type: string, maxLength: 200, title: {en: Title, zh: 名称}}
            score: {type: number, minimum: 0, maximum: 100, title: {en: Score, zh: 评分}}
            urgent: {type: boolean, title: {en: Urgent, zh: 加急}}
            kind: {enum: [device, process], title: {en: Kind, zh: 类型}}
            number: {type: string, readOnly: true}
        context: {score: 0}
        events:
          gate.requested:
            title: {en: Request the gate, zh: 申请过会}
          withdrawn:
            title: {en: Withdraw, zh: 撤回}
            confirm: true
            schema:
              type: object
              required: [reason]
              properties:
                reason: {type: string, minLength: 2, title: {en: Reason, zh: 原因}}
        initial: preparing
        states:
          preparing:
            title: {en: Preparing, zh: 准备中}
            tags: [stage]
            on:
              gate.requested: {target: review, guard: context.title.size() > 3}
              withdrawn: over
          review:
            title: {en: Review, zh: 评审中}
            tags: [stage]
            invoke:
              id: panel
              src: human
              title: {en: Score the achievement, zh: 成果评分}
              candidates: {roles: [expert]}
              form:
                type: object
                required: [score]
                properties:
                  score: {type: number, minimum: 0, maximum: 100, title: {en: Score, zh: 评分}}
              outcomes:
                pass: {title: {en: Pass, zh: 通过}}
                back: {title: {en: Send back, zh: 退回}}
              onDone:
                - guard: event.data.outcome == "pass"
                  target: over
                - target: preparing
          over: {type: final, title: {en: Over, zh: 已结束}}
        """

    static let id = "0192f0c1-2233-7445-8667-8899aabbccdd"
    static let now = Timestamp(seconds: 1_795_341_540)

    struct NoChart: Error { var diagnostics: [Diagnostic] }

    static func workflow() throws -> WorkflowView {
        let (chart, diagnostics) = Definition.compile(Self.source, file: "workflow.yaml")
        guard let chart else { throw NoChart(diagnostics: diagnostics) }
        return WorkflowView(
            name: "gate", version: 2, versions: [1, 2], title: ["en": "Gate review", "zh": "关口评审"],
            source: Self.source, deployedAt: Self.now, deployedBy: "li", chart: chart)
    }

    static func viewer(_ language: Language = .en, roles: [String] = ["admin"]) throws -> Viewer {
        Viewer(
            actor: Actor(user: "li", roles: roles), language: language, zone: Zone("Asia/Shanghai") ?? .utc,
            csrf: "csrf-token", formID: "form-1", path: "/", flash: nil,
            now: Self.now)
    }

    static func row(_ title: String, states: [String], number: UInt64 = 1) -> ListingRow {
        ListingRow(
            id: InstanceID(high: 1, low: number), workflow: "gate", version: 2, key: "CG-2026-0001", status: .active,
            title: title, tags: ["stage"], states: states, fields: .map(ValueMap()), incidents: 0,
            startedAt: Self.now, changedAt: Self.now)
    }

    static func task(form: Value? = ["type": "object", "properties": ["score": ["type": "number"]]]) -> TaskView {
        TaskView(
            id: "\(Self.id).3.1", instance: InstanceID(high: 1, low: 1), workflow: "gate", name: "panel",
            path: "review", title: ["en": "Score the achievement", "zh": "成果评分"], state: "open", assignee: nil,
            candidateRoles: ["expert"], candidateUsers: [], priority: 0, form: form,
            outcomes: [.init(value: "pass", title: ["en": "Pass", "zh": "通过"])], input: .null, createdAt: Self.now,
            closedAt: nil, closedBy: nil, outcome: nil, instanceTitle: "Graphene battery")
    }

    static func instance(title: String = "Graphene battery") throws -> InstanceView {
        let facts = Snapshot.Facts(
            id: Self.id, workflow: "gate", version: 2, key: nil, startedAt: Self.now, startedBy: Actor(user: "li"),
            parent: nil)
        let context: Value = ["title": .string(title), "score": 3.5, "urgent": true]
        var snapshot = Snapshot(
            facts: facts, seq: 2, lastAt: Self.now, active: ["preparing"], context: context)
        snapshot.visits = ["preparing": Snapshot.Visit(count: 1, enteredAt: Self.now)]
        let workflow = try Self.workflow()
        let candidate = Refusal.Candidate(
            state: "preparing", guardSource: "context.title.size() > 3",
            operands: [.init(expression: "context.title", value: "ab")], error: nil)
        let offers = [
            Offer(
                event: "withdrawn", title: ["en": "Withdraw", "zh": "撤回"],
                schema: ["type": "object", "required": ["reason"], "properties": ["reason": ["type": "string"]]],
                confirm: true, isEnabled: true, refusal: nil),
            Offer(
                event: "gate.requested", title: ["en": "Request the gate"], schema: nil, confirm: false,
                isEnabled: false,
                refusal: Refusal(code: .noTransition, detail: "No transition.", candidates: [candidate])),
        ]
        return InstanceView(
            snapshot: snapshot, workflow: workflow, tasks: [Self.task()], jobs: [], children: [], incidents: [],
            offers: offers)
    }
}

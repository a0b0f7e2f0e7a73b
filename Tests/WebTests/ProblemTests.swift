import HTTPTypes
import Hummingbird
import Testing
import Values

@testable import Engine
@testable import Statecharts
@testable import Web

@Suite struct ProblemTests {
    @Test(arguments: [
        (EngineError.Code.notFound, 404, "not-found"), (.forbidden, 403, "forbidden"),
        (.unauthorized, 401, "unauthorized"), (.refused, 409, "refused"),
        (.preconditionFailed, 412, "precondition-failed"), (.invalid, 422, "invalid"), (.tooLarge, 413, "too-large"),
        (.tooMany, 429, "too-many"), (.failed, 422, "failed"), (.unavailable, 503, "unavailable"),
        (.internalError, 500, "internal-error"),
    ])
    func `each refusal of the engine has its status`(code: EngineError.Code, status: Int, type: String) {
        let problem = Problem(EngineError(code, "Why."))

        #expect(problem.status.code == status)
        #expect(problem.json(path: "/x", language: .en)["type"] == .string("/problems/\(type)"))
    }

    @Test func `a problem tells fields in the language, candidates and when to come back`() {
        let error = EngineError(
            .refused, "No transition.", fields: [.init(pointer: "/a", en: "missing", zh: "缺失")],
            candidates: [
                .init(
                    state: "review", guardSource: "context.trl >= 4",
                    operands: [.init(expression: "context.trl", value: 3)], error: nil)
            ], retryAfterSeconds: 7)

        let problem = Problem(error)

        #expect(
            problem.json(path: "/api/x", language: .zh) == [
                "type": "/problems/refused", "title": "当前不可执行", "status": 409, "detail": "No transition.",
                "instance": "/api/x", "errors": [["pointer": "/a", "message": "缺失"]],
                "candidates": [
                    [
                        "state": "review", "guard": "context.trl >= 4",
                        "operands": [["expression": "context.trl", "value": 3]],
                    ]
                ], "retryAfter": 7,
            ])
        #expect(problem.response(path: "/api/x", language: .zh).headers[.retryAfter] == "7")
    }

    @Test func `a step that failed tells its values, or the places where the context breaks its schema`() {
        let division = Fault(
            code: .execution, message: "division by zero", expression: "context.k / context.n",
            position: Position(line: 7, column: 48),
            operands: [.init(expression: "context.k", value: 6), .init(expression: "context.n", value: 0)])
        let schema = Fault(
            code: .schema, message: "context/c: expected a text, found 7",
            fields: [.init(pointer: "/context/c", en: "expected a text, found 7", zh: "应为文本，实为 7")])

        let failed = Problem(EngineError(.failed(division))).json(path: "/x", language: .en)
        let broken = Problem(EngineError(.failed(schema))).json(path: "/x", language: .zh)

        #expect(
            failed["detail"]
                == "division by zero in context.k / context.n (context.k = 6, context.n = 0; line 7, column 48)")
        #expect(failed["status"] == 422 && failed["errors"] == nil)
        #expect(broken["detail"] == "context/c：应为文本，实为 7")
        #expect(broken["errors"] == [["pointer": "/context/c", "message": "应为文本，实为 7"]])
    }

    @Test func `a refusal of people is in the language of who asks`() {
        let refusal = Refusal(
            code: .forbidden, detail: "only role pm may send 'go'", zh: "只有角色 pm 可以发送“go”", candidates: [])
        let problem = Problem(EngineError(.refused(refusal)))
        #expect(problem.json(path: "/x", language: .en)["detail"] == "only role pm may send 'go'")
        #expect(problem.json(path: "/x", language: .zh)["detail"] == "只有角色 pm 可以发送“go”")
        #expect(refusal.json(in: .zh)["detail"] == "只有角色 pm 可以发送“go”")
    }

    @Test func `an unforeseen error says nothing to outsiders`() {
        struct Secret: Error { var password = "hunter2" }

        #expect(Problem(Secret()) == nil)
    }

    @Test func `an instance has the members of the interface`() throws {
        let json = try Fixture.instance().json(in: .en)

        let members = try #require(json.map).entries.map(\.key)
        for name in [
            "id", "key", "workflow", "version", "status", "seq", "states", "context", "tasks", "timers", "jobs",
            "children", "events", "incidents",
        ] { #expect(members.contains(.string(name)), "\(name) is missing") }
        let events = try #require(json["events"]?.list)
        #expect(events[0]["enabled"] == true && events[0]["why"] == nil)
        #expect(events[1]["enabled"] == false && events[1]["why"]?["code"] == "noTransition")
    }
}

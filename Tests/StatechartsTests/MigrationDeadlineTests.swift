import Statecharts
import Testing
import Values

/// What becomes of due dates, reminders and what is on hold.
@Suite struct MigrationDeadlineTests {
    @Test func `due dates and reminders stay, and what is new is set`() throws {
        var item = try Relocation(
            """
            states:
              a:
                due: P5D
                roll: none
                onDue: b
                invoke:
                  - {id: t, src: human, candidates: {roles: [r]}, due: P4D, roll: none, remind: {before: P1D}}
                  - {id: u, src: human, candidates: {roles: [r]}}
                onDone: b
              b: {type: final}
            """,
            """
            states:
              q:
                renamedFrom: a
                due: P9D
                roll: none
                onDue: b
                invoke:
                  - {id: t, src: human, candidates: {roles: [r]}, due: P8D, roll: none, remind: {before: P1D}}
                  - {id: u, src: human, candidates: {roles: [r]}, due: P2D, roll: none}
                onDone: b
              b: {type: final}
            """)

        _ = try item.migrate()

        let monday = Specimen.monday
        let day = Duration.seconds(86_400)
        let snapshot = item.item.snapshot
        #expect(snapshot.due == ["q": monday + day * 5])
        #expect(item.item.task("t")?.dueAt == monday + day * 4)
        #expect(item.item.task("u")?.dueAt == monday + day * 2)
        #expect(
            Dictionary(uniqueKeysWithValues: snapshot.timers.map { ($0.event, $0.due) }) == [
                "due.state.q": monday + day * 5, "remind.1.invoke.t": monday + day * 3,
            ])
        #expect(try item.item.fire("remind.1.invoke.t") == .taken)
        #expect(try item.item.fire("due.state.q") == .taken)
    }

    @Test(arguments: [true, false])
    func `what is on hold stays where its state does`(isSame: Bool) throws {
        func definition(_ work: String) -> String {
            """
            events: {hold: {}, back: {}}
            initial: p
            states:
              p:
                on: {hold: held}
                states:
                  a: {invoke: {\(work)}}
                  h: {type: history, keep: true}
              held: {on: {back: p.h}}
            """
        }
        let task = "id: t, src: human, candidates: {roles: [r]}, due: P4D, onDue: {}"
        let other = isSame ? task : "id: u, src: worker, topic: x, onError: held"
        var item = try Relocation(definition(task), definition(other))
        item.item.send("hold")

        let step = try item.migrate()

        #expect(item.item.snapshot.parked.keys.contains("p.a") == isSame)
        #expect(step.effects.contains { $0.kind == "closeTask" } != isSame)
        item.item.send("back")
        #expect(item.item.snapshot.invocations.map(\.name) == [isSame ? "t" : "u"])
        #expect(item.item.snapshot.timers.map(\.event) == (isSame ? ["due.invoke.t"] : []))
    }
}

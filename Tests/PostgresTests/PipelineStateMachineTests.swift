import Testing

@testable import Postgres

/// Transcripts of a conversation, without a server.
struct PipelineStateMachineTests {
    typealias Machine = PipelineStateMachine<String>

    private let insert = Statement("insert into t values ($1)", [.int4(1)])
    private let update = Statement("update t set a = $1", [.int4(1)])

    private func machine(_ statements: [Statement], preparing: Bool = false) -> Machine {
        var machine = Machine(preparesStatements: preparing)
        _ = machine.submit(.statements(statements), id: machine.nextID(), deadline: nil)
        return machine
    }

    private func drain(_ machine: inout Machine) -> [PipelineMessage] {
        var messages: [PipelineMessage] = []
        while let message = machine.nextMessage() { messages.append(message) }
        return messages
    }

    private func error(_ completion: Machine.Completion?) -> PostgresError? {
        if case .failure(let error) = completion?.result { error } else { nil }
    }

    private func answers(_ completion: Machine.Completion?) -> [String]? {
        if case .success(let answers) = completion?.result { answers } else { nil }
    }

    private func expectNoCompletion(
        _ completion: Machine.Completion?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(completion?.id == nil, sourceLocation: sourceLocation)
    }

    @Test func `a statement is prepared once and executed often`() {
        var machine = self.machine([self.insert, self.insert], preparing: true)

        #expect(
            self.drain(&machine) == [
                .prepare(name: "s1", text: self.insert.text, types: [.int4]),
                .execute(name: "s1", parameters: self.insert.parameters),
                .execute(name: "s1", parameters: self.insert.parameters), .sync,
            ])
    }

    @Test func `answers are complete when the sync comes back`() {
        var machine = self.machine([self.insert, self.update])
        _ = self.drain(&machine)

        machine.answerReceived("one", isRollback: false)
        self.expectNoCompletion(machine.endReceived(transaction: .none))
        machine.answerReceived("two", isRollback: false)
        self.expectNoCompletion(machine.endReceived(transaction: .none))
        let completion = machine.endReceived(transaction: .none)

        #expect(self.answers(completion) == ["one", "two"])
        #expect(!machine.expectsAnswer)
    }

    @Test func `an error names its statement and later ones are its consequences`() {
        var machine = self.machine([self.insert, self.update, self.insert])
        _ = self.drain(&machine)

        machine.answerReceived("one", isRollback: false)
        _ = machine.endReceived(transaction: .none)
        machine.errorReceived(PostgresError(.server("23505"), "twice"), isStalePlan: false)
        _ = machine.endReceived(transaction: .none)
        machine.skipReceived()
        _ = machine.endReceived(transaction: .none)
        let error = self.error(machine.endReceived(transaction: .none))

        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.statementIndex == 1)
        #expect(error?.statement == self.update.text)
    }

    @Test func `a failed transaction that the pipeline began is rolled back before anything else`() {
        var machine = self.machine([.begin, self.insert])
        _ = self.drain(&machine)
        _ = machine.submit(.statements([self.update]), id: machine.nextID(), deadline: nil)
        machine.answerReceived("BEGIN", isRollback: false)
        _ = machine.endReceived(transaction: .open)
        machine.errorReceived(PostgresError(.server("23505"), "twice"), isStalePlan: false)
        _ = machine.endReceived(transaction: .failed)
        _ = machine.endReceived(transaction: .failed)

        #expect(machine.nextMessage() == .executeUnprepared(text: "ROLLBACK", parameters: []))
        #expect(machine.nextMessage() == .sync)
        #expect(machine.nextMessage() == nil)
        machine.answerReceived("ROLLBACK", isRollback: true)
        _ = machine.endReceived(transaction: .none)
        self.expectNoCompletion(machine.endReceived(transaction: .none))
        #expect(machine.nextMessage() == .executeUnprepared(text: self.update.text, parameters: [.int4(1)]))
    }

    struct Loss: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [Statement]
        let handedOut: Int
        let isUnknown: Bool
    }

    @Test(arguments: [
        Loss(testDescription: "nothing sent", statements: [.begin, .commit], handedOut: 0, isUnknown: false),
        Loss(
            testDescription: "no commit sent", statements: [.begin, .rollback, .commit], handedOut: 2, isUnknown: false),
        Loss(testDescription: "commit sent", statements: [.begin, .commit], handedOut: 2, isUnknown: true),
        Loss(
            testDescription: "without transaction", statements: [.init("delete from t")], handedOut: 1, isUnknown: true),
        Loss(
            testDescription: "only reads, open", statements: [.begin, .init("select 1")], handedOut: 3, isUnknown: false
        ),
    ])
    func `a lost connection leaves the outcome unknown only if a commit was sent`(loss: Loss) throws {
        var machine = self.machine(loss.statements)
        for _ in 0..<loss.handedOut { _ = machine.nextMessage() }

        let completions = machine.connectionLost(PostgresError(.connectionLost, "gone"))

        let error = try #require(self.error(completions.first))
        #expect(error.isOutcomeUnknown == loss.isUnknown)
        #expect(error.isRetryable == !loss.isUnknown)
    }

    @Test func `an error before the loss is the certain outcome`() {
        var machine = self.machine([.begin, self.insert, .commit])
        _ = self.drain(&machine)
        machine.answerReceived("BEGIN", isRollback: false)
        _ = machine.endReceived(transaction: .open)
        machine.errorReceived(PostgresError(.server("23505"), "twice"), isStalePlan: false)

        let error = self.error(machine.connectionLost(PostgresError(.connectionLost, "gone")).first)

        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.isOutcomeUnknown == false)
    }

    @Test func `a commit that rolls back is an error`() {
        var machine = self.machine([.commit])
        _ = self.drain(&machine)
        machine.answerReceived("ROLLBACK", isRollback: true)
        _ = machine.endReceived(transaction: .none)

        #expect(self.error(machine.endReceived(transaction: .none))?.sqlState == .failedTransaction)
    }

    @Test func `a forgotten prepared statement is prepared again, once`() {
        var machine = self.machine([self.insert], preparing: true)
        for round in 1...2 {
            #expect(
                machine.nextMessage() == .prepare(name: "s\(round)", text: self.insert.text, types: [.int4]))
            _ = self.drain(&machine)
            machine.answerReceived("prepared", isRollback: false)
            _ = machine.endReceived(transaction: .none)
            machine.errorReceived(PostgresError(.server(.unknownPreparedStatement), "no"), isStalePlan: false)
            _ = machine.endReceived(transaction: .none)
            let completion = machine.endReceived(transaction: .none)
            #expect(self.error(completion)?.sqlState == (round == 1 ? nil : .unknownPreparedStatement))
        }
        #expect(machine.nextMessage() == nil)
    }

    @Test func `in a transaction that was open before, nothing is repeated`() {
        var machine = self.machine([.begin])
        _ = self.drain(&machine)
        machine.answerReceived("BEGIN", isRollback: false)
        _ = machine.endReceived(transaction: .open)
        _ = machine.endReceived(transaction: .open)
        _ = machine.submit(.statements([self.insert]), id: machine.nextID(), deadline: nil)
        _ = self.drain(&machine)
        machine.errorReceived(PostgresError(.server(.featureNotSupported), "stale"), isStalePlan: true)
        _ = machine.endReceived(transaction: .failed)

        #expect(self.error(machine.endReceived(transaction: .failed))?.sqlState == .featureNotSupported)
        #expect(machine.nextMessage() == nil)
    }

    @Test func `what waits can be cancelled, what runs only interrupted`() {
        var machine = self.machine([self.insert])
        _ = self.drain(&machine)
        let waiting = machine.nextID()
        _ = machine.submit(.statements([self.update]), id: waiting, deadline: nil)

        guard case .none = machine.cancel(1, .beforeSending) else {
            Issue.record("another action")
            return
        }
        guard case .complete(let completion) = machine.cancel(waiting, .beforeSending) else {
            Issue.record("another action")
            return
        }
        #expect(self.error(completion)?.code == .cancelled)
        guard case .interrupt = machine.cancel(1, .interrupting) else {
            Issue.record("another action")
            return
        }
    }

    @Test func `while an interruption is under way nothing else starts`() {
        var machine = self.machine([self.insert])
        _ = self.drain(&machine)
        _ = machine.submit(.statements([self.update]), id: machine.nextID(), deadline: nil)
        _ = machine.cancel(1, .interrupting)
        machine.errorReceived(PostgresError(.server(.queryCancelled), "cancelled"), isStalePlan: false)
        _ = machine.endReceived(transaction: .none)

        #expect(self.error(machine.endReceived(transaction: .none))?.code == .cancelled)
        #expect(machine.nextMessage() == nil)
        machine.interruptEnded()
        #expect(machine.nextMessage() != nil)
    }

    @Test func `late submissions fail and a late answer closes`() throws {
        let now = ContinuousClock.now
        var machine = Machine(preparesStatements: false)
        _ = machine.submit(.statements([self.insert]), id: machine.nextID(), deadline: now + .seconds(2))
        _ = self.drain(&machine)
        _ = machine.submit(.statements([self.update]), id: machine.nextID(), deadline: now + .seconds(1))

        #expect(machine.nextDeadline == now + .seconds(1))
        guard case .complete(let completions) = machine.timePassed(now: now + .seconds(1)) else {
            Issue.record("another action")
            return
        }
        #expect(self.error(completions.first)?.code == .timeout)
        guard case .close(let error) = machine.timePassed(now: now + .seconds(2)) else {
            Issue.record("another action")
            return
        }
        let lost = try #require(self.error(machine.connectionLost(error).first))
        #expect(lost.isOutcomeUnknown)
    }

    @Test func `a closing connection finishes its work and takes no more`() {
        var machine = self.machine([self.insert])
        machine.close()

        #expect(!machine.isDone)
        guard case .refuse(let error) = machine.submit(.statements([]), id: machine.nextID(), deadline: nil) else {
            Issue.record("another action")
            return
        }
        #expect(error.code == .closed)
        _ = self.drain(&machine)
        machine.answerReceived("", isRollback: false)
        _ = machine.endReceived(transaction: .none)
        _ = machine.endReceived(transaction: .none)
        #expect(machine.isDone)
    }
}

/// What goes to the server next.
enum PipelineMessage: Equatable, Sendable {
    case prepare(name: String, text: String, types: [PostgresType])
    case execute(name: String, parameters: [Parameter])
    case executeUnprepared(text: String, parameters: [Parameter])
    case sync
    /// Several statements at once, outside of the pipeline.
    case script(String)
}

enum TransactionState: Equatable, Sendable {
    case none
    case open
    case failed
}

/// What a connection does with what it is asked and what it receives.
///
/// One submission is under way at a time: its messages are handed out one by one as the socket takes them, while its
/// answers may already arrive. The others wait in order.
struct PipelineStateMachine<Answer: Sendable> {
    typealias SubmissionID = UInt64

    enum Work: Sendable {
        case statements([Statement])
        case script(String)
    }

    struct Completion: Sendable {
        let id: SubmissionID
        let result: Result<[Answer], PostgresError>
    }

    enum SubmitAction {
        /// Messages may be waiting in ``nextMessage()``.
        case feed
        case wait
        case refuse(PostgresError)
    }

    enum CancelAction {
        case none
        case complete(Completion)
        /// Ask the server to stop; call ``interruptEnded()`` when it has been told.
        case interrupt
    }

    enum TimeoutAction {
        case none
        case complete([Completion])
        case close(PostgresError)
    }

    private struct Submission {
        let id: SubmissionID
        let work: Work
        let deadline: ContinuousClock.Instant?
        /// Nobody waits for a rollback that we send ourselves.
        var isOurs = false
        var isRepeated = false
        var isInterrupted = false
    }

    private enum Reply: Equatable {
        case prepared(index: Int, name: String)
        case executed(index: Int)
        case sync
        case script
    }

    /// The submission under way.
    private struct Current {
        var submission: Submission
        let startedInTransaction: Bool
        var transactionIsOpen: Bool
        /// A commit may have left with what was handed out so far.
        var mayHaveCommitted = false
        var nextStatement = 0
        var isFullyHandedOut = false
        /// What the server still has to say about messages handed out, and how far it got.
        var replies: [Reply] = []
        var repliesReceived = 0
        /// Something came for the reply that is due, so that its end may follow.
        var replyHasBegun = false
        var answers: [Answer] = []
        var error: PostgresError?
        var repeatsAfterStalePlan = false

        var expectedReply: Reply? {
            self.repliesReceived < self.replies.count ? self.replies[self.repliesReceived] : nil
        }

        var result: Result<[Answer], PostgresError> {
            if let error { .failure(error) } else { .success(self.answers) }
        }

        mutating func handOut(_ statement: Statement) {
            self.replies.append(.executed(index: self.nextStatement))
            self.nextStatement += 1
            switch statement.transactionCommand {
            case .begin: self.transactionIsOpen = true
            case .commit:
                self.transactionIsOpen = false
                self.mayHaveCommitted = true
            case .rollback: self.transactionIsOpen = false
            case nil: if !self.transactionIsOpen { self.mayHaveCommitted = true }
            }
        }

        /// The first error is the cause; those after it are its consequences.
        mutating func fail(_ error: PostgresError, at index: Int?) {
            guard self.error == nil else { return }
            var error = error
            error.sent = self.mayHaveCommitted
            if self.submission.isInterrupted, error.sqlState == .queryCancelled { error.code = .cancelled }
            if let index, case .statements(let statements) = self.submission.work {
                error.statementIndex = index
                error.statement = statements[index].text
            }
            self.error = error
        }
    }

    private enum Ending {
        case open
        case closing
        case closed(PostgresError)
    }

    private var prepared: PreparedStatements
    private var lastID: SubmissionID = 0
    private var current: Current?
    private var waiting: [Submission] = []
    private var transaction = TransactionState.none
    private var interruptIsUnderWay = false
    private var ending = Ending.open

    init(preparesStatements: Bool) {
        self.prepared = PreparedStatements(isEnabled: preparesStatements)
    }

    // MARK: Asking

    mutating func nextID() -> SubmissionID {
        self.lastID += 1
        return self.lastID
    }

    mutating func submit(_ work: Work, id: SubmissionID, deadline: ContinuousClock.Instant?) -> SubmitAction {
        switch self.ending {
        case .open: break
        case .closing: return .refuse(PostgresError(.closed, "the connection is closing"))
        case .closed(let error): return .refuse(error)
        }
        self.waiting.append(Submission(id: id, work: work, deadline: deadline))
        return self.current == nil && !self.interruptIsUnderWay ? .feed : .wait
    }

    mutating func cancel(_ id: SubmissionID, _ cancellation: Connection.Cancellation) -> CancelAction {
        guard cancellation != .ignored else { return .none }
        let error = PostgresError(.cancelled, "the task was cancelled")
        if let index = self.waiting.firstIndex(where: { $0.id == id }) {
            self.waiting.remove(at: index)
            return .complete(Completion(id: id, result: .failure(error)))
        }
        guard cancellation == .interrupting, let current = self.current, current.submission.id == id,
            !self.interruptIsUnderWay
        else { return .none }
        self.current?.submission.isInterrupted = true
        // Until the server was told, nothing else may start: it would be hit instead.
        self.interruptIsUnderWay = true
        return .interrupt
    }

    mutating func interruptEnded() { self.interruptIsUnderWay = false }

    // MARK: Sending

    /// Hands out the next message, if there is one to be sent now.
    mutating func nextMessage() -> PipelineMessage? {
        if self.current == nil { self.startNext() }
        guard var current = self.current, !current.isFullyHandedOut else { return nil }
        self.current = nil
        defer { self.current = current }
        guard case .statements(let statements) = current.submission.work else {
            current.isFullyHandedOut = true
            current.mayHaveCommitted = true
            current.replies.append(.script)
            guard case .script(let text) = current.submission.work else { return nil }
            return .script(text)
        }
        guard current.nextStatement < statements.count else {
            current.isFullyHandedOut = true
            current.replies.append(.sync)
            return .sync
        }
        let index = current.nextStatement
        let statement = statements[index]
        switch self.prepared.use(statement) {
        case .unprepared:
            current.handOut(statement)
            return .executeUnprepared(text: statement.text, parameters: statement.parameters)
        case .prepare(let name, let types):
            current.replies.append(.prepared(index: index, name: name))
            return .prepare(name: name, text: statement.text, types: types)
        case .execute(let name):
            current.handOut(statement)
            return .execute(name: name, parameters: statement.parameters)
        }
    }

    var hasMessages: Bool {
        if let current { !current.isFullyHandedOut } else { !self.waiting.isEmpty && !self.interruptIsUnderWay }
    }

    private mutating func startNext() {
        guard !self.waiting.isEmpty, !self.interruptIsUnderWay else { return }
        let isOpen = self.transaction != .none
        self.current = Current(
            submission: self.waiting.removeFirst(), startedInTransaction: isOpen, transactionIsOpen: isOpen)
    }

    // MARK: Receiving

    /// Whether an answer is due; else nothing more may be read.
    var expectsAnswer: Bool {
        guard let current else { return false }
        return current.repliesReceived < current.replies.count
    }

    /// Whether an end of answers means that the reply that is due is complete.
    var isEndDue: Bool { self.current?.replyHasBegun ?? false }

    var isScriptRunning: Bool {
        if let current, case .script = current.submission.work { true } else { false }
    }

    /// `isRollback`: the server says that it has rolled back.
    mutating func answerReceived(_ answer: Answer, isRollback: Bool) {
        guard var current = self.current, let reply = current.expectedReply else { return }
        self.current = nil
        current.replyHasBegun = true
        if case .executed(let index) = reply, case .statements(let statements) = current.submission.work {
            current.answers.append(answer)
            if isRollback, statements[index].transactionCommand == .commit {
                let error = PostgresError(
                    .server(.failedTransaction), "COMMIT rolled back, as an earlier statement had failed")
                current.fail(error, at: index)
            }
        }
        self.current = current
    }

    mutating func errorReceived(_ error: PostgresError, isStalePlan: Bool) {
        guard var current = self.current else { return }
        self.current = nil
        current.replyHasBegun = true
        let index: Int? =
            switch current.expectedReply {
            case .prepared(let index, _), .executed(let index): index
            case .sync, .script, nil: nil
            }
        if case .prepared(_, let name) = current.expectedReply { self.prepared.forget(name: name) }
        let isUnknownName =
            error.sqlState == .unknownPreparedStatement || error.sqlState == .duplicatePreparedStatement
        if isStalePlan || isUnknownName {
            self.prepared.forgetAll()
            current.repeatsAfterStalePlan = !current.startedInTransaction && !current.submission.isRepeated
        }
        current.fail(error, at: index)
        self.current = current
    }

    /// A message was not looked at, as an earlier one failed.
    mutating func skipReceived() {
        self.current?.replyHasBegun = true
        if case .prepared(_, let name) = self.current?.expectedReply { self.prepared.forget(name: name) }
    }

    /// The end of the answers to one message. Returns false when none was due.
    mutating func endReceived(transaction: TransactionState) -> Completion? {
        guard var current = self.current, let reply = current.expectedReply else { return nil }
        self.current = nil
        current.repliesReceived += 1
        current.replyHasBegun = false
        self.current = current
        return reply == .script || reply == .sync ? self.finishCurrent(transaction) : nil
    }

    private mutating func finishCurrent(_ transaction: TransactionState) -> Completion? {
        guard let current else { return nil }
        self.current = nil
        self.transaction = transaction
        var submission = current.submission
        if current.repeatsAfterStalePlan {
            submission.isRepeated = true
            self.waiting.insert(submission, at: 0)
        }
        if transaction == .failed, !current.startedInTransaction {
            self.waiting.insert(
                Submission(id: self.nextID(), work: .statements([.rollback]), deadline: nil, isOurs: true), at: 0)
        }
        if current.repeatsAfterStalePlan || submission.isOurs { return nil }
        return Completion(id: submission.id, result: current.result)
    }

    // MARK: Ending

    mutating func close() {
        if case .open = self.ending { self.ending = .closing }
    }

    /// Closing, and nothing is left to do.
    var isDone: Bool {
        switch self.ending {
        case .open: false
        case .closing: self.current == nil && self.waiting.isEmpty
        case .closed: true
        }
    }

    var isOpen: Bool {
        if case .open = self.ending { true } else { false }
    }

    var isInTransaction: Bool { self.transaction != .none }

    mutating func connectionLost(_ error: PostgresError) -> [Completion] {
        if case .closed = self.ending { return [] }
        self.ending = .closed(error)
        var completions: [Completion] = []
        if let current, !current.submission.isOurs {
            var lost = error
            lost.sent = current.mayHaveCommitted
            completions.append(Completion(id: current.submission.id, result: .failure(current.error ?? lost)))
        }
        let unsent = PostgresError(.connectionLost, error.message)
        completions += self.waiting.filter { !$0.isOurs }.map { Completion(id: $0.id, result: .failure(unsent)) }
        self.current = nil
        self.waiting = []
        return completions
    }

    // MARK: Time

    var nextDeadline: ContinuousClock.Instant? {
        (self.waiting.map(\.deadline) + [self.current?.submission.deadline]).compactMap(\.self).min()
    }

    mutating func timePassed(now: ContinuousClock.Instant) -> TimeoutAction {
        let error = PostgresError(.timeout, "no answer within the time limit")
        if let deadline = self.current?.submission.deadline, deadline <= now { return .close(error) }
        let late = self.waiting.filter { $0.deadline.map { $0 <= now } ?? false }
        guard !late.isEmpty else { return .none }
        self.waiting.removeAll { $0.deadline.map { $0 <= now } ?? false }
        return .complete(late.map { Completion(id: $0.id, result: .failure(error)) })
    }
}

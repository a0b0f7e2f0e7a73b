import Postgres
import SQL
import Statecharts
import Values

/// The second round trip of a batch: everything of the locked instances, then new instances. Statements without rows
/// are not sent; those that touch existing rows name the slots they live in.
struct WritePipeline {
    private(set) var statements: [Statement] = []

    init(_ batch: Batch) {
        self.updateInstances(batch.updated)
        self.insertHistory(batch)
        self.writeJobs(batch)
        self.writeTasks(batch)
        self.relocate(batch.relocated)
        self.writeVisits(batch)
        self.writeChildren(batch)
        self.insertNotices(batch.notices)
        self.upsertListings(batch.listings)
        self.writeIncidents(batch)
        self.insertInstances(batch.inserted)
    }

    private mutating func add(_ text: String, _ parameters: [Parameter]) {
        self.statements.append(Statement(text, parameters))
    }

    /// Lists of names, one text a row: arrays of arrays cannot differ in length.
    private static func packed(_ lists: [[String]]) -> Parameter {
        .texts(lists.map { $0.joined(separator: HistoryEntry.separator) })
    }

    // MARK: Instances and history

    private mutating func updateInstances(_ rows: [InstanceRow]) {
        guard !rows.isEmpty else { return }
        self.add(
            SQL.updateInstances,
            Parameter.keys(rows.map(\.id)) + [
                .texts(rows.map(\.status.rawValue)), .int8s(rows.map(\.seq)),
                .timestamptzs(rows.map(\.lastAt.microsecondsSinceEpoch)), Self.packed(rows.map(\.states)),
                .jsonbs(rows.map(\.context)), .texts(rows.map(\.snapshot)), .byteas(rows.map(\.hash)),
                .int4s(rows.map { Int32(clamping: $0.version) }),
            ])
    }

    private mutating func insertInstances(_ rows: [InstanceRow]) {
        guard !rows.isEmpty else { return }
        let keyed = rows.filter { $0.key != nil || $0.parent != nil }
        self.add(
            SQL.insertInstances,
            Parameter.newKeys(rows.map(\.id)) + [
                .texts(rows.map(\.workflow)), .int4s(rows.map { Int32(clamping: $0.version) }), .texts(rows.map(\.key)),
                .texts(rows.map(\.status.rawValue)), .int8s(rows.map(\.seq)),
                .timestamptzs(rows.map(\.lastAt.microsecondsSinceEpoch)), Self.packed(rows.map(\.states)),
                .jsonbs(rows.map(\.context)), .texts(rows.map(\.snapshot)), .uuids(rows.map { $0.parent?.uuid }),
                .int2s(rows.map(\.depth)), .byteas(rows.map(\.hash)),
            ])
        guard !keyed.isEmpty else { return }
        self.add(SQL.wakeSignals, Parameter.keys(keyed.map(\.id)))
    }

    private mutating func insertHistory(_ batch: Batch) {
        let rows = batch.history
        guard !rows.isEmpty else { return }
        self.add(
            SQL.insertHistory,
            Parameter.newKeys(rows.map(\.instance)) + [
                .int8s(rows.map(\.seq)), .texts(rows.map(\.event)), .texts(rows.map(\.origin)),
                .texts(rows.map(\.reference)), .texts(rows.map(\.data)),
                .timestamptzs(rows.map(\.at.microsecondsSinceEpoch)),
                .texts(rows.map(\.actor)), .texts(rows.map(\.outcome)), .texts(rows.map(\.transitions)),
                Self.packed(rows.map(\.states)), .texts(rows.map(\.status)), .byteas(rows.map(\.calendar)),
                .texts(rows.map(\.command)), .int2(Int16(Machine.semantics)), .uuid(batch.id.uuid),
                .byteas(rows.map(\.request)), .texts(rows.map(\.snapshot)), .byteas(rows.map(\.hash)),
            ])
    }

    // MARK: Jobs

    private mutating func writeJobs(_ batch: Batch) {
        self.release(batch.releases)
        let deleted = batch.deletedJobs.sorted()
        if !deleted.isEmpty {
            self.add(SQL.deleteJobs, Parameter.keys(deleted.map(\.instance)) + [.texts(deleted.map(\.id))])
        }
        self.parkJobs(batch.parkedJobs)
        let postponed = batch.postponedJobs.sorted { $0.key < $1.key }
        if !postponed.isEmpty {
            self.add(
                SQL.postponeJobs,
                Parameter.keys(postponed.map(\.key.instance)) + [
                    .texts(postponed.map(\.key.id)), .timestamptzs(postponed.map(\.value.microsecondsSinceEpoch)),
                ])
        }
        self.insertJobs(batch.jobs.values.sorted { $0.key < $1.key })
        let held = batch.resumedJobs.sorted()
        if !held.isEmpty {
            self.add(SQL.resumeJobs, Parameter.keys(held.map(\.instance)) + [.texts(held.map(\.id))])
        }
    }

    /// Before anything of this batch is parked: a decision is about what was there to be seen.
    private mutating func release(_ releases: [Release]) {
        let resumed = releases.filter { $0.kind != .skipped }
        if !resumed.isEmpty {
            self.add(
                SQL.unparkJobs, Parameter.keys(resumed.map(\.instance)) + [.bools(resumed.map { $0.kind == .retried })])
            // What failed before its state was put on hold.
            let held = resumed.filter { $0.kind == .retried }.flatMap(\.held)
            self.parkJobs(Dictionary(held.map { ($0, .held) }) { first, _ in first })
        }
        let skipped = releases.filter { $0.kind == .skipped }
        if !skipped.isEmpty { self.add(SQL.skipJobs, Parameter.keys(skipped.map(\.instance))) }
    }

    private mutating func parkJobs(_ jobs: [JobKey: JobRow.Parking]) {
        guard !jobs.isEmpty else { return }
        let rows = jobs.sorted { $0.key < $1.key }
        self.add(
            SQL.parkJobs,
            Parameter.keys(rows.map(\.key.instance)) + [
                .texts(rows.map(\.key.id)), .texts(rows.map(\.value.failure)), .bools(rows.map { $0.value == .held }),
            ])
    }

    private mutating func insertJobs(_ rows: [JobRow]) {
        guard !rows.isEmpty else { return }
        self.add(
            SQL.insertJobs,
            Parameter.newKeys(rows.map(\.key.instance)) + [
                .texts(rows.map(\.key.id)), .texts(rows.map(\.topic)), .int2s(rows.map(\.priority)),
                .timestamptzs(rows.map(\.dueAt.microsecondsSinceEpoch)), .bools(rows.map { $0.parked != nil }),
                .texts(rows.map(\.name)), .texts(rows.map(\.path)), .texts(rows.map(\.payload)),
                .uuids(rows.map { $0.sender?.instance.uuid }), .int8s(rows.map { $0.sender?.seq }),
                .int4s(rows.map { $0.sender?.n }), .texts(rows.map(\.retry)), .float8s(rows.map(\.leaseSeconds)),
                .texts(rows.map { $0.parked?.failure }),
            ])
    }

    // MARK: Tasks

    private mutating func writeTasks(_ batch: Batch) {
        let opened = batch.openedTasks.values.sorted { $0.key < $1.key }
        if !opened.isEmpty { self.openTasks(opened) }
        let changed = batch.changedTasks.sorted { $0.key < $1.key }
        if !changed.isEmpty {
            self.add(
                SQL.changeTasks,
                Parameter.keys(changed.map(\.key.instance)) + [
                    .texts(changed.map(\.key.id)), .texts(changed.map(\.value.assignee)),
                    Self.packed(changed.map(\.value.inboxRoles)), Self.packed(changed.map(\.value.inboxUsers)),
                    .jsonbs(changed.map(\.value.input.jsonBytes)),
                    .timestamptzs(changed.map { $0.value.dueAt?.microsecondsSinceEpoch }),
                ])
        }
        let parked = batch.parkedTasks.sorted()
        if !parked.isEmpty {
            self.add(SQL.parkTasks, Parameter.keys(parked.map(\.instance)) + [.texts(parked.map(\.id))])
        }
        let closed = batch.closedTasks.sorted { $0.key < $1.key }
        guard !closed.isEmpty else { return }
        self.add(
            SQL.closeTasks,
            Parameter.keys(closed.map(\.key.instance)) + [
                .texts(closed.map(\.key.id)), .texts(closed.map(\.value.reason.rawValue)),
                .timestamptzs(closed.map(\.value.at.microsecondsSinceEpoch)), .texts(closed.map(\.value.by)),
                .texts(closed.map(\.value.outcome)),
            ])
    }

    private mutating func openTasks(_ rows: [TaskRow]) {
        self.add(
            SQL.openTasks,
            Parameter.newKeys(rows.map(\.key.instance)) + [
                .texts(rows.map(\.key.id)), .texts(rows.map(\.workflow)), .texts(rows.map(\.name)),
                .texts(rows.map(\.path)), .jsonbs(rows.map { Value(texts: $0.task.title).jsonBytes }),
                .texts(rows.map(\.state)), .texts(rows.map(\.task.assignee)),
                Self.packed(rows.map(\.task.inboxRoles)), Self.packed(rows.map(\.task.inboxUsers)),
                .int4s(rows.map { Int32(clamping: $0.task.priority) }), .jsonbs(rows.map { $0.task.form?.jsonBytes }),
                .jsonbs(rows.map { $0.task.outcomesValue.jsonBytes }), .jsonbs(rows.map(\.task.input.jsonBytes)),
                .timestamptzs(rows.map(\.task.createdAt.microsecondsSinceEpoch)),
                .timestamptzs(rows.map { $0.closing?.at.microsecondsSinceEpoch }), .texts(rows.map { $0.closing?.by }),
                .texts(rows.map { $0.closing?.outcome }),
                .timestamptzs(rows.map { $0.task.dueAt?.microsecondsSinceEpoch }),
            ])
    }

    /// An id is a task's or a job's: both are asked.
    private mutating func relocate(_ places: [JobKey: WorkPlace]) {
        guard !places.isEmpty else { return }
        let rows = places.sorted { $0.key < $1.key }
        let parameters: [Parameter] =
            Parameter.keys(rows.map(\.key.instance)) + [
                .texts(rows.map(\.key.id)), .texts(rows.map(\.value.name)), .texts(rows.map(\.value.path)),
            ]
        self.add(SQL.relocateTasks, parameters)
        self.add(SQL.relocateJobs, parameters)
    }

    // MARK: What else is shown

    private mutating func writeVisits(_ batch: Batch) {
        if !batch.entered.isEmpty {
            let rows = batch.entered
            self.add(
                SQL.enterVisits,
                Parameter.newKeys(rows.map(\.instance)) + [
                    .texts(rows.map(\.path)), .int4s(rows.map { Int32(clamping: $0.n) }), .texts(rows.map(\.workflow)),
                    .timestamptzs(rows.map(\.at.microsecondsSinceEpoch)),
                ])
        }
        guard !batch.left.isEmpty else { return }
        let rows = batch.left
        self.add(
            SQL.leaveVisits,
            Parameter.keys(rows.map(\.instance)) + [
                .texts(rows.map(\.path)), .int4s(rows.map { Int32(clamping: $0.n) }),
                .timestamptzs(rows.map(\.at.microsecondsSinceEpoch)),
            ])
    }

    private mutating func writeChildren(_ batch: Batch) {
        if !batch.children.isEmpty {
            let rows = batch.children
            self.add(
                SQL.insertChildren,
                Parameter.newKeys(rows.map(\.instance)) + [
                    .texts(rows.map(\.invocation)), .uuids(rows.map(\.child.uuid)), .texts(rows.map(\.workflow)),
                ])
        }
        guard !batch.childEnds.isEmpty else { return }
        let rows = batch.childEnds
        self.add(
            SQL.endChildren,
            Parameter.keys(rows.map(\.instance)) + [
                .texts(rows.map(\.invocation)), .texts(rows.map(\.state.rawValue)), .texts(rows.map(\.result)),
            ])
    }

    private mutating func insertNotices(_ rows: [NoticeRow]) {
        guard !rows.isEmpty else { return }
        self.add(
            SQL.insertNotices,
            Parameter.newKeys(rows.map(\.instance)) + [
                .texts(rows.map(\.notice.id)), Self.packed(rows.map(\.notice.roles)),
                Self.packed(rows.map(\.notice.users)),
                .jsonbs(rows.map { Value(texts: $0.notice.subject).jsonBytes }),
                .jsonbs(rows.map { Value(texts: $0.notice.body).jsonBytes }),
                .jsonbs(rows.map { Value(texts: $0.notice.link).jsonBytes }), Self.packed(rows.map(\.notice.channels)),
                .timestamptzs(rows.map(\.at.microsecondsSinceEpoch)),
            ])
    }

    private mutating func upsertListings(_ rows: [Listing]) {
        guard !rows.isEmpty else { return }
        self.add(
            SQL.upsertListings,
            Parameter.newKeys(rows.map(\.instance)) + [
                .texts(rows.map(\.workflow)), .int4s(rows.map { Int32(clamping: $0.version) }), .texts(rows.map(\.key)),
                .texts(rows.map(\.status.rawValue)), Self.packed(rows.map(\.tags)), .texts(rows.map(\.title)),
                .jsonbs(rows.map(\.fields)), .timestamptzs(rows.map(\.startedAt.microsecondsSinceEpoch)),
                .timestamptzs(rows.map(\.changedAt.microsecondsSinceEpoch)),
            ])
    }

    private mutating func writeIncidents(_ batch: Batch) {
        let resolved = batch.releases.filter { $0.kind != .resumed }
        if !resolved.isEmpty {
            self.add(
                SQL.resolveIncidents,
                Parameter.keys(resolved.map(\.instance)) + [
                    .timestamptzs(resolved.map(\.at.microsecondsSinceEpoch)), .texts(resolved.map(\.by)),
                    .texts(resolved.map { $0.kind == .skipped ? "skipped" : "retried" }),
                ])
        }
        let rows = batch.incidents
        if !rows.isEmpty {
            self.add(
                SQL.openIncidents,
                Parameter.newKeys(rows.map(\.key.instance)) + [
                    .texts(rows.map(\.key.id)), .texts(rows.map(\.workflow)), .texts(rows.map(\.job)),
                    .texts(rows.map(\.code)), .texts(rows.map(\.message)), .jsonbs(rows.map { Array($0.detail.utf8) }),
                    .timestamptzs(rows.map(\.at.microsecondsSinceEpoch)),
                ])
        }
        let counted = Array(Set(resolved.map(\.instance) + rows.map(\.key.instance))).sorted()
        guard !counted.isEmpty else { return }
        self.add(SQL.countIncidents, Parameter.keys(counted))
    }
}

extension JobRow.Parking {
    /// nil: it failed nothing, its instance is suspended.
    var failure: String? {
        guard case .failed(let message) = self else { return nil }
        return message
    }
}

extension TaskRow {
    var state: String {
        if let closing = self.closing { return closing.reason.rawValue }
        if self.isParked { return "parked" }
        return self.task.assignee == nil ? "open" : "claimed"
    }
}

extension HumanTask {
    fileprivate var outcomesValue: Value {
        .list(self.outcomes.map { ["value": .string($0.value), "title": Value(texts: $0.title)] })
    }
}

extension Value {
    /// Texts by language.
    package init(texts: [String: String]) {
        self = .map(ValueMap(texts.map { (.string($0.key), .string($0.value)) }))
    }
}

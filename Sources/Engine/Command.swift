package import Statecharts
package import Values

/// Something that shall happen to one instance: the only way in which instances change.
package struct Command: Sendable {
    package enum Action: Sendable {
        case start(Start)
        case event(Event, ifSeq: Int64?)
    }

    package struct Start: Sendable {
        package var workflow: String
        package var version: Int?
        package var key: String?
        package var data: Value
        package var parent: Snapshot.Parent?
    }

    package var instance: InstanceID
    package var action: Action
    /// Who is responsible.
    package var by: Actor
    /// The client's Idempotency-Key: an accepted command's id returns its first answer.
    package var id: String?
    /// The job row that this command consumes, with the attempt that fences it.
    package var job: JobReference?
}

package struct JobReference: Sendable, Hashable {
    package var id: String
    /// nil: the engine's own topics, which are not leased.
    package var attempt: Int?
    package var worker: String?
}

/// What became of an accepted command.
package struct Answer: Sendable, Hashable {
    package var instance: InstanceID
    package var seq: Int64
    package var states: [String]
    package var status: Snapshot.Status
    package var transitions: [Trace.Taken]
    /// False: valid, but took no transition.
    package var isHandled: Bool
    /// True: this is the first answer to the same command id, or the instance that the key already had.
    package var isRepeated: Bool
}

package import Statecharts
package import Values

/// Something that shall happen to one instance: the only way in which instances change.
package struct Command: Sendable {
    package enum Action: Sendable {
        case start(Start)
        case event(Event, ifSeq: Int64?)
        /// The pump's: deliver the timers, signals and the start that are due for this instance.
        case wake
    }

    package struct Start: Sendable {
        package var workflow: String
        /// Fixed before the command is submitted.
        package var version: Int
        /// What the client gave; the chart's `key` expression replaces it.
        package var key: String?
        package var data: Value
    }

    package var instance: InstanceID
    package var action: Action
    /// Who is responsible.
    package var by: Actor
    /// The client's Idempotency-Key: an accepted command's id returns its first answer.
    package var id: String?
    /// The job row that this command consumes, with the attempt that fences it.
    package var job: JobReference?
    /// Of what was asked, when it has an id or a job; the committer fills it in.
    var request: [UInt8]?
    /// Nobody else can know the id yet.
    var isFresh = false
    /// Work for many instances at once: it leaves half of each batch to people who wait.
    package var isBulk = false
}

extension Command {
    /// JSON bytes that it brings into a batch, roughly.
    var weight: Int {
        switch self.action {
        case .start(let start): 512 + start.data.weight
        case .event(let event, _): 512 + event.data.weight
        case .wake: 2048
        }
    }
}

extension Value {
    /// About as many bytes as its JSON has, without printing it.
    fileprivate var weight: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .list(let elements): elements.reduce(0) { $0 + 8 + $1.weight }
        case .map(let map): map.entries.reduce(0) { $0 + 24 + $1.value.weight }
        default: 8
        }
    }
}

package struct JobReference: Sendable, Hashable {
    package var id: String
    package var attempt: Int
    package var worker: String
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

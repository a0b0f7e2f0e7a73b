import Crypto
import Statecharts
import Values

/// A row of `history`: the whole input of a step and what came of it, hashed over the row before it.
struct HistoryEntry: Sendable {
    var instance: InstanceID
    var seq: Int64
    var event: String
    var origin: String
    var reference: String?
    /// JSON.
    var data: String
    var at: Timestamp
    /// JSON.
    var actor: String
    var isTaken: Bool
    /// JSON.
    var transitions: String
    var states: [String]
    var status: String
    var calendar: [UInt8]?
    var semantics: Int16
    var command: String?
    var request: [UInt8]?
    /// Every ``Limits/snapshotEvery``th row: the whole snapshot after it.
    var snapshot: String?
    var hash: [UInt8] = []

    var outcome: String { self.isTaken ? "taken" : "ignored" }

    static let noHash = [UInt8](repeating: 0, count: 32)
    /// Between the paths of states in one text; paths have no control characters.
    static let separator = "\u{1F}"

    /// SHA-256 over the hash before it and every field as it is stored.
    func digest(after previous: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + self.data.utf8.count)
        bytes.append(contentsOf: previous)
        bytes.append(fixed: self.instance.high)
        bytes.append(fixed: self.instance.low)
        bytes.append(fixed: self.seq)
        bytes.append(fixed: self.at.microsecondsSinceEpoch)
        bytes.append(fixed: self.semantics)
        bytes.append(self.isTaken ? 1 : 0)
        bytes.append(counted: self.event.utf8)
        bytes.append(counted: self.origin.utf8)
        bytes.append(counted: self.data.utf8)
        bytes.append(counted: self.actor.utf8)
        bytes.append(counted: self.transitions.utf8)
        bytes.append(counted: self.status.utf8)
        bytes.append(fixed: UInt32(truncatingIfNeeded: self.states.count))
        for state in self.states { bytes.append(counted: state.utf8) }
        bytes.append(optional: self.reference?.utf8)
        bytes.append(optional: self.command?.utf8)
        bytes.append(optional: self.snapshot?.utf8)
        bytes.append(optional: self.calendar)
        bytes.append(optional: self.request)
        return unsafe SHA256.hash(data: bytes).withUnsafeBytes { unsafe Array($0) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(optional bytes: (some Collection<UInt8>)?) {
        guard let bytes else { return self.append(0) }
        self.append(1)
        self.append(counted: bytes)
    }
}

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
        for text in [self.event, self.origin, self.data, self.actor, self.transitions, self.status] {
            bytes.append(counted: text.utf8)
        }
        bytes.append(fixed: UInt32(truncatingIfNeeded: self.states.count))
        for state in self.states { bytes.append(counted: state.utf8) }
        for text in [self.reference, self.command, self.snapshot] {
            bytes.append(optional: text.map { Array($0.utf8) })
        }
        for field in [self.calendar, self.request] { bytes.append(optional: field) }
        return SHA256.hash(data: bytes).withUnsafeBytes { Array($0) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(optional bytes: [UInt8]?) {
        guard let bytes else { return self.append(0) }
        self.append(1)
        self.append(counted: bytes)
    }
}

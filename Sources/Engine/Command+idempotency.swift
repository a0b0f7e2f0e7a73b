import Crypto
import Statecharts
import Values

extension Command {
    /// Where history remembers it; nil: a command without an id.
    var storedID: JobKey? {
        guard let id else { return nil }
        // Of a job's attempt, whoever reports it.
        if self.job != nil { return JobKey(instance: self.instance, id: id) }
        return JobKey(instance: self.instance, id: "\(self.by.principal):\(id)")
    }

    /// Of what was asked; nil without an id.
    var requestHash: [UInt8]? {
        guard self.id != nil else { return nil }
        var bytes: [UInt8] = []
        switch self.action {
        case .start(let start):
            bytes.append(counted: "start".utf8)
            bytes.append(counted: start.workflow.utf8)
            bytes.append(counted: start.data.jsonBytes)
        case .event(let event, let ifSeq):
            bytes.append(counted: HistoryCoding.text(event.origin).utf8)
            bytes.append(counted: event.type.utf8)
            bytes.append(counted: (event.reference ?? "").utf8)
            bytes.append(counted: event.data.jsonBytes)
            bytes.append(fixed: ifSeq ?? -1)
        case .wake: break
        }
        return unsafe SHA256.hash(data: bytes).withUnsafeBytes { unsafe Array($0) }
    }
}

extension Actor {
    /// Whose Idempotency-Keys they are.
    package var principal: String {
        if let user { return "user \(user)" }
        if let worker { return "worker \(worker)" }
        return "anonymous"
    }
}

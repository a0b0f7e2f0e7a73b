public import Values

/// What a state that is on hold (`keep`) takes up again when it is entered through its history.
public struct ParkedVisit: Sendable, Hashable {
    public var since: Timestamp
    /// As they stood: what was left of each is its due time less ``since``.
    public var timers: [Snapshot.OpenTimer] = []
    public var invocations: [Snapshot.OpenInvocation] = []
    public var loops: [Snapshot.OpenLoop] = []
    /// Names of invocations that were not started before the state was left.
    public var unstarted: Set<String> = []
    /// Results that came meanwhile, by ``Snapshot/OpenInvocation/id``.
    public var kept: [String: Kept] = [:]
    /// As in ``Snapshot/due``, ``Snapshot/results``, ``Snapshot/spent``.
    public var due: Timestamp?
    public var results: [String: Value] = [:]
    public var spent: Set<String> = []

    public init(since: Timestamp) { self.since = since }

    /// A result of an invocation that is on hold.
    public struct Kept: Sendable, Hashable {
        public var isDone: Bool
        public var data: Value
        public init(isDone: Bool, data: Value) {
            self.isDone = isDone
            self.data = data
        }
    }
}

// MARK: Text

extension ParkedVisit: JSONReadable {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.write("due", self.due) { $0.write($1) }
        writer.write("invocations", self.invocations) { $1.write(to: &$0) }
        writer.write("kept", self.kept) { $1.write(to: &$0) }
        writer.write("loops", self.loops) { $1.write(to: &$0) }
        writer.write("results", self.results) { $0.write($1) }
        writer.member("since")
        writer.write(self.since)
        writer.write("spent", self.spent)
        writer.write("timers", self.timers) { $1.write(to: &$0) }
        writer.write("unstarted", self.unstarted)
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var since: Timestamp?
        self.init(since: .epoch)
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "due": self.due = try reader.read()
            case "invocations": self.invocations = try reader.read()
            case "kept": self.kept = try reader.read()
            case "loops": self.loops = try reader.read()
            case "results": self.results = try reader.read()
            case "since": since = try reader.read()
            case "spent": self.spent = try reader.read()
            case "timers": self.timers = try reader.read()
            case "unstarted": self.unstarted = try reader.read()
            default: try reader.skip()
            }
        }
        self.since = try reader.require(since, "parked.since")
    }
}

extension ParkedVisit.Kept: JSONReadable {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("data")
        writer.write(self.data)
        writer.member("done")
        writer.write(self.isDone)
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var isDone: Bool?
        var data = Value.null
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "data": data = try reader.read()
            case "done": isDone = try reader.read()
            default: try reader.skip()
            }
        }
        self.init(isDone: try reader.require(isDone, "kept.done"), data: data)
    }
}

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

extension ParkedVisit {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.write("due", self.due) { $0.write($1) }
        writer.write("invocations", self.invocations) { $1.write(to: &$0) }
        writer.write("kept", self.kept) { $1.write(to: &$0) }
        writer.write("loops", self.loops) { $1.write(to: &$0) }
        writer.write("results", self.results) { $0.write($1) }
        writer.key("since")
        writer.write(self.since)
        writer.write("spent", self.spent.sorted())
        writer.write("timers", self.timers) { $1.write(to: &$0) }
        writer.write("unstarted", self.unstarted.sorted())
        writer.endObject()
    }

    init(_ reader: inout JSONReader) throws(JSONError) {
        var since: Timestamp?
        self.init(since: .epoch)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "due": self.due = try reader.time()
            case "invocations":
                self.invocations = try reader.elements { (reader) throws(JSONError) in
                    try Snapshot.OpenInvocation(&reader)
                }
            case "kept": self.kept = try reader.members { (reader) throws(JSONError) in try Kept(&reader) }
            case "loops":
                self.loops = try reader.elements { (reader) throws(JSONError) in try Snapshot.OpenLoop(&reader) }
            case "results": self.results = try reader.members { (reader) throws(JSONError) in try reader.value() }
            case "since": since = try reader.time()
            case "spent": self.spent = Set(try reader.strings())
            case "timers":
                self.timers = try reader.elements { (reader) throws(JSONError) in try Snapshot.OpenTimer(&reader) }
            case "unstarted": self.unstarted = Set(try reader.strings())
            default: try reader.skip()
            }
        }
        self.since = try reader.require(since, "parked.since")
    }
}

extension ParkedVisit.Kept {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("data")
        writer.write(self.data)
        writer.key("done")
        writer.write(self.isDone)
        writer.endObject()
    }

    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var isDone: Bool?
        var data = Value.null
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "data": data = try reader.value()
            case "done": isDone = try reader.bool()
            default: try reader.skip()
            }
        }
        self.init(isDone: try reader.require(isDone, "kept.done"), data: data)
    }
}

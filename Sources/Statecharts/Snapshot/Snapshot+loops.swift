import Values

// How votes and loops are stored.

extension Ballot {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.write("members", self.members) { writer, member in
            writer.beginObject()
            writer.write("addedBy", member.addedBy)
            writer.write("cast", member.cast) { $1.write(to: &$0) }
            writer.write("owner", member.owner)
            writer.write("user", member.user)
            writer.endObject()
        }
        writer.write("recused", self.recused)
        writer.write("removed", self.removed)
        writer.key("seats")
        writer.write(Int64(self.seats))
        writer.endObject()
    }

    init(_ reader: inout JSONReader) throws(JSONError) {
        var seats: Int64?
        self.init(seats: 0)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "members": self.members = try reader.elements { (reader) throws(JSONError) in try Member(&reader) }
            case "recused": self.recused = try reader.strings()
            case "removed": self.removed = try reader.strings()
            case "seats": seats = try reader.int()
            default: try reader.skip()
            }
        }
        self.seats = Int(try reader.require(seats, "ballot.seats"))
    }
}

extension Ballot.Member {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var user: String?
        self.init(user: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "addedBy": self.addedBy = try reader.string()
            case "cast": self.cast = try Ballot.Cast(&reader)
            case "owner": self.owner = try reader.string()
            case "user": user = try reader.string()
            default: try reader.skip()
            }
        }
        self.user = try reader.require(user, "member.user")
    }
}

extension Ballot.Cast {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("at")
        writer.write(self.at)
        writer.key("by")
        self.by.write(to: &writer)
        if !self.data.isNull {
            writer.key("data")
            writer.write(self.data)
        }
        writer.write("outcome", self.outcome)
        if self.isVeto {
            writer.key("veto")
            writer.write(true)
        }
        writer.endObject()
    }

    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var at: Timestamp?
        self.init(by: Actor(), at: .epoch, outcome: nil)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "at": at = try reader.time()
            case "by": try self.by.read(&reader)
            case "data": self.data = try reader.value()
            case "outcome": self.outcome = try reader.string()
            case "veto": self.isVeto = try reader.bool()
            default: try reader.skip()
            }
        }
        self.at = try reader.require(at, "cast.at")
    }
}

extension Snapshot.OpenInvocation.Element {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("index")
        writer.write(Int64(self.index))
        writer.write("loop", self.loop)
        writer.key("value")
        writer.write(self.value)
        writer.endObject()
    }

    init(_ reader: inout JSONReader) throws(JSONError) {
        var index: Int64?
        var loop: String?
        var value = Value.null
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "index": index = try reader.int()
            case "loop": loop = try reader.string()
            case "value": value = try reader.value()
            default: try reader.skip()
            }
        }
        self.init(
            loop: try reader.require(loop, "element.loop"), index: Int(try reader.require(index, "element.index")),
            value: value)
    }
}

extension Snapshot.OpenLoop {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("done")
        writer.write(Int64(self.done))
        writer.write("failed", self.failed) { Self.write($1.index, $1.error, to: &$0) }
        writer.write("id", self.id)
        writer.write("name", self.name)
        writer.key("need")
        writer.write(Int64(self.need))
        writer.write("results", self.results.sorted { $0.key < $1.key }) { Self.write($1.key, $1.value, to: &$0) }
        writer.key("size")
        writer.write(Int64(self.size))
        writer.write("state", self.state)
        writer.write("waiting", self.waiting) { $0.write($1) }
        writer.endObject()
    }

    /// `[index, value]`
    private static func write(_ index: Int, _ value: Value, to writer: inout JSONWriter) {
        writer.beginArray()
        writer.write(Int64(index))
        writer.write(value)
        writer.endArray()
    }

    init(_ reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var name: String?
        var state: String?
        var size: Int64?
        var need: Int64?
        self.init(id: "", name: "", state: "", size: 0, need: 0)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "done": self.done = Int(try reader.int())
            case "failed":
                self.failed = try reader.elements { (reader) throws(JSONError) in
                    let (index, error) = try Self.indexed(&reader)
                    return Failure(index: index, error: error)
                }
            case "id": id = try reader.string()
            case "name": name = try reader.string()
            case "need": need = try reader.int()
            case "results":
                try reader.beginArray()
                while try reader.nextElement() {
                    let (index, value) = try Self.indexed(&reader)
                    self.results[index] = value
                }
            case "size": size = try reader.int()
            case "state": state = try reader.string()
            case "waiting": self.waiting = try reader.elements { (reader) throws(JSONError) in try reader.value() }
            default: try reader.skip()
            }
        }
        self.id = try reader.require(id, "loop.id")
        self.name = try reader.require(name, "loop.name")
        self.state = try reader.require(state, "loop.state")
        self.size = Int(try reader.require(size, "loop.size"))
        self.need = Int(try reader.require(need, "loop.need"))
    }

    private static func indexed(_ reader: inout JSONReader) throws(JSONError) -> (Int, Value) {
        try reader.beginArray()
        guard try reader.nextElement() else { throw reader.error("expected [index, value]") }
        let index = Int(try reader.int())
        guard try reader.nextElement() else { throw reader.error("expected [index, value]") }
        let value = try reader.value()
        guard try !reader.nextElement() else { throw reader.error("expected [index, value]") }
        return (index, value)
    }
}

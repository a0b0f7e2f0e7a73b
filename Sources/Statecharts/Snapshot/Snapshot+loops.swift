import Values

// How votes and loops are stored.

extension Ballot: JSONReadable {
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
        writer.member("seats")
        writer.write(Int64(self.seats))
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var seats: Int?
        self.init(seats: 0)
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "members": self.members = try reader.read()
            case "recused": self.recused = try reader.read()
            case "removed": self.removed = try reader.read()
            case "seats": seats = try reader.read()
            default: try reader.skip()
            }
        }
        self.seats = try reader.require(seats, "ballot.seats")
    }
}

extension Ballot.Member: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var user: String?
        self.init(user: "")
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "addedBy": self.addedBy = try reader.read()
            case "cast": self.cast = try reader.read()
            case "owner": self.owner = try reader.read()
            case "user": user = try reader.read()
            default: try reader.skip()
            }
        }
        self.user = try reader.require(user, "member.user")
    }
}

extension Ballot.Cast: JSONReadable {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("at")
        writer.write(self.at)
        writer.member("by")
        self.by.write(to: &writer)
        if !self.data.isNull {
            writer.member("data")
            writer.write(self.data)
        }
        writer.write("outcome", self.outcome)
        if self.isVeto {
            writer.member("veto")
            writer.write(true)
        }
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var at: Timestamp?
        self.init(by: Actor(), at: .epoch, outcome: nil)
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "at": at = try reader.read()
            case "by": self.by = try reader.read()
            case "data": self.data = try reader.read()
            case "outcome": self.outcome = try reader.read()
            case "veto": self.isVeto = try reader.read()
            default: try reader.skip()
            }
        }
        self.at = try reader.require(at, "cast.at")
    }
}

extension Snapshot.OpenInvocation.Element: JSONReadable {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("index")
        writer.write(Int64(self.index))
        writer.write("loop", self.loop)
        writer.member("value")
        writer.write(self.value)
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var index: Int?
        var loop: String?
        var value = Value.null
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "index": index = try reader.read()
            case "loop": loop = try reader.read()
            case "value": value = try reader.read()
            default: try reader.skip()
            }
        }
        self.init(
            loop: try reader.require(loop, "element.loop"), index: try reader.require(index, "element.index"),
            value: value)
    }
}

extension Snapshot.OpenLoop: JSONReadable {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("done")
        writer.write(Int64(self.done))
        writer.write("failed", self.failed) { Self.write($1.index, $1.error, to: &$0) }
        writer.write("id", self.id)
        writer.write("name", self.name)
        writer.member("need")
        writer.write(Int64(self.need))
        writer.write("results", self.results.sorted { $0.key < $1.key }) { Self.write($1.key, $1.value, to: &$0) }
        writer.member("size")
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

    init(from reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var name: String?
        var state: String?
        var size: Int?
        var need: Int?
        self.init(id: "", name: "", state: "", size: 0, need: 0)
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "done": self.done = try reader.read()
            case "failed": self.failed = try reader.read()
            case "id": id = try reader.read()
            case "name": name = try reader.read()
            case "need": need = try reader.read()
            case "results":
                try reader.beginArray()
                while try reader.nextElement() {
                    let (index, value): (Int, Value) = try reader.pair("[index, value]")
                    self.results[index] = value
                }
            case "size": size = try reader.read()
            case "state": state = try reader.read()
            case "waiting": self.waiting = try reader.read()
            default: try reader.skip()
            }
        }
        self.id = try reader.require(id, "loop.id")
        self.name = try reader.require(name, "loop.name")
        self.state = try reader.require(state, "loop.state")
        self.size = try reader.require(size, "loop.size")
        self.need = try reader.require(need, "loop.need")
    }
}

extension Snapshot.OpenLoop.Failure: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        let (index, error): (Int, Value) = try reader.pair("[index, value]")
        self.init(index: index, error: error)
    }
}

import CEL
import Values

// `forEach` of an invocation: one for each element, so many at a time, one result.
extension Interpreter {
    mutating func start(_ loop: ForEach, _ invocation: Invocation, of path: String) throws(Interruption) {
        let value = try self.evaluate(loop.list)
        guard let elements = value.list, elements.count <= ForEach.mostElements else {
            let found = value.list.map { "one of \($0.count)" } ?? value.description(limit: 60)
            throw .error(
                Fault(
                    code: .execution,
                    message: "forEach needs a list of at most \(ForEach.mostElements) elements, not \(found)",
                    position: invocation.position))
        }
        let needed = try self.data(loop.need)
        guard needed.isNull || needed.int.map({ $0 > 0 }) ?? false else {
            throw .error(
                Fault(
                    code: .execution, message: "need is a number above 0, not \(needed.description(limit: 60))",
                    position: invocation.position))
        }
        guard !elements.isEmpty else { return self.raiseResult(of: invocation.id, path, ["results": []]) }
        self.hasGrown = true
        let id = self.nextID()
        self.snapshot.loops.append(
            Snapshot.OpenLoop(
                id: id, name: invocation.id, state: path, size: elements.count,
                need: needed.int.map { Int(clamping: $0) } ?? elements.count, waiting: elements))
        guard let end = try self.advance(id) else { return }
        self.raiseResult(of: invocation.id, path, end.data, isDone: end.isDone)
    }

    /// Closed already. Of a loop it is one of many; otherwise its result is the event.
    mutating func conclude(
        _ invocation: Snapshot.OpenInvocation, isDone: Bool, data: Value
    ) throws(Interruption) -> Outcome {
        guard let element = invocation.element else {
            return try self.end(invocation, isDone: isDone, data: data)
        }
        guard let place = self.snapshot.loops.firstIndex(where: { $0.id == element.loop }) else { return .ignored }
        self.snapshot.loops[place].end(element.index, isDone: isDone, data)
        self.hasGrown = true
        if let end = try self.advance(element.loop) {
            return try self.end(invocation, isDone: end.isDone, data: end.data)
        }
        let outcome = try self.take([], EventName("", in: self.index))
        return outcome == .ignored ? .taken : outcome
    }

    /// As ``conclude(_:isDone:data:)``, but the result is an event of the macrostep that follows.
    mutating func raiseEnd(of invocation: Snapshot.OpenInvocation, _ data: Value) throws(Interruption) {
        guard let element = invocation.element else {
            return self.raiseResult(of: invocation.name, invocation.state, data)
        }
        guard let place = self.snapshot.loops.firstIndex(where: { $0.id == element.loop }) else { return }
        self.snapshot.loops[place].end(element.index, isDone: true, data)
        self.hasGrown = true
        guard let end = try self.advance(element.loop) else { return }
        self.raiseResult(of: invocation.name, invocation.state, end.data, isDone: end.isDone)
    }

    private struct LoopEnd {
        var isDone: Bool
        var data: Value
    }

    /// Starts what may start. The end, when there is one: the rest is cancelled, and the loop is gone.
    private mutating func advance(_ id: String) throws(Interruption) -> LoopEnd? {
        guard let place = self.snapshot.loops.firstIndex(where: { $0.id == id }) else { return nil }
        let (name, path) = (self.snapshot.loops[place].name, self.snapshot.loops[place].state)
        guard let state = self.chart.statePaths[path],
            let invocation = self.chart.states[state].invocations.first(where: { $0.id == name }),
            let loop = invocation.forEach
        else { return nil }
        var open = self.snapshot.invocations.count { $0.element?.loop == id }
        let limit = self.surroundings.limits.eventBytes
        while true {
            if let end = self.snapshot.loops[place].end(limit: limit) {
                try self.cancelRest(of: id)
                return LoopEnd(isDone: end.isDone, data: end.data)
            }
            guard open < loop.concurrency, let element = self.snapshot.loops[place].next() else { return nil }
            if let data = try self.start(element, invocation, loop, of: path) {
                self.snapshot.loops[place].end(element.index, isDone: data.isDone, data.data)
            } else {
                open += 1
            }
        }
    }

    /// What it ended with, if it did so at once: an error of its expressions is a failure of this one.
    private mutating func start(
        _ element: Snapshot.OpenInvocation.Element, _ invocation: Invocation, _ loop: ForEach, of path: String
    ) throws(Interruption) -> LoopEnd? {
        self.activation.budget.remaining -= 1
        self.isInLoop = true
        self.enter(element, of: loop)
        defer {
            self.isInLoop = false
            self.leaveElement()
        }
        do {
            return try self.start(invocation, of: path, element: element).map { LoopEnd(isDone: true, data: $0) }
        } catch .error(let fault) {
            self.trace.errors.append(fault.message)
            return LoopEnd(
                isDone: false, data: ["code": .string(fault.code.rawValue), "message": .string(fault.message)])
        }
    }

    private mutating func cancelRest(of id: String) throws(Interruption) {
        for invocation in self.snapshot.invocations where invocation.element?.loop == id {
            try self.cancel(invocation)
        }
        self.snapshot.loops.removeAll { $0.id == id }
    }

    /// Expressions of an element's invocation see its names.
    func enter(_ element: Snapshot.OpenInvocation.Element?, of loop: ForEach?) {
        guard let element, let loop else { return }
        self.activation.loopNames = [(loop.item, element.value)]
        if let index = loop.index { self.activation.loopNames.append((index, .int(Int64(element.index)))) }
        self.activation.forgetLets()
    }

    func leaveElement() {
        guard !self.activation.loopNames.isEmpty else { return }
        self.activation.loopNames.removeAll()
        self.activation.forgetLets()
    }
}

extension Snapshot.OpenLoop {
    fileprivate mutating func next() -> Snapshot.OpenInvocation.Element? {
        guard !self.waiting.isEmpty else { return nil }
        let index = self.size - self.waiting.count
        return Snapshot.OpenInvocation.Element(loop: self.id, index: index, value: self.waiting.removeFirst())
    }

    fileprivate mutating func end(_ index: Int, isDone: Bool, _ data: Value) {
        if isDone {
            self.done += 1
            if !data.isNull { self.results[index] = data }
        } else {
            self.failed.append(Failure(index: index, error: data))
        }
    }

    /// Enough are done, or cannot be any more, or they have more to say than an event can carry.
    fileprivate func end(limit: Int) -> (isDone: Bool, data: Value)? {
        if self.size - self.failed.count < self.need {
            let failed = self.failed.map { failure -> Value in
                ["index": .int(Int64(failure.index)), "error": failure.error]
            }
            let data: Value = ["failed": .list(failed)]
            return (false, data.approximateBytes(upTo: limit) > limit ? Self.tooLarge(limit) : data)
        }
        var bytes = 6 * (self.size - self.results.count)
        for result in self.results.values where bytes <= limit { bytes += result.approximateBytes(upTo: limit) + 1 }
        if bytes > limit { return (false, Self.tooLarge(limit)) }
        guard self.done >= self.need else { return nil }
        return (true, ["results": .list((0..<self.size).map { self.results[$0] ?? .null })])
    }

    private static func tooLarge(_ limit: Int) -> Value {
        ["code": "tooLarge", "message": .string("the results are larger than \(limit) bytes")]
    }
}

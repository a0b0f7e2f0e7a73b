import Values

/// Visits by the paths of their states, in the order of the paths' UTF-8.
///
/// Two arrays: the paths stay the same from step to step and are shared, so that a step copies no more than numbers.
public struct VisitTable: Sendable, Hashable {
    private var paths: [String] = []
    private var visits: [Snapshot.Visit] = []

    public init() {}

    /// Of equally many of both. If their order is not that of the table, the last visit of a path counts.
    init(_ paths: [String], _ visits: [Snapshot.Visit], isOrdered: Bool) {
        if isOrdered {
            self.paths = paths
            self.visits = visits
        } else {
            for (path, visit) in zip(paths, visits) { self[path] = visit }
        }
    }

    public var count: Int { self.paths.count }
    public var isEmpty: Bool { self.paths.isEmpty }
    public var keys: [String] { self.paths }

    public subscript(path: String) -> Snapshot.Visit? {
        get {
            let place = self.place(of: path)
            return place.isFound ? self.visits[place.index] : nil
        }
        set {
            let place = self.place(of: path)
            switch (newValue, place.isFound) {
            case (let visit?, true): self.visits[place.index] = visit
            case (let visit?, false):
                self.paths.insert(path, at: place.index)
                self.visits.insert(visit, at: place.index)
            case (nil, true):
                self.paths.remove(at: place.index)
                self.visits.remove(at: place.index)
            case (nil, false): break
            }
        }
    }

    mutating func enter(_ path: String, at time: Timestamp) {
        let place = self.place(of: path)
        guard place.isFound else {
            self.paths.insert(path, at: place.index)
            return self.visits.insert(Snapshot.Visit(count: 1, enteredAt: time), at: place.index)
        }
        self.visits[place.index] = Snapshot.Visit(count: self.visits[place.index].count + 1, enteredAt: time)
    }

    private func place(of path: String) -> (index: Int, isFound: Bool) {
        var low = 0
        var high = self.paths.count
        while low < high {
            let middle = (low + high) / 2
            let order = self.paths[middle].utf8Order(to: path)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }
}

extension VisitTable: Sequence {
    public struct Iterator: IteratorProtocol {
        fileprivate let table: VisitTable
        private var index = 0

        fileprivate init(_ table: VisitTable) { self.table = table }

        public mutating func next() -> (key: String, value: Snapshot.Visit)? {
            guard self.index < self.table.paths.count else { return nil }
            defer { self.index += 1 }
            return (self.table.paths[self.index], self.table.visits[self.index])
        }
    }

    public func makeIterator() -> Iterator { Iterator(self) }
}

extension VisitTable: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Snapshot.Visit)...) {
        for (path, visit) in elements { self[path] = visit }
    }
}

/// Where each state of the old version is in the new one: by an explicit map, by `renamedFrom`, else by path.
///
/// What is said of a state holds for what lies in it: with `main` renamed to `core`, `main.poc` is `core.poc`.
struct PathMap {
    enum Image: Hashable {
        case state(Int)
        /// The map says that it ends here.
        case dropped
        /// Nothing says where it is.
        case none
        /// Several states say that they were it.
        case claimed(by: [Int])
    }

    /// By id of the old state.
    private(set) var images: [Image] = []
    private(set) var reasons: [MigrationPlan.Move.Reason] = []
    /// Entries of the map that name no state: of the old version, and of the new one.
    private(set) var unknownSources: [String] = []
    private(set) var unknownTargets: [(source: String, target: String)] = []

    init(from old: ChartIndex, to new: ChartIndex, map: [String: String]) {
        let explicit = self.resolve(map, old, new)
        let claims = Self.claims(old, new)
        self.images.reserveCapacity(old.chart.states.count)
        self.reasons.reserveCapacity(old.chart.states.count)
        for state in old.chart.states {
            if state.id == 0 {
                self.add(.state(0), .path)
            } else if let image = explicit[state.id] {
                self.add(image, .map)
            } else {
                self.find(state, claims[state.path], new)
            }
        }
    }

    /// What the map says of a state around it comes before what the new version says of itself.
    private mutating func find(_ state: Chart.State, _ claimants: [Int]?, _ new: ChartIndex) {
        let inherited = self.inherited(state, new)
        let parent = state.parent ?? 0
        if let claimants, self.reasons[parent] != .map || inherited == .none {
            self.add(claimants.count == 1 ? .state(claimants[0]) : .claimed(by: claimants), .renamed)
        } else {
            self.add(inherited, self.reasons[parent])
        }
    }

    private mutating func add(_ image: Image, _ reason: MigrationPlan.Move.Reason) {
        self.images.append(image)
        self.reasons.append(reason)
    }

    /// As the state that it lies in.
    private func inherited(_ state: Chart.State, _ new: ChartIndex) -> Image {
        switch self.images[state.parent ?? 0] {
        case .state(let image):
            let base = new.path(image)
            let found = new.chart.statePaths[base.isEmpty ? state.key : "\(base).\(state.key)"]
            return found.map { .state($0) } ?? .none
        case .dropped: return .dropped
        case .none, .claimed: return .none
        }
    }

    private mutating func resolve(_ map: [String: String], _ old: ChartIndex, _ new: ChartIndex) -> [Int: Image] {
        var explicit: [Int: Image] = [:]
        for (source, target) in map.sorted(by: { $0.key < $1.key }) {
            guard let state = old.state(named: source), state > 0 else {
                self.unknownSources.append(source)
                continue
            }
            if target.isEmpty {
                explicit[state] = .dropped
            } else if let image = new.state(named: target) {
                explicit[state] = .state(image)
            } else {
                explicit[state] = Image.none
                self.unknownTargets.append((source, target))
            }
        }
        return explicit
    }

    /// Earlier paths → the states that say so. A path that the old version itself calls an earlier one is no path of it:
    /// a state that bears it there is another.
    private static func claims(_ old: ChartIndex, _ new: ChartIndex) -> [String: [Int]] {
        let earlier = Set(old.chart.states.flatMap(\.renamedFrom))
        var claims: [String: [Int]] = [:]
        for state in new.chart.states {
            for path in state.renamedFrom where !earlier.contains(path) && old.chart.statePaths[path] != nil {
                if claims[path]?.contains(state.id) != true { claims[path, default: []].append(state.id) }
            }
        }
        return claims
    }

    /// The new state of an old one.
    func state(of old: Int) -> Int? {
        guard case .state(let state) = self.images[old] else { return nil }
        return state
    }
}

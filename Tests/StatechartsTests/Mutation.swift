import Values

@testable import Statecharts

/// A typical mistake, made in the text of a definition: what a person does who edits it by hand.
enum Mistake: String, CaseIterable {
    case renamedState = "renamed state"
    case misspeltTarget = "misspelt target"
    case removedTransition = "removed transition"
    case misspeltKey = "misspelt key"
    case misspeltEvent = "misspelt event"
    case wrongType = "wrong type"
    case deadGuard = "dead guard"
    case wrongIndentation = "wrong indentation"
    case removedInitial = "removed initial"
    case duplicateID = "duplicate id"
    case misspeltName = "misspelt CEL name"
    case missingQuote = "missing quote"
    case wrongDuration = "wrong duration"
    case undeclaredField = "undeclared field in a guard"
    case misspeltRole = "misspelt role"
    case removedFinal = "removed type: final"
    case wrongPeople = "wrong people"
    case copiedTarget = "target of another place"
    case swappedTargets = "swapped targets"

    /// What makes another, equally sensible workflow: no reading of the text can tell that it was not meant.
    var isDifferentProgram: Bool { self == .swappedTargets || self == .copiedTarget }
}

struct Mutant {
    var text: String
    /// What was done, for people.
    var what: String
    /// A new name that stands for an old one: by itself it is no other behaviour.
    var renamed: (from: String, to: String)?
}

/// Makes mistakes in one definition.
struct Mutator {
    let outline: Outline
    var random: SplitMix64

    /// nil: there is no place for this mistake.
    mutating func make(_ mistake: Mistake) -> Mutant? {
        switch mistake {
        case .renamedState: self.renameState()
        case .misspeltTarget: self.misspell(self.outline.spots { $0.isTarget }, "target")
        case .removedTransition: self.removeTransition()
        case .misspeltKey: self.misspellKey()
        case .misspeltEvent: self.misspell(self.outline.spots { $0.isEvent }, "event")
        case .wrongType: self.changeType()
        case .deadGuard: self.killGuard()
        case .swappedTargets: self.swapTargets()
        case .copiedTarget: self.copyTarget()
        case .wrongIndentation: self.shiftLine()
        case .removedInitial: self.remove(self.outline.spots { $0.key == "initial" && $0.isInState }, "initial")
        case .duplicateID: self.duplicateID()
        case .misspeltName: self.misspellName(Outline.names)
        case .missingQuote: self.removeQuote()
        case .wrongDuration: self.spoilDuration()
        case .undeclaredField: self.misspellField()
        case .misspeltRole: self.misspell(self.outline.spots { $0.isRole }, "role")
        case .removedFinal:
            self.remove(self.outline.spots { $0.key == "type" && $0.isInState && $0.value.text == "final" }, "final")
        case .wrongPeople: self.spoilPeople()
        }
    }

    mutating func pick<T>(_ elements: [T]) -> T? {
        elements.isEmpty ? nil : elements[self.random.next(below: elements.count)]
    }

    /// As fingers slip: letters exchanged, left out, doubled, replaced.
    mutating func typo(_ word: String) -> String? {
        let letters = Array(word)
        guard letters.count > 1 else { return nil }
        for _ in 0..<10 {
            var changed = letters
            let place = self.random.next(below: letters.count - 1)
            switch self.random.next(below: 4) {
            case 0: changed.swapAt(place, place + 1)
            case 1: changed.remove(at: place + 1)
            case 2: changed.insert(letters[place], at: place)
            default: changed[place + 1] = letters[place + 1] == "e" ? "r" : "e"
            }
            if changed != letters { return String(changed) }
        }
        return nil
    }

    // MARK: Names

    private mutating func renameState() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.isState }), let key = spot.key, let new = self.typo(key),
            let text = self.outline.replacing(spot.keyPosition, key, new)
        else { return nil }
        return Mutant(text: text, what: "state \(key) → \(new)", renamed: (key, new))
    }

    private mutating func misspell(_ spots: [Outline.Spot], _ what: String) -> Mutant? {
        guard let spot = self.pick(spots) else { return nil }
        let isKey = spot.isNamedByKey
        let old = isKey ? spot.key ?? "" : spot.value.text
        guard let new = self.typo(old) else { return nil }
        let place = isKey ? spot.keyPosition : spot.value.position
        guard let text = self.outline.replacing(place, old, new) else { return nil }
        return Mutant(text: text, what: "\(what) \(old) → \(new) in line \(place?.line ?? 0)")
    }

    private mutating func misspellKey() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.isLanguageKey }), let key = spot.key,
            let new = self.typo(key), let text = self.outline.replacing(spot.keyPosition, key, new)
        else { return nil }
        return Mutant(text: text, what: "key \(key) → \(new) in line \(spot.keyPosition?.line ?? 0)")
    }

    private mutating func duplicateID() -> Mutant? {
        // A line that was copied and not changed: in one list, or the key of a sibling.
        let ids = self.outline.spots { $0.key == "id" && $0.value.isScalar && $0.container.hasSuffix("invoke") }
        let states = self.outline.spots { $0.isState }
        if self.random.next(below: 2) == 0, let spot = self.pick(ids) {
            let near = ids.filter { $0.container == spot.container && $0.value.text != spot.value.text }
            if let other = self.pick(near),
                let text = self.outline.replacing(spot.value.position, spot.value.text, other.value.text)
            {
                return Mutant(text: text, what: "id \(spot.value.text) → \(other.value.text)")
            }
        }
        guard let spot = self.pick(states), let key = spot.key,
            let other = self.pick(states.filter { $0.container == spot.container && $0.key != key })?.key,
            let text = self.outline.replacing(spot.keyPosition, key, other)
        else { return nil }
        return Mutant(text: text, what: "state \(key) → \(other), its sibling")
    }

    // MARK: Removing

    private mutating func remove(_ spots: [Outline.Spot], _ what: String) -> Mutant? {
        guard let spot = self.pick(spots), let text = self.outline.removing(spot) else { return nil }
        let line = self.outline.lines[spot.line - 1].drop { $0 == " " }.prefix(60)
        return Mutant(text: text, what: "\(what) removed in line \(spot.line): \(line)")
    }

    private mutating func removeTransition() -> Mutant? {
        self.remove(self.outline.spots { $0.isTransition }, "transition")
    }

    private mutating func swapTargets() -> Mutant? {
        let spots = self.outline.spots { $0.isTarget }
        guard let first = self.pick(spots) else { return nil }
        let others = spots.filter { $0.state == first.state && $0.value.text != first.value.text }
        guard let second = self.pick(others) else { return nil }
        let ordered = [first, second].sorted { $0.value.position < $1.value.position }
        guard
            let once = self.outline.replacing(ordered[1].value.position, ordered[1].value.text, ordered[0].value.text),
            let text = Outline.replacing(
                in: once, ordered[0].value.position, ordered[0].value.text, ordered[1].value.text)
        else { return nil }
        return Mutant(text: text, what: "targets \(first.value.text) and \(second.value.text) swapped")
    }

    /// A transition that was copied from another state and is not adapted.
    private mutating func copyTarget() -> Mutant? {
        let spots = self.outline.spots { $0.isTarget }
        guard let spot = self.pick(spots),
            let other = self.pick(spots.filter { $0.state != spot.state && $0.value.text != spot.value.text }),
            let text = self.outline.replacing(spot.value.position, spot.value.text, other.value.text)
        else { return nil }
        return Mutant(text: text, what: "target \(spot.value.text) → \(other.value.text) in line \(spot.line)")
    }

    // MARK: Layout

    private mutating func shiftLine() -> Mutant? {
        var lines = self.outline.lines
        let places = lines.indices.filter { !lines[$0].allSatisfy { $0 == " " } && !lines[$0].hasPrefix("#") }
        guard let place = self.pick(places) else { return nil }
        let shift = [-2, -1, 1, 2][self.random.next(below: 4)]
        let indent = lines[place].prefix { $0 == " " }.count
        guard indent + shift >= 0, shift > 0 || indent > 0 else { return nil }
        lines[place] = String(repeating: " ", count: indent + shift) + lines[place].dropFirst(indent)
        return Mutant(text: lines.joined(separator: "\n"), what: "line \(place + 1) shifted by \(shift)")
    }

    private mutating func removeQuote() -> Mutant? {
        var places: [(line: Int, index: String.Index)] = []
        for (number, line) in self.outline.lines.enumerated() where !line.contains("#") {
            for index in line.indices where line[index] == "\"" || line[index] == "'" { places.append((number, index)) }
        }
        guard let place = self.pick(places) else { return nil }
        var lines = self.outline.lines
        // Not the apostrophe of a word.
        let before = place.index > lines[place.line].startIndex ? lines[place.line].index(before: place.index) : nil
        if lines[place.line][place.index] == "'", let before, lines[place.line][before].isLetter { return nil }
        lines[place.line].remove(at: place.index)
        return Mutant(text: lines.joined(separator: "\n"), what: "quote removed in line \(place.line + 1)")
    }

    private mutating func spoilDuration() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.isDelay }) else { return nil }
        let old = spot.isNamedByKey ? spot.key ?? "" : spot.value.text
        let number = old.filter(\.isNumber)
        let new: String?
        switch self.random.next(below: 5) {
        case 0: new = self.typo(old)
        case 1: new = old.hasPrefix("P") ? String(old.dropFirst()) : number + "d"
        case 2: new = number
        case 3: new = "\(number) days"
        default: new = "PT" + number
        }
        let place = spot.isNamedByKey ? spot.keyPosition : spot.value.position
        guard let new, new != old, let text = self.outline.replacing(place, old, new) else { return nil }
        return Mutant(text: text, what: "delay \(old) → \(new)")
    }

    private mutating func spoilPeople() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.isPeople }) else { return nil }
        let roles = spot.value["roles"]?.list?.map(\.text) ?? []
        guard let extent = self.outline.flowExtent(of: spot.value.position), !roles.isEmpty else { return nil }
        let list = roles.joined(separator: ", ")
        let new = ["{role: [\(list)]}", "[\(list)]", roles[0], "{roles: []}", "{users: [\(list)]}", "{}"]
        guard let written = self.pick(new) else { return nil }
        return Mutant(
            text: self.outline.replacing(extent, written), what: "\(spot.key ?? "") \(written) in line \(spot.line)")
    }
}

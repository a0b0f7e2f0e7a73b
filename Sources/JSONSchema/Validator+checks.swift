import Values

/// Checks of one kind of value; other kinds pass.
extension Validator {
    mutating func checkNumber(_ check: Check, _ value: Value) {
        guard value.isNumber else { return }
        switch check {
        case .multiple(let divisor):
            self.spend(value.isInteger && divisor.isInteger ? 0 : 8)
            if !value.isMultiple(of: divisor) {
                let text = Phrase(describing: divisor).en
                self.report(
                    "multipleOf",
                    .expected(Phrase("a multiple of \(text)", "\(text) 的倍数"), found: Phrase(describing: value)))
            }
        case .bound(let bound, let limit):
            if !bound.admits(value, limit) {
                self.report(
                    bound.rawValue,
                    .expected(bound.phrase(Phrase(describing: limit).en), found: Phrase(describing: value)))
            }
        default: break
        }
    }

    mutating func checkText(_ check: Check, _ value: Value) {
        guard case .string(let text) = value else { return }
        self.spend(text.utf8.count / 16)
        // A code point has 1 to 4 bytes, so most texts need no counting.
        switch check {
        case .minLength(let least) where text.utf8.count < least * 4:
            let count = text.unicodeScalars.count
            if count < least {
                self.report("minLength", Self.length("at least", "至少", least, count))
            }
        case .maxLength(let most) where text.utf8.count > most:
            let count = text.unicodeScalars.count
            if count > most { self.report("maxLength", Self.length("at most", "至多", most, count)) }
        case .pattern(let pattern):
            if !self.matches(pattern, text) {
                let source = Phrase.shorten(pattern.source)
                self.report(
                    "pattern",
                    .expected(
                        Phrase("a text that matches \(source)", "符合 \(source) 的文本"),
                        found: Phrase(describing: value)))
            }
        case .format(let format):
            self.spend(4 + text.utf8.count / 2)
            if !format.admits(text) {
                self.report("format", .expected(format.phrase, found: Phrase(describing: value)))
            }
        default: break
        }
    }

    private static func length(_ en: String, _ zh: String, _ limit: Int, _ count: Int) -> Phrase {
        .expected(
            Phrase("\(en) \(limit) character\(limit == 1 ? "" : "s")", "\(zh) \(limit) 个字符"),
            found: Phrase("\(count)", "\(count) 个"))
    }

    private enum Unit {
        case items, wantedItems, members

        func phrase(_ count: Int) -> Phrase {
            let s = count == 1 ? "" : "s"
            return switch self {
            case .items: Phrase("\(count) item\(s)", "\(count) 项")
            case .wantedItems: Phrase("\(count) item\(s) of the wanted form", "\(count) 个符合要求的项")
            case .members: Phrase("\(count) member\(s)", "\(count) 个成员")
            }
        }
    }

    private static func tooFew(_ count: Int, least: Int, _ unit: Unit) -> Phrase {
        let limit = unit.phrase(least)
        return .expected(Phrase("at least \(limit.en)", "至少 \(limit.zh)"), found: Phrase(both: "\(count)"))
    }

    private static func tooMany(_ count: Int, most: Int, _ unit: Unit) -> Phrase {
        let limit = unit.phrase(most)
        return .expected(Phrase("at most \(limit.en)", "至多 \(limit.zh)"), found: Phrase(both: "\(count)"))
    }

    mutating func checkList(_ check: Check, _ value: Value) {
        guard case .list(let list) = value else { return }
        switch check {
        case .minItems(let least):
            if list.count < least {
                self.report("minItems", Self.tooFew(list.count, least: least, .items))
            }
        case .maxItems(let most):
            if list.count > most {
                self.report("maxItems", Self.tooMany(list.count, most: most, .items))
            }
        case .unique: self.checkUnique(list, weight: value.weight)
        case .items(let prefix, let rest):
            for (index, element) in list.enumerated() where !self.isDone {
                if index < prefix.count {
                    self.evaluate(prefix[index], element, at: .index(index), as: "prefixItems")
                } else if let rest {
                    self.evaluate(rest, element, at: .index(index), as: "items")
                } else {
                    break
                }
            }
        case .contains(let node, let least, let most): self.checkContains(list, node, least, most)
        default: break
        }
    }

    private mutating func checkUnique(_ list: [Value], weight: Int) {
        // A look-up in a hash table costs as much as several checks.
        self.spend(4 * weight)
        guard self.stepsLeft > 0 else { return }
        var places: [ExactValue: Int] = Dictionary(minimumCapacity: list.count)
        for (index, element) in list.enumerated() {
            if let first = places.updateValue(index, forKey: ExactValue(element)) {
                let found = Phrase(describing: element)
                self.report(
                    "uniqueItems", at: .index(index),
                    Phrase(
                        "expected items that differ, found \(found.en) at \(first) and \(index)",
                        "应无重复项，实为第 \(first + 1) 项与第 \(index + 1) 项同为\(found.zh)"))
                return
            }
        }
    }

    private mutating func checkContains(_ list: [Value], _ node: Int, _ least: Int, _ most: Int?) {
        var count = 0
        for element in list where !self.isDone && self.passes(node, element) {
            count += 1
            if most == nil, count >= least { return }
        }
        if count < least {
            self.report(
                least == 1 ? "contains" : "minContains",
                Self.tooFew(count, least: least, .wantedItems))
        } else if let most, count > most {
            self.report("maxContains", Self.tooMany(count, most: most, .wantedItems))
        }
    }

    mutating func checkObject(_ check: Check, _ value: Value) {
        guard case .map(let map) = value else { return }
        switch check {
        case .minProperties(let least):
            if map.count < least {
                self.report("minProperties", Self.tooFew(map.count, least: least, .members))
            }
        case .maxProperties(let most):
            if map.count > most {
                self.report("maxProperties", Self.tooMany(map.count, most: most, .members))
            }
        case .required(let names): self.checkRequired(names, map, "required", because: nil)
        case .dependentRequired(let dependents):
            for (name, needed) in dependents where self.has(name, map) {
                self.checkRequired(needed, map, "dependentRequired", because: name)
            }
        case .dependentSchemas(let dependents):
            for (name, node) in dependents where self.has(name, map) {
                self.evaluate(node, value, as: "dependentSchemas")
            }
        case .members(let members): self.checkMembers(members, map)
        case .names(let node):
            for entry in map.entries where !self.isDone {
                self.evaluate(node, .string(entry.key.text), at: .key(entry.key), as: "propertyNames")
            }
        default: break
        }
    }

    private mutating func has(_ name: String, _ map: ValueMap) -> Bool {
        self.spend(finding: name, among: map.count)
        return !self.isDone && map.index(of: name) != nil
    }

    private mutating func checkRequired(_ names: [String], _ map: ValueMap, _ keyword: String, because: String?) {
        for name in names where !self.has(name, map) {
            if self.isDone { return }
            self.report(keyword, at: .key(.string(name)), Self.missing(name, because: because))
        }
    }

    private static func missing(_ name: String, because: String?) -> Phrase {
        let (name, because) = (Phrase.shorten(name), because.map(Phrase.shorten))
        return Phrase(
            "expected a value for '\(name)'\(because.map { ", as '\($0)' is given" } ?? ""), found nothing",
            "\(because.map { "给出“\($0)”时" } ?? "")应填写“\(name)”，实为空缺")
    }

    private static func unknown(_ name: String, _ value: Value, nearest: String?) -> Phrase {
        let (name, found) = (Phrase.shorten(name), Phrase(describing: value))
        return Phrase(
            "expected no '\(name)' here, found \(found.en)" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
            "此处不应有“\(name)”，实为\(found.zh)" + (nearest.map { "；是否指“\($0)”？" } ?? ""))
    }

    /// A property that is missing and may have been meant; nil, too, when enough was guessed.
    private mutating func nearest(_ name: String, _ members: Check.Members, _ map: ValueMap) -> String? {
        guard members.ordered.count <= self.guesses else { return nil }
        self.guesses -= members.ordered.count
        return Spelling.nearest(name, among: members.ordered.map(\.name).filter { map[$0] == nil })
    }

    private mutating func checkMembers(_ members: Check.Members, _ map: ValueMap) {
        var cursor = 0
        for entry in map.entries {
            let name = entry.key.text
            self.spend(finding: name, among: members.ordered.count)
            guard !self.isDone else { return }
            var isKnown = false
            if let node = members.node(of: name, &cursor) {
                isKnown = true
                self.evaluate(node, entry.value, at: .key(entry.key), as: "properties")
            }
            for (pattern, node) in members.patterns where !self.isDone && self.matches(pattern, name) {
                isKnown = true
                self.evaluate(node, entry.value, at: .key(entry.key), as: "patternProperties")
            }
            guard !isKnown, let additional = members.additional else { continue }
            if self.isNever(additional) {
                let nearest = self.isQuiet ? nil : self.nearest(name, members, map)
                self.report(
                    "additionalProperties", at: .key(entry.key), Self.unknown(name, entry.value, nearest: nearest))
            } else {
                self.evaluate(additional, entry.value, at: .key(entry.key), as: "additionalProperties")
            }
        }
    }
}

extension Check.Members {
    /// Members mostly come in the order of the properties, so the next one is tried before looking it up.
    fileprivate func node(of name: String, _ cursor: inout Int) -> Int? {
        if cursor < self.ordered.count, self.ordered[cursor].name.hasSameUTF8(as: name) {
            cursor += 1
            return self.ordered[cursor - 1].node
        }
        var low = 0
        var high = self.ordered.count
        while low < high {
            let middle = (low + high) / 2
            if self.ordered[middle].name.utf8Order(to: name) < 0 { low = middle + 1 } else { high = middle }
        }
        guard low < self.ordered.count, self.ordered[low].name.hasSameUTF8(as: name) else { return nil }
        cursor = low + 1
        return self.ordered[low].node
    }
}

extension Check.Bound {
    fileprivate func admits(_ value: Value, _ limit: Value) -> Bool {
        switch self {
        case .minimum: !value.isLess(than: limit)
        case .exclusiveMinimum: limit.isLess(than: value)
        case .maximum: !limit.isLess(than: value)
        case .exclusiveMaximum: value.isLess(than: limit)
        }
    }

    fileprivate func phrase(_ limit: String) -> Phrase {
        switch self {
        case .minimum: Phrase("at least \(limit)", "不小于 \(limit)")
        case .exclusiveMinimum: Phrase("more than \(limit)", "大于 \(limit)")
        case .maximum: Phrase("at most \(limit)", "不大于 \(limit)")
        case .exclusiveMaximum: Phrase("less than \(limit)", "小于 \(limit)")
        }
    }
}

/// The work of ``Value/asJSON()``.
struct JSONConversion {
    private let depthLimit = JSONLimits().depth

    func convert(_ value: Value, depth: Int) throws(JSONError) -> Value {
        switch value {
        case .null, .bool, .int: return value
        case .double(let number):
            guard number.isFinite else { throw self.refusal(.notJSON, "JSON has no number \(number)") }
            return .double(number == 0 ? 0 : number)
        case .uint(let number):
            guard let int = Int64(exactly: number) else {
                throw self.refusal(.numberRange, "\(number) is larger than the largest int")
            }
            return .int(int)
        case .string(let text):
            try self.check(text)
            return value
        case .bytes(let bytes): return .string(Base64.encode(bytes))
        case .timestamp(let timestamp): return .string(timestamp.description)
        case .duration(let duration): return .string(duration.secondsText)
        case .type(let name): throw self.refusal(.notJSON, "JSON cannot hold the type \(name)")
        case .optional(let optional):
            guard let inner = optional.value else { return .null }
            // An optional in an optional adds no level to the JSON, but must not recurse without end.
            return try self.convert(inner, depth: depth + 1)
        case .list(let elements): return try .list(self.convert(elements, depth: depth + 1))
        case .map(let map): return try .map(self.convert(map, depth: depth + 1))
        }
    }

    private func convert(_ elements: [Value], depth: Int) throws(JSONError) -> [Value] {
        try self.check(depth)
        // Most lists are JSON already; they are checked without being built again.
        var changed: [Value]?
        for (index, element) in elements.enumerated() {
            let converted = try self.convert(element, depth: depth)
            if changed != nil {
                changed?.append(converted)
            } else if !converted.isUnchanged(from: element) {
                changed = Array(elements[..<index])
                changed?.append(converted)
            }
        }
        return changed ?? elements
    }

    private func convert(_ map: ValueMap, depth: Int) throws(JSONError) -> ValueMap {
        try self.check(depth)
        var changed: [ValueMap.Entry]?
        for (index, entry) in map.entries.enumerated() {
            let key = try self.convert(entry.key)
            let converted = try self.convert(entry.value, depth: depth)
            if changed != nil {
                changed?.append(.init(key: key, value: converted))
            } else if !converted.isUnchanged(from: entry.value) || key != entry.key {
                changed = Array(map.entries[..<index])
                changed?.append(.init(key: key, value: converted))
            }
        }
        guard let changed else { return map }
        var duplicate: ValueMap.Key?
        let result = ValueMap(changed, duplicate: &duplicate)
        if let duplicate { throw self.refusal(.duplicateKey, "two keys become \(duplicate.value.json)") }
        return result
    }

    private func convert(_ key: ValueMap.Key) throws(JSONError) -> ValueMap.Key {
        switch key {
        case .string(let text):
            try self.check(text)
            return key
        case .bool(let flag): return .string(flag ? "true" : "false")
        case .int(let number): return .string(String(number))
        case .uint(let number): return .string(String(number))
        }
    }

    private func check(_ text: String) throws(JSONError) {
        if text.utf8.contains(0) {
            throw self.refusal(.unstorableString, "the text contains U+0000, which cannot be stored")
        }
    }

    private func check(_ depth: Int) throws(JSONError) {
        if depth > self.depthLimit {
            throw self.refusal(.depth, "nested deeper than \(self.depthLimit) levels")
        }
    }

    private func refusal(_ code: JSONError.Code, _ message: String) -> JSONError {
        JSONError(code: code, message: message, offset: 0)
    }
}

extension Value {
    /// Whether a conversion returned what it was given; compares lists and maps by identity, not by element.
    fileprivate func isUnchanged(from original: Value) -> Bool {
        switch (self, original) {
        case (.null, .null), (.bool, .bool), (.int, .int), (.string, .string): true
        case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
        case (.list(let a), .list(let b)): a.sharesStorage(with: b)
        case (.map(let a), .map(let b)): a.entries.sharesStorage(with: b.entries)
        default: false
        }
    }
}

extension Array {
    fileprivate func sharesStorage(with other: [Element]) -> Bool {
        unsafe self.withUnsafeBufferPointer { mine in
            unsafe other.withUnsafeBufferPointer { unsafe mine.baseAddress == $0.baseAddress && mine.count == $0.count }
        }
    }
}

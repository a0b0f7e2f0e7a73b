/// Writes JSON straight into bytes. Of a known form, they are the same bytes as ``Value/jsonBytes`` when the keys are written
/// in the order of their UTF-8, without a ``Value`` that is only made to be printed.
public struct JSONWriter {
    private var buffer = TextBuffer<256>()
    /// Comes before whatever is written next.
    private var gap = Gap.nothing
    private var level = 0
    private let isIndented: Bool
    /// The time that was written last, and its text: what is written at one step mostly has the same.
    private var lastTime: Timestamp?
    private var lastTimeText = TextBuffer<32>()

    private enum Gap {
        /// The text begins here, or the value of a member.
        case nothing
        /// An object or a list has begun.
        case line
        /// A value has ended.
        case comma
    }

    @inline(__always)
    public init(capacity: Int = 0) {
        self.isIndented = false
        if capacity > 0 { self.buffer.reserveCapacity(capacity) }
    }

    init(isIndented: Bool) { self.isIndented = isIndented }

    public var bytes: [UInt8] { mutating get { self.buffer.bytes } }

    public mutating func beginObject() { self.begin(UInt8(ascii: "{")) }
    public mutating func endObject() { self.end(UInt8(ascii: "}")) }
    public mutating func beginArray() { self.begin(UInt8(ascii: "[")) }
    public mutating func endArray() { self.end(UInt8(ascii: "]")) }

    /// Of a map.
    public mutating func key(_ key: String) {
        self.separate()
        self.append(quoting: key)
        self.endKey()
    }

    /// Of a known form: ASCII without quotes, backslashes and control characters.
    public mutating func member(_ name: StaticString) {
        self.separate()
        let text = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        if unsafe !self.buffer.append(quoting: text) {
            self.buffer.append(UInt8(ascii: "\""))
            self.buffer.append(name)
            self.buffer.append(UInt8(ascii: "\""))
        }
        self.endKey()
    }

    public mutating func write(_ text: String) {
        self.separate()
        self.append(quoting: text)
    }

    public mutating func write(_ number: Int64) {
        self.separate()
        if number < 0 { self.buffer.append(UInt8(ascii: "-")) }
        self.buffer.append(decimal: number.magnitude)
    }

    public mutating func write(_ flag: Bool) { self.write(word: flag ? "true" : "false") }

    /// As RFC 3339.
    public mutating func write(_ time: Timestamp) {
        if time != self.lastTime {
            self.lastTime = time
            self.lastTimeText = TextBuffer()
            self.lastTimeText.append(UInt8(ascii: "\""))
            time.write(to: &self.lastTimeText)
            self.lastTimeText.append(UInt8(ascii: "\""))
        }
        self.separate()
        self.buffer.append(self.lastTimeText)
    }

    public mutating func write(_ texts: [String]) {
        self.beginArray()
        for text in texts { self.write(text) }
        self.endArray()
    }

    /// What was written before.
    public mutating func write(json bytes: [UInt8]) {
        self.separate()
        unsafe bytes.withUnsafeBufferPointer { unsafe self.buffer.append($0) }
    }

    /// What JSON cannot hold becomes null.
    public mutating func write(_ value: Value) {
        switch value {
        case .bool(let flag): self.write(flag)
        case .int(let number): self.write(number)
        case .uint(let number):
            self.separate()
            self.buffer.append(decimal: number)
        case .double(let number) where number.isFinite:
            self.separate()
            unsafe number.plainDecimal.withUTF8Bytes { unsafe self.buffer.append($0) }
        case .string(let text): self.write(text)
        case .list(let elements):
            self.beginArray()
            for element in elements { self.write(element) }
            self.endArray()
        case .map(let map):
            self.beginObject()
            for entry in map.entries {
                self.key(entry.key.name)
                self.write(entry.value)
            }
            self.endObject()
        case .null, .double, .bytes, .timestamp, .duration, .type, .optional: self.write(word: "null")
        }
    }

    private mutating func write(word: StaticString) {
        self.separate()
        self.buffer.append(word)
    }
}

extension ValueMap.Key {
    /// As the key of an object.
    fileprivate var name: String {
        if case .string(let text) = self { text } else { self.value.json }
    }
}

// MARK: Between values

extension JSONWriter {
    @inline(__always)
    private mutating func separate() {
        if self.gap == .comma { self.buffer.append(UInt8(ascii: ",")) }
        if self.isIndented, self.gap != .nothing { self.breakLine() }
        self.gap = .comma
    }

    private mutating func endKey() {
        self.buffer.append(UInt8(ascii: ":"))
        if self.isIndented { self.buffer.append(UInt8(ascii: " ")) }
        self.gap = .nothing
    }

    private mutating func begin(_ bracket: UInt8) {
        self.separate()
        self.buffer.append(bracket)
        self.level += 1
        self.gap = .line
    }

    private mutating func end(_ bracket: UInt8) {
        self.level -= 1
        // What is empty stays on one line.
        if self.isIndented, self.gap == .comma { self.breakLine() }
        self.buffer.append(bracket)
        self.gap = .comma
    }

    private mutating func breakLine() {
        self.buffer.append(UInt8(ascii: "\n"))
        for _ in 0..<self.level { self.buffer.append("  ") }
    }
}

// MARK: Strings

extension JSONWriter {
    private mutating func append(quoting text: String) {
        unsafe text.withUTF8Bytes { bytes in
            if unsafe !self.buffer.append(quoting: bytes) { unsafe self.append(escaping: bytes) }
        }
    }

    @inline(never)
    private mutating func append(escaping bytes: UnsafeBufferPointer<UInt8>) {
        self.buffer.append(UInt8(ascii: "\""))
        var start = 0
        while true {
            let end = unsafe bytes.plainJSON(from: start).end
            unsafe self.buffer.append(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            if end == bytes.count { break }
            unsafe self.append(escaped: bytes[end])
            start = end + 1
        }
        self.buffer.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): self.buffer.append("\\\"")
        case UInt8(ascii: "\\"): self.buffer.append("\\\\")
        case 0x0A: self.buffer.append("\\n")
        case 0x0D: self.buffer.append("\\r")
        case 0x09: self.buffer.append("\\t")
        case 0x08: self.buffer.append("\\b")
        case 0x0C: self.buffer.append("\\f")
        default:
            self.buffer.append("\\u00")
            self.buffer.append(hexDigit(byte >> 4))
            self.buffer.append(hexDigit(byte & 15))
        }
    }
}

private func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

/// Writes compact JSON of a known form straight into bytes: the same bytes as ``Value/jsonBytes``, when the keys are
/// written in the order of their UTF-8, without a ``Value`` that is only made to be printed.
public struct JSONWriter {
    private var printer = JSONPrinter(indented: false)
    private var needsComma = false
    /// The time that was written last, and its text: what is written at one step mostly has the same.
    private var lastTime: (time: Timestamp, text: [UInt8])?

    public init(capacity: Int = 512) { self.printer.reserve(capacity) }

    public var bytes: [UInt8] { self.printer.output }

    public mutating func beginObject() { self.begin(UInt8(ascii: "{")) }
    public mutating func endObject() { self.end(UInt8(ascii: "}")) }
    public mutating func beginArray() { self.begin(UInt8(ascii: "[")) }
    public mutating func endArray() { self.end(UInt8(ascii: "]")) }

    public mutating func key(_ key: String) {
        self.separate()
        self.printer.append(quoted: key)
        self.printer.append(byte: UInt8(ascii: ":"))
        self.needsComma = false
    }

    public mutating func write(_ value: Value) {
        self.separate()
        self.printer.print(value, level: 0)
    }

    /// What was written before.
    public mutating func write(json bytes: [UInt8]) {
        self.separate()
        self.printer.append(bytes)
    }

    public mutating func write(_ text: String) {
        self.separate()
        self.printer.append(quoted: text)
    }

    public mutating func write(_ number: Int64) {
        self.separate()
        self.printer.append(number)
    }

    public mutating func write(_ flag: Bool) {
        self.separate()
        self.printer.append(flag ? "true" : "false")
    }

    /// As RFC 3339.
    public mutating func write(_ time: Timestamp) {
        self.separate()
        if let lastTime, lastTime.time == time { return self.printer.append(lastTime.text) }
        let start = self.printer.output.count
        self.printer.append(time)
        self.lastTime = (time, Array(self.printer.output[start...]))
    }

    public mutating func write(_ texts: [String]) {
        self.beginArray()
        for text in texts { self.write(text) }
        self.endArray()
    }

    private mutating func separate() {
        if self.needsComma { self.printer.append(byte: UInt8(ascii: ",")) }
        self.needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        self.separate()
        self.printer.append(byte: bracket)
        self.needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        self.printer.append(byte: bracket)
        self.needsComma = true
    }
}

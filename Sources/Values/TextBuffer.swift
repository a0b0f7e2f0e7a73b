/// UTF-8 in the making. Bytes are gathered in line before they join an array, which would ask at each of them whether it
/// has a single owner and room.
struct TextBuffer<let lineSize: Int> {
    private var array: [UInt8] = []
    private var line = InlineArray<lineSize, UInt8>(repeating: 0)
    private var used = 0

    mutating func reserveCapacity(_ count: Int) { self.array.reserveCapacity(count) }

    /// All that has been appended.
    var bytes: [UInt8] {
        mutating get {
            self.flush()
            return self.array
        }
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if self.used == lineSize { self.flush() }
        self.line[self.used] = byte
        self.used += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        let start = self.used
        guard bytes.count <= lineSize - start else { return unsafe self.append(long: bytes) }
        var line = self.line.mutableSpan
        unsafe line.withUnsafeMutableBytes {
            unsafe UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: UnsafeRawBufferPointer(bytes))
        }
        self.used = start + bytes.count
    }

    /// In quotes, copied and looked at word by word. false: JSON does not hold it as it is, or there is no room in the line;
    /// then nothing is appended.
    @inline(__always)
    mutating func append(quoting bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = self.used
        guard bytes.count <= lineSize - start - 2 else { return false }
        var line = self.line.mutableSpan
        let isPlain = unsafe line.withUnsafeMutableBytes { line in
            unsafe UnsafeMutableRawBufferPointer(rebasing: line[(start + 1)...]).copyPlainJSON(from: bytes)
        }
        guard isPlain else { return false }
        self.line[start] = UInt8(ascii: "\"")
        self.line[start + 1 + bytes.count] = UInt8(ascii: "\"")
        self.used = start + bytes.count + 2
        return true
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        unsafe self.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append<let size: Int>(_ other: TextBuffer<size>) {
        if other.array.isEmpty, size <= lineSize - self.used {
            let start = self.used
            // All of it: how much that is, the compiler knows.
            let whole = other.line
            var line = self.line.mutableSpan
            unsafe line.withUnsafeMutableBytes {
                unsafe $0.storeBytes(of: whole, toByteOffset: start, as: InlineArray<size, UInt8>.self)
            }
            self.used = start + other.used
            return
        }
        if !other.array.isEmpty { unsafe other.array.withUnsafeBufferPointer { unsafe self.append($0) } }
        unsafe other.line.span.extracting(first: other.used).withUnsafeBufferPointer { unsafe self.append($0) }
    }

    @inline(never)
    private mutating func append(long bytes: UnsafeBufferPointer<UInt8>) {
        self.flush()
        unsafe self.array.append(contentsOf: bytes)
    }

    @inline(never)
    private mutating func flush() {
        unsafe self.line.span.extracting(first: self.used).withUnsafeBufferPointer {
            unsafe self.array.append(contentsOf: $0)
        }
        self.used = 0
    }
}

// MARK: Numbers

extension TextBuffer {
    mutating func append(decimal number: UInt64) {
        if number < 10 { return self.append(digit: number) }
        if number >= 100 { self.append(decimal: number / 100) }
        self.append(twoDigits: Int(number % 100))
    }

    @inline(__always)
    mutating func append(twoDigits number: Int) {
        precondition(0 <= number && number < 100)
        self.append(digit: UInt64(truncatingIfNeeded: number) / 10)
        self.append(digit: UInt64(truncatingIfNeeded: number) % 10)
    }

    @inline(__always)
    private mutating func append(digit: UInt64) {
        self.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit))
    }

    /// A point and the digits up to the last that is not zero; nothing for zero.
    mutating func append(fractionOf nanoseconds: UInt64) {
        guard nanoseconds > 0 else { return }
        self.append(UInt8(ascii: "."))
        var rest = nanoseconds
        while rest > 0 {
            rest *= 10
            self.append(digit: rest / 1_000_000_000)
            rest %= 1_000_000_000
        }
    }
}

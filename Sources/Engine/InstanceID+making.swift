import Crypto
import Values

extension InstanceID {
    /// The instance that a workflow has for a business key; the same everywhere and always.
    package init(workflow: String, key: String) { self.init(hashing: ["key", workflow, key]) }

    /// The instance that a client's Idempotency-Key starts.
    package init(principal: String, idempotencyKey: String) {
        self.init(hashing: ["start", principal, idempotencyKey])
    }

    /// Version 7 (RFC 9562): in order of time; the slot comes from the random tail.
    init(at time: Timestamp, random: (UInt64, UInt64)) {
        let milliseconds = UInt64(max(0, time.microsecondsSinceEpoch / 1000))
        self.init(
            high: milliseconds << 16 | 0x7000 | random.0 & 0x0FFF,
            low: 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Version 8 (RFC 9562): the first half of SHA-256 over the parts, each with its length.
    private init(hashing parts: [String]) {
        var bytes: [UInt8] = []
        for part in parts { bytes.append(counted: part.utf8) }
        let digest = Array(SHA256.hash(data: bytes).prefix(16))
        let high = digest[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = digest[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(
            high: high & ~0xF000 | 0x8000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }
}

extension [UInt8] {
    /// The number of bytes, then the bytes: so that lists of texts have one reading only.
    mutating func append(counted bytes: some Collection<UInt8>) {
        self.append(fixed: UInt32(truncatingIfNeeded: bytes.count))
        self.append(contentsOf: bytes)
    }

    mutating func append(fixed value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe self.append(contentsOf: $0) }
    }
}

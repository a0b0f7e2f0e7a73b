/// A set of ASCII characters, by their bytes.
struct ASCIISet: Sendable {
    private let bits: UInt128

    init(_ text: StaticString) {
        self.bits = text.withUTF8Buffer { bytes in unsafe bytes.reduce(0) { $0 | 1 << UInt128($1) } }
    }

    func contains(_ byte: UInt8) -> Bool { byte < 128 && self.bits >> UInt128(byte) & 1 == 1 }
}

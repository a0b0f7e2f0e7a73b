import Postgres

/// The id of an instance: a UUID. Its last two bytes give the slot that its rows live in.
package struct InstanceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Lower or upper case, with hyphens; nil for anything else.
    package init?(_ text: String) {
        guard let uuid = PostgresUUID(text) else { return nil }
        self.init(uuid)
    }

    package var slot: Int16 { Int16(truncatingIfNeeded: self.low & 1023) }

    package static func < (left: InstanceID, right: InstanceID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    package var description: String { self.uuid.description }
}

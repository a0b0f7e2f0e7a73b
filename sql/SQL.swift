/// Every statement of this product, one a file: those of the write path in `SQL+commands.swift`, of reads in
/// `SQL+queries.swift`.
package enum SQL {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A pgbench script that writes the rows of a transition, one transaction each in two round trips.
    package static let baselineTransition = text(PackageResources.baseline_transition_pgbench)
    /// What one measurement left behind is not to burden the next one.
    package static let checkpoint = text(PackageResources.checkpoint_sql)
    package static let vacuum = text(PackageResources.vacuum_sql)
}

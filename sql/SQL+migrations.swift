/// Migrations in the order in which they are applied; a new one gets a line here and one in `Package.swift`. One that was
/// published never changes again.
extension SQL {
    package static let migrations: [(name: String, text: String)] = [
        ("foundation", text(PackageResources.v001_foundation_sql)),
        ("holds and priorities", text(PackageResources.v002_holds_and_priorities_sql)),
    ]
}

/// Statements of the write path.
extension SQL {
    package static let currentSchema = text(PackageResources.current_schema_sql)
    package static let notify = text(PackageResources.notify_sql)
}

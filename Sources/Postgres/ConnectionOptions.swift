/// Where to connect and how the session is set up.
package struct ConnectionOptions: Sendable {
    /// What libpq takes: `postgresql://…`, `host=a,b target_session_attrs=read-write …`, a database's name, or nothing
    /// for the `PG*` environment variables.
    package var target: String
    package var applicationName = "silian"
    /// For each host; a `connect_timeout` in the target wins.
    package var connectTimeout: Duration = .seconds(5)
    /// Off behind a pooler that gives each transaction another session.
    package var preparesStatements = true
    /// Ends a session that holds a transaction open without using it, so that a frozen process delays nobody for long.
    package var idleInTransactionTimeout: Duration?
    package var lockTimeout: Duration?
    /// Schemas, as in SQL.
    package var searchPath: String?

    package init(target: String = "") {
        self.target = target
    }

    /// Set right after connecting rather than by the start-up packet, which poolers refuse or ignore.
    var settings: [(name: String, value: String)] {
        var settings: [(String, String)] = []
        if let idleInTransactionTimeout {
            settings.append(("idle_in_transaction_session_timeout", Self.milliseconds(idleInTransactionTimeout)))
        }
        if let lockTimeout { settings.append(("lock_timeout", Self.milliseconds(lockTimeout))) }
        if let searchPath { settings.append(("search_path", searchPath)) }
        return settings
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }
}

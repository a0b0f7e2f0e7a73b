import Foundation

/// The folder of `postgres` and `initdb`, and their major version.
struct Installation: Hashable, Sendable {
    let directory: String
    let major: Int

    func path(of program: String) -> String { self.directory + "/" + program }

    /// Found where the usual packages put it; the newest first, or the one that a data directory needs.
    static func find(major: Int?, environment: [String: String]) async throws(ClusterError) -> Installation {
        try await Self.find(major: major, in: Self.candidates(environment), preferred: environment["SILIAN_PG_BIN"])
    }

    static func find(
        major: Int?, in directories: [String], preferred: String?
    ) async throws(ClusterError) -> Installation {
        var found: [Installation] = []
        for directory in directories {
            guard let installation = await Self(at: directory) else { continue }
            // A folder that was named expressly is taken as it is, or not at all.
            if directory == preferred, major == nil || major == installation.major {
                return installation
            }
            found.append(installation)
        }
        let fitting = found.filter { major == nil || $0.major == major }
        if let best = fitting.max(by: { $0.major < $1.major }) { return best }
        guard let major, !found.isEmpty else {
            throw ClusterError(
                .notInstalled,
                "No PostgreSQL server of version \(Self.oldest) or newer is installed. On Debian and Ubuntu: apt-get install "
                    + "postgresql. Elsewhere, install it, or name the folder of its programs in SILIAN_PG_BIN."
            )
        }
        let versions = Set(found.map(\.major)).sorted().map(String.init).joined(separator: ", ")
        throw ClusterError(
            .wrongVersion,
            "The data directory was made by PostgreSQL \(major), but only \(versions) is installed. Install version "
                + "\(major) (on Debian: apt-get install postgresql-\(major)), or convert the data with pg_upgrade.")
    }

    private static let oldest = 15

    private init?(at directory: String) async {
        let files = FileManager.default
        guard files.isExecutableFile(atPath: directory + "/postgres"),
            files.isExecutableFile(atPath: directory + "/initdb"),
            let version = try? await Program(directory + "/postgres", ["--version"]).run().output,
            let major = Self.major(inVersion: version), major >= Self.oldest
        else { return nil }
        self.directory = directory
        self.major = major
    }

    /// `postgres (PostgreSQL) 15.18 (Debian …)`, or `17beta2`.
    static func major(inVersion text: String) -> Int? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(of: "(PostgreSQL)"), index + 1 < words.count else { return nil }
        return Int(words[index + 1].prefix(while: \.isNumber))
    }

    private static func candidates(_ environment: [String: String]) -> [String] {
        var directories: [String] = []
        if let named = environment["SILIAN_PG_BIN"], !named.isEmpty { directories.append(named) }
        directories += Self.children(of: "/usr/lib/postgresql", prefix: "").map { $0 + "/bin" }
        directories += Self.children(of: "/usr", prefix: "pgsql-").map { $0 + "/bin" }
        for homebrew in ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"] {
            directories += Self.children(of: homebrew, prefix: "postgresql").map { $0 + "/bin" }
        }
        directories.append("/usr/local/pgsql/bin")
        directories += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return directories
    }

    private static func children(of directory: String, prefix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.map { directory + "/" + $0 }
    }
}

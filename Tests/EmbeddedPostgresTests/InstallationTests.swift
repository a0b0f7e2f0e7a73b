import Foundation
import Testing

@testable import EmbeddedPostgres

struct InstallationTests {
    /// Statements use what version 15 has.
    @Test(arguments: [(14, false), (15, true)])
    func `a version that is too old is none`(major: Int, isFound: Bool) async throws {
        let folder = "/tmp/silian-test-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for program in ["postgres", "initdb"] {
            let script = "#!/bin/sh\necho 'postgres (PostgreSQL) \(major).1'\n"
            let path = "\(folder)/\(program)"
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: Data(script.utf8), attributes: [.posixPermissions: 0o755]))
        }
        let found = try? await Installation.find(major: nil, in: [folder], preferred: nil)
        #expect(found?.major == (isFound ? major : nil))
    }

    @Test(arguments: [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15), ("postgres (PostgreSQL) 17beta2", 17),
        ("postgres (EnterpriseDB) 12", nil), ("", nil),
    ])
    func `the major version is read`(text: String, major: Int?) {
        #expect(Installation.major(inVersion: text) == major)
    }
}

import Testing

@testable import EmbeddedPostgres

struct InstallationTests {
    @Test(arguments: [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15), ("postgres (PostgreSQL) 17beta2", 17),
        ("postgres (EnterpriseDB) 12", nil), ("", nil),
    ])
    func `the major version is read`(text: String, major: Int?) {
        #expect(Installation.major(inVersion: text) == major)
    }
}

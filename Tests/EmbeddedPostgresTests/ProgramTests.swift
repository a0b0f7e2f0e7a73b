import Foundation
import Testing

@testable import EmbeddedPostgres

/// Programs that run as another user; only root can.
@Suite(.timeLimit(.minutes(2)), .enabled(if: geteuid() == 0, "only root runs programs as another user"))
struct ProgramTests {
    @Test func `a program has the user's ids and no others`() async throws {
        let user = try #require(try ServerUser.current())
        let ended = try await Program("/bin/sh", ["-c", "id -u; id -G"], as: user).run()
        #expect(ended.succeeded, "\(ended.errors)")
        #expect(ended.output == "\(user.id)\n\(user.group)\n")
    }

    @Test func `programs start while threads come and go`() async throws {
        let user = try #require(try ServerUser.current())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for _ in 0..<2_000 {
                    for _ in 0..<8 { Thread.detachNewThread {} }
                    await Task.yield()
                }
                return true
            }
            for _ in 0..<200 { group.addTask { try await Program("/bin/true", [], as: user).run().succeeded } }
            for try await succeeded in group { #expect(succeeded) }
        }
    }
}

struct UserChangeTests {
    @Test func `where setpriv is missing, its package is named`() {
        let error = #expect(throws: ClusterError.self) { try Program.setpriv(in: ["/nowhere"]) }
        #expect(error?.code == .notInstalled && error?.message.contains("util-linux") == true)
    }
}

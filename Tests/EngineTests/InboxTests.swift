import Statecharts
import Testing
import Values

@testable import Engine

@Suite struct InboxTests {
    private static func id(_ n: UInt64) -> InstanceID { InstanceID(high: n, low: n) }

    /// Items without a caller, as the pump's: nothing has to be resumed.
    private static func item(_ ticket: UInt64, of instance: UInt64, isBulk: Bool = false) -> Inbox.Item {
        Inbox.Item(
            ticket: ticket, command: Command(instance: id(instance), action: .wake, by: Actor(), isBulk: isBulk),
            weight: 1, deadline: nil)
    }

    private static func inbox(_ change: (inout Limits) -> Void = { _ in }) -> Inbox {
        var limits = Limits()
        change(&limits)
        return Inbox(limits: limits)
    }

    /// What an asking writer gets at once; nil: it waits, or has to end.
    private static func take(_ inbox: inout Inbox) async -> Inbox.Taken? {
        var copy = inbox
        defer { inbox = copy }
        return await withCheckedContinuation { writer in
            switch copy.next(writer) {
            case .taken(let taken): writer.resume(returning: taken)
            case .end: writer.resume(returning: nil)
            case .wait:
                for writer in copy.close().writers { writer.resume(returning: nil) }
            }
        }
    }

    @Test func `commands of an instance that is in a batch wait for its end, in order`() async throws {
        var inbox = Self.inbox()
        _ = inbox.add(Self.item(1, of: 7), caller: nil)
        let first = try #require(await Self.take(&inbox))
        for ticket in 2...4 as ClosedRange<UInt64> { _ = inbox.add(Self.item(ticket, of: 7), caller: nil) }
        _ = inbox.add(Self.item(5, of: 8), caller: nil)
        let second = try #require(await Self.take(&inbox))
        #expect(second.items.map(\.ticket) == [5])
        _ = inbox.finish(first, postponed: [])
        let third = try #require(await Self.take(&inbox))
        #expect(third.items.map(\.ticket) == [2, 3, 4])
        #expect(inbox.count == 0)
    }

    @Test func `what another transaction holds is postponed, and nothing overtakes it`() async throws {
        var inbox = Self.inbox()
        _ = inbox.add(Self.item(1, of: 7), caller: nil)
        let first = try #require(await Self.take(&inbox))
        _ = inbox.add(Self.item(2, of: 7), caller: nil)
        _ = inbox.finish(first, postponed: first.items)
        _ = inbox.add(Self.item(3, of: 7), caller: nil)
        _ = inbox.add(Self.item(4, of: 8), caller: nil)
        let second = try #require(await Self.take(&inbox))
        #expect(second.items.map(\.ticket) == [4])
        _ = inbox.release(Self.id(7))
        let third = try #require(await Self.take(&inbox))
        #expect(third.items.map(\.ticket) == [1, 2, 3])
    }

    @Test func `bulk work leaves half of a batch to people`() async throws {
        var inbox = Self.inbox { $0.batchCommands = 10 }
        for n in 1...30 as ClosedRange<UInt64> { _ = inbox.add(Self.item(n, of: n, isBulk: true), caller: nil) }
        for n in 101...130 as ClosedRange<UInt64> { _ = inbox.add(Self.item(n, of: n), caller: nil) }
        let taken = try #require(await Self.take(&inbox))
        #expect(taken.items.count == 10)
        #expect(taken.items.filter { !$0.command.isBulk }.count == 5)
    }

    @Test func `a batch has so many commands and bytes at most`() async throws {
        var inbox = Self.inbox {
            $0.batchCommands = 4
            $0.batchBytes = 2
        }
        for n in 1...9 as ClosedRange<UInt64> { _ = inbox.add(Self.item(n, of: n), caller: nil) }
        #expect(await Self.take(&inbox)?.items.count == 2)
    }

    @Test func `a full inbox refuses`() {
        var inbox = Self.inbox { $0.inboxCommands = 1 }
        _ = inbox.add(Self.item(1, of: 1), caller: nil)
        guard case .refused(let error) = inbox.add(Self.item(2, of: 2), caller: nil) else {
            Issue.record("the second command was admitted")
            return
        }
        #expect(error.code == .unavailable && error.retryAfterSeconds != nil)
    }

    @Test func `a cancelled command is not taken`() async throws {
        var inbox = Self.inbox()
        let result = await #expect(throws: CancellationError.self) {
            _ = try await withCheckedThrowingContinuation { (caller: Inbox.Caller) in
                let item = Inbox.Item(
                    ticket: 1, command: Command(instance: Self.id(1), action: .wake, by: Actor()), weight: 1,
                    deadline: .now + .seconds(9))
                _ = inbox.add(item, caller: caller)
                inbox.cancel(1)?.resume(throwing: CancellationError())
            }
        }
        #expect(result != nil)
        _ = inbox.add(Self.item(2, of: 2), caller: nil)
        #expect(await Self.take(&inbox)?.items.map(\.ticket) == [2])
        #expect(inbox.count == 0)
    }
}

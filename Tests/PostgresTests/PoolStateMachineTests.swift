import Testing

@testable import Postgres

struct PoolStateMachineTests {
    private let start = ContinuousClock.now

    private func limits(connections: Int = 2, waiting: Int = 100) -> Pool.Limits {
        var limits = Pool.Limits()
        limits.connections = connections
        limits.waiting = waiting
        limits.checkAfter = .seconds(30)
        limits.closeAfter = .seconds(600)
        return limits
    }

    @Test func `a request without a connection makes one and gets it`() {
        var machine = PoolStateMachine(limits: self.limits())

        let (action, chores) = machine.requested(1, now: self.start)
        #expect(action == .wait)
        #expect(chores.connectAfter == .zero)
        #expect(machine.connected(100, now: self.start).lend == [1: .init(connection: 100, needsCheck: false)])
    }

    @Test func `never more connections than allowed`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 2))

        let attempts = (1...5).map { machine.requested($0, now: self.start).1.connectAfter }

        #expect(attempts == [.zero, .zero, nil, nil, nil])
    }

    @Test func `who came first is served first`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 1))
        for request in 1...3 { _ = machine.requested(UInt64(request), now: self.start) }

        var order = machine.connected(100, now: self.start).lend.keys.map { $0 }
        for _ in 0..<2 { order += machine.released(100, isUsable: true, now: self.start).lend.keys }

        #expect(order == [1, 2, 3])
    }

    @Test func `a request that gave up is passed over`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 1))
        for request in 1...3 { _ = machine.requested(UInt64(request), now: self.start) }

        let first = machine.abandoned(1)
        let second = machine.abandoned(1)
        #expect(first && !second)
        #expect(machine.connected(100, now: self.start).lend.keys.first == 2)
    }

    @Test func `a broken connection is replaced while somebody waits`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 1))
        _ = machine.requested(1, now: self.start)
        _ = machine.connected(100, now: self.start)
        _ = machine.requested(2, now: self.start)

        let chores = machine.released(100, isUsable: false, now: self.start)

        #expect(chores.close == [100])
        #expect(chores.connectAfter == .zero)
        #expect(chores.lend.isEmpty)
    }

    @Test func `attempts to connect come further and further apart, one at a time`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 2))
        _ = machine.requested(1, now: self.start)
        _ = machine.requested(2, now: self.start)

        let first = machine.connectFailed(now: self.start, jitter: 1)
        let second = machine.connectFailed(now: self.start, jitter: 1)
        #expect(first.connectAfter == nil)
        #expect(second.connectAfter == PoolStateMachine.firstBackOff * 2)
        var longest = Duration.zero
        for _ in 0..<20 {
            longest = max(longest, machine.connectFailed(now: self.start, jitter: 1).connectAfter ?? .zero)
        }
        #expect(longest == PoolStateMachine.longestBackOff)
    }

    @Test func `nobody waits, nothing is tried`() {
        var machine = PoolStateMachine(limits: self.limits())
        _ = machine.requested(1, now: self.start)
        _ = machine.abandoned(1)

        #expect(machine.connectFailed(now: self.start, jitter: 0).connectAfter == nil)
    }

    @Test func `a connection long unused is checked, and one unused for longer closed`() {
        var machine = PoolStateMachine(limits: self.limits())
        for request: UInt64 in 1...2 { _ = machine.requested(request, now: self.start) }
        _ = machine.connected(100, now: self.start)
        _ = machine.connected(101, now: self.start)
        _ = machine.released(100, isUsable: true, now: self.start)
        _ = machine.released(101, isUsable: true, now: self.start + .seconds(590))

        let (action, chores) = machine.requested(3, now: self.start + .seconds(620))

        #expect(action == .lend(.init(connection: 101, needsCheck: true)))
        #expect(chores.close == [100])
    }

    @Test func `too many requests are refused`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 1, waiting: 1))
        _ = machine.requested(1, now: self.start)

        #expect(machine.requested(2, now: self.start).0 == .refuse(.poolExhausted))
    }

    @Test func `closing refuses who waits and is done when all is given back`() {
        var machine = PoolStateMachine(limits: self.limits(connections: 1))
        _ = machine.requested(1, now: self.start)
        _ = machine.connected(100, now: self.start)
        _ = machine.requested(2, now: self.start)

        #expect(machine.closed().refuse == [2])
        #expect(!machine.isDone)
        #expect(machine.requested(3, now: self.start).0 == .refuse(.closed))
        #expect(machine.released(100, isUsable: true, now: self.start).close == [100])
        #expect(machine.isDone)
    }
}

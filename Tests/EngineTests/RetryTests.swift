import Statecharts
import Testing

@testable import Engine

@Suite struct RetryTests {
    private static func policy(attempts: Int = 5, first: Double = 5, factor: Double = 2, max: Double = 60) -> Retry {
        var retry = Retry()
        retry.attempts = attempts
        retry.first = .seconds(first)
        retry.factor = factor
        retry.max = .seconds(max)
        retry.jitter = 0
        return retry
    }

    @Test(arguments: [(1, 5.0), (2, 10.0), (3, 20.0), (4, 40.0), (5, 60.0), (6, 60.0), (1_000_000, 60.0)])
    func `waits grow by the factor up to the maximum`(attempt: Int, seconds: Double) {
        #expect(RetryPlan(Self.policy()).waitSeconds(after: attempt, chance: 0.5) == seconds)
    }

    @Test func `jitter spreads a wait to both sides`() {
        var policy = Self.policy()
        policy.jitter = 0.2
        let plan = RetryPlan(policy)
        #expect(plan.waitSeconds(after: 1, chance: 0) == 4)
        #expect(plan.waitSeconds(after: 1, chance: 0.5) == 5)
        #expect(plan.waitSeconds(after: 1, chance: 1) == 6)
    }

    @Test func `the last attempt allows no other, and one beyond it is exhausted`() {
        let plan = RetryPlan(Self.policy(attempts: 3))
        #expect(plan.allowsAnother(after: 2) && !plan.allowsAnother(after: 3))
        #expect(!plan.isExhausted(at: 3) && plan.isExhausted(at: 4))
    }

    @Test func `granted attempts begin anew, waits included`() {
        let plan = RetryPlan(Self.policy(attempts: 3), granted: 7)
        #expect(plan.allowsAnother(after: 9) && !plan.allowsAnother(after: 10))
        #expect(plan.waitSeconds(after: 8, chance: 0.5) == 5)
    }

    @Test(arguments: [0.0, -1, 1])
    func `a factor that does not grow keeps the first wait`(factor: Double) {
        #expect(RetryPlan(Self.policy(factor: factor)).waitSeconds(after: 9, chance: 0.5) == 5)
    }

    @Test func `what is stored is read again`() {
        let plan = RetryPlan(Self.policy(attempts: 9, first: 0.25, factor: 1.5, max: 7), granted: 4)
        #expect(RetryPlan(stored: plan.stored) == plan)
    }

    @Test(arguments: [nil, "", "null", "{}", "{\"attempts\":\"many\"}"])
    func `what is not stored is as without a policy`(text: String?) {
        #expect(RetryPlan(stored: text) == RetryPlan(Retry()))
    }
}

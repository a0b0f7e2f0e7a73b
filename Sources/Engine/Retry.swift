package import Statecharts
import Values

/// How often a job may still be tried: its policy, and the attempts that were granted on top of it (by hand, or because
/// a lease was given back at shutdown). An attempt's number fences, so that it only grows.
package struct RetryPlan: Sendable, Hashable {
    package var policy: Retry
    package var granted: Int

    package init(_ policy: Retry = Retry(), granted: Int = 0) {
        self.policy = policy
        self.granted = granted
    }

    /// Attempts that have been made, counted since the last grant.
    package func tries(at attempt: Int) -> Int { max(0, attempt - self.granted) }

    /// Whether a job may be tried again after this attempt failed.
    package func allowsAnother(after attempt: Int) -> Bool { self.tries(at: attempt) < self.policy.attempts }

    /// Whether this attempt is one too many: the leases of those before ran out, and nobody reported.
    package func isExhausted(at attempt: Int) -> Bool { self.tries(at: attempt) > max(1, self.policy.attempts) }

    /// Seconds to wait after this attempt failed: exponential, bounded, and spread by the jitter.
    ///
    /// `chance` is a random number from 0 to 1.
    package func waitSeconds(after attempt: Int, chance: Double) -> Double {
        let longest = max(0, self.policy.max.seconds)
        var wait = min(longest, max(0, self.policy.first.seconds))
        var tries = self.tries(at: attempt)
        while tries > 1, wait > 0, wait < longest, self.policy.factor > 1 {
            wait *= self.policy.factor
            tries -= 1
        }
        let jitter = min(1, max(0, self.policy.jitter))
        return min(wait, longest) * (1 + jitter * (2 * min(1, max(0, chance)) - 1))
    }
}

// As a job row keeps it: `{"attempts":5,"factor":2.0,"first":5.0,"granted":0,"jitter":0.2,"max":600.0}`, in seconds.
extension RetryPlan {
    package var stored: String {
        let fields: Value = [
            "attempts": .int(Int64(self.policy.attempts)), "factor": .double(self.policy.factor),
            "first": .double(self.policy.first.seconds), "granted": .int(Int64(self.granted)),
            "jitter": .double(self.policy.jitter), "max": .double(self.policy.max.seconds),
        ]
        return fields.json
    }

    /// What is absent or of another kind is as in a definition without `retry`.
    package init(stored text: String?) {
        self.init()
        guard let text, let fields = try? Value(json: text) else { return }
        if let attempts = fields["attempts"]?.int { self.policy.attempts = Int(clamping: attempts) }
        if let factor = fields["factor"]?.number { self.policy.factor = factor }
        if let first = fields["first"]?.number { self.policy.first = .seconds(min(1e9, max(0, first))) }
        if let granted = fields["granted"]?.int { self.granted = Int(clamping: granted) }
        if let jitter = fields["jitter"]?.number { self.policy.jitter = jitter }
        if let longest = fields["max"]?.number { self.policy.max = .seconds(min(1e9, max(0, longest))) }
    }
}

extension Duration {
    package var seconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

extension Value {
    fileprivate var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

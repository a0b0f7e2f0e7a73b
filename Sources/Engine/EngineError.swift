package import Statecharts

/// Why the engine did not do what it was asked to. Web turns the code into a status, the CLI into an exit code.
package struct EngineError: Error, Sendable {
    package enum Code: String, Sendable {
        case notFound  // 404
        case forbidden  // 403
        case unauthorized  // 401
        /// The event took no transition, the task is not open, the lease was lost.
        case refused  // 409
        /// `If-Match` does not hold.
        case preconditionFailed  // 412
        /// Data, key or definition does not fit.
        case invalid  // 422
        case tooLarge  // 413
        case tooMany  // 429
        /// The step failed: nothing changed.
        case failed  // 422
        /// The database cannot be reached, a queue is full, the server is stopping.
        case unavailable  // 503
        case internalError  // 500
    }

    package var code: Code
    /// For the person who asked; no SQL, no data of others.
    package var detail: String
    /// The detail in Chinese, where there is one.
    package var zh: String?
    package var fields: [Refusal.FieldError] = []
    package var candidates: [Refusal.Candidate] = []
    package var diagnostics: [Diagnostic] = []
    package var retryAfterSeconds: Int?

    package init(
        _ code: Code, _ detail: String, fields: [Refusal.FieldError] = [], candidates: [Refusal.Candidate] = [],
        diagnostics: [Diagnostic] = [], retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.detail = detail
        self.fields = fields
        self.candidates = candidates
        self.diagnostics = diagnostics
        self.retryAfterSeconds = retryAfterSeconds
    }
}

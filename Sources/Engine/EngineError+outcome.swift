import Statecharts

extension EngineError {
    /// Why a step took nothing, for who asked.
    init(_ outcome: Outcome) {
        switch outcome {
        case .taken, .ignored: self.init(.internalError, "The step was taken, but has no state.")
        case .refused(let refusal): self.init(refusal)
        case .failed(let fault): self.init(fault)
        }
    }

    private init(_ refusal: Refusal) {
        var fields: [Refusal.FieldError] = []
        let code: Code
        switch refusal.code {
        case .noTransition, .gone, .notYours, .notNow, .notActive, .parked: code = .refused
        case .unknownEvent: code = .invalid
        case .forbidden: code = .forbidden
        case .invalidData(let errors):
            code = .invalid
            fields = errors
        }
        self.init(code, refusal.detail, fields: fields, candidates: refusal.candidates)
        self.zh = refusal.zh
    }

    private init(_ fault: Fault) {
        self.init(fault.code == .limit ? .tooLarge : .failed, fault.detail(in: "en"), fields: fault.fields)
        self.zh = fault.detail(in: "zh")
    }
}

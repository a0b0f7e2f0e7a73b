/// What a host provides: the types of its variables and functions.
public struct Declarations: Sendable {
    /// One way to call a function; a member call's target is the first parameter.
    public struct Overload: Sendable {
        public var parameters: [ValueType]
        public var result: ValueType

        public init(_ parameters: [ValueType], _ result: ValueType) {
            self.parameters = parameters
            self.result = result
        }
    }

    public var variables: [String: ValueType]
    /// Of names in ``Options/functions``; one without overloads takes and gives anything.
    public var functions: [String: [Overload]]

    public init(variables: [String: ValueType] = [:], functions: [String: [Overload]] = [:]) {
        self.variables = variables
        self.functions = functions
    }
}

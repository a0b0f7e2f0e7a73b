public import Values

extension Schema {
    /// A part of this schema with what its `$ref` and `allOf` say merged into it.
    public func merged(_ part: Value) -> Value {
        var budget = ValidationLimits.sayings
        return part.map == nil ? part : .map(self.compiled.flatten(part, &budget))
    }
}

/// An ISO 8601 duration as written, calendar parts apart: `P1Y2M3W4DT5H6M7.5S`. All parts share the sign.
public struct ISODuration: Sendable, Hashable {
    public var years = 0
    public var months = 0
    /// Weeks count seven.
    public var days = 0
    public var hours = 0
    public var minutes = 0
    public var seconds = 0
    public var nanoseconds = 0
    public init() {}
}

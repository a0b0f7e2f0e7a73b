/// Which days are working days, and in which zone days begin. An immutable value with a hash.
public struct WorkCalendar: Sendable, Hashable {
    public var name: String
    /// IANA name.
    public var zone: String
    /// 1 Monday … 7 Sunday.
    public var weekend: Set<Int>
    /// Days that differ from the rule, `yyyy-MM-dd` → is a working day.
    public var exceptions: [String: Bool]

    public init(
        name: String, zone: String = "Asia/Shanghai", weekend: Set<Int> = [6, 7], exceptions: [String: Bool] = [:]
    ) {
        self.name = name
        self.zone = zone
        self.weekend = weekend
        self.exceptions = exceptions
    }

    /// Monday to Friday, Asia/Shanghai.
    public static let `default` = WorkCalendar(name: "default")
}

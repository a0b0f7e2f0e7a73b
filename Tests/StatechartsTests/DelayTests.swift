import Statecharts
import Testing
import Values

@Suite struct DelayTests {
    @Test func `a sum keeps its terms in order`() throws {
        let terms = try #require(Delay.terms("P6M + 10 workdays"))

        #expect(terms == [.iso(try ISODuration("P6M")), .workdays(10)])
    }

    @Test(arguments: ["", "10", "5 days", "P6M +", "+ 1 workday", "1.5 workdays", "workday", "P6M, P1D"])
    func `what is not a delay is not read`(text: String) {
        #expect(Delay.terms(text) == nil)
    }
}

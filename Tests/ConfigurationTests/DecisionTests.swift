import Configuration
import Testing

struct DecisionTests {
    @Test func `the stricter of two decisions is their maximum`() {
        #expect(max(Decision.allow, .approve) == .approve)
        #expect(max(Decision.deny, .approve) == .deny)
        #expect(Decision.allCases.sorted() == [.allow, .approve, .deny])
    }
}

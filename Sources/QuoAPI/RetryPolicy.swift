import HTTP

/// When and after how long a failed read is repeated.
///
/// Writes are never repeated.
package struct RetryPolicy: Sendable {
    /// The most attempts after the first.
    package var maximumRetries: Int
    /// The most that the first wait can be; doubled for each further one.
    package var baseDelay: Duration
    /// The most that any wait can be, unless the API asks for longer.
    package var maximumDelay: Duration
    /// The longest wait that the API can ask for; beyond it the read fails at once.
    package var maximumRetryAfter: Duration
    /// How long after the beginning of the first attempt the last one may begin.
    ///
    /// With the 30 s that an attempt may take, whoever asked is told before hosts give up on a call after 60 s.
    package var maximumElapsed: Duration
    /// A number from 0 up to but not including 1; spreads clients that failed together.
    package var random: @Sendable () -> Double

    /// Makes a policy.
    package init(
        maximumRetries: Int = 3, baseDelay: Duration = .milliseconds(250), maximumDelay: Duration = .seconds(4),
        maximumRetryAfter: Duration = .seconds(20), maximumElapsed: Duration = .seconds(25),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.maximumRetries = maximumRetries
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.maximumRetryAfter = maximumRetryAfter
        self.maximumElapsed = maximumElapsed
        self.random = random
    }

    /// How long to wait before the next attempt, or nil where there is to be none.
    ///
    /// - Parameters:
    ///   - error: Why the attempt failed.
    ///   - retries: How many attempts there were after the first.
    ///   - elapsed: How long ago the first began.
    func delay(after error: APIError, retries: Int, elapsed: Duration) -> Duration? {
        guard retries < maximumRetries, isPassing(error.kind) else { return nil }
        let ceiling = min(maximumDelay, baseDelay * (1 << min(retries, 20)))
        let backoff = ceiling * random()
        let asked = error.retryAfter ?? .zero
        let delay = max(asked, backoff)
        return asked > maximumRetryAfter || elapsed + delay > maximumElapsed ? nil : delay
    }

    private func isPassing(_ kind: APIError.Kind) -> Bool {
        switch kind {
        case .http(let status): status == 429 || (500...504).contains(status)
        case .transport(let error):
            switch error.code {
            case .cannotResolve, .cannotConnect, .timedOut, .connectionLost: true
            case .tls, .tooLarge, .cancelled, .unavailable: false
            }
        case .invalidRequest, .undecodable: false
        }
    }
}

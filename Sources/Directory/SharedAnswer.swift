import QuoAPI

/// An answer that is kept for some minutes, and asked for once by all who want it meanwhile.
actor SharedAnswer<Value: Sendable> {
    private static var lifetime: Int64 { 300_000 }

    private let read: @Sendable () async -> Result<Value, APIError>
    private var asking: Task<Result<Value, APIError>, Never>?
    private var askedAt: Int64 = 0
    /// The last answer there was, whatever its age.
    private(set) var latest: Value?

    init(_ read: @escaping @Sendable () async throws(APIError) -> Value) {
        self.read = {
            do throws(APIError) { return .success(try await read()) } catch { return .failure(error) }
        }
    }

    /// The answer; a failure is not kept.
    ///
    /// - Parameters:
    ///   - now: In milliseconds since 1970.
    ///   - age: The greatest age in milliseconds, at most the five minutes that answers are kept.
    func value(now: Int64, age: Int64 = .max) async throws(APIError) -> Value {
        let isFresh = (0..<min(age, Self.lifetime)).contains(now - askedAt)
        let task: Task<Result<Value, APIError>, Never>
        if let asking, isFresh {
            task = asking
        } else {
            // Not the caller's own, so that one who gives up takes it from nobody else.
            task = Task { [read] in await read() }
            asking = task
            askedAt = now
        }
        let result = await task.value
        switch result {
        case .success(let value):
            if asking == task { latest = value }
            return value
        case .failure(let error):
            if asking == task { asking = nil }
            throw error
        }
    }
}

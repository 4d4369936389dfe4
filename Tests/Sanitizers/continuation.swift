// Tells the thread sanitizer that a continuation resumed before it was awaited has been resumed; scripts/sanitize links
// it into what that sanitizer watches.
//
// The runtime says so itself where the task had to wait. Where it had not, it goes on at once, and does not.

@_silgen_name("acquireCurrentTask") func acquireCurrentTask()

/// Stands for the function of the same name.
@_silgen_name("$ss23withCheckedContinuation9isolation8function_xScA_pSgYi_SSyScCyxs5NeverOGXEtYalF")
public func withCheckedContinuation<Value>(
    isolation: isolated (any Actor)?, function: String, _ body: (CheckedContinuation<Value, Never>) -> Void
) async -> sending Value {
    let value = await withUnsafeContinuation(isolation: isolation) {
        body(CheckedContinuation(continuation: $0, function: function))
    }
    acquireCurrentTask()
    return value
}

/// Stands for the function of the same name.
@_silgen_name("$ss31withCheckedThrowingContinuation9isolation8function_xScA_pSgYi_SSyScCyxs5Error_pGXEtYaKlF")
public func withCheckedThrowingContinuation<Value>(
    isolation: isolated (any Actor)?, function: String, _ body: (CheckedContinuation<Value, any Error>) -> Void
) async throws -> sending Value {
    defer { acquireCurrentTask() }
    return try await withUnsafeThrowingContinuation(isolation: isolation) {
        body(CheckedContinuation(continuation: $0, function: function))
    }
}

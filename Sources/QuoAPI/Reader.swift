package import JSON

/// The half of the client that changes nothing.
package struct Reader: Sendable {
    let connection: Connection

    /// Makes a reader of a connection.
    package init(_ connection: Connection) { self.connection = connection }

    /// What stands between this program and the API.
    package var gateway: Gateway { connection.options.gateway }

    /// Performs a read and returns the whole answer, envelope included.
    ///
    /// Attempts that failed for a passing reason are repeated as the connection's ``RetryPolicy`` says.
    ///
    /// - Throws: ``APIError``; its outcome is always `notPerformed`.
    package func read(_ operation: ReadOperation, _ arguments: OperationArguments) async throws(APIError) -> JSONValue {
        try await connection.read(operation.operation, arguments)
    }
}

/// The half of the client that changes things.
///
/// The composition makes one writer and gives it to the guard, which consumes it. It cannot be copied, so nothing else
/// can hold one, and there is no way to change the workspace around the guard.
package struct Writer: ~Copyable, Sendable {
    private let connection: Connection

    /// Makes the writer of a connection.
    package init(_ connection: Connection) { self.connection = connection }

    /// Waits until the next write may go out, which cancelling ends; each turn is good for one write.
    ///
    /// The wait can be long, so it comes before the point from which a write is not to be cancelled any more.
    ///
    /// - Throws: `CancellationError` where the task was cancelled before its turn; then it used up none.
    package func waitForTurn() async throws(CancellationError) {
        try await connection.pacer.grant()
    }

    /// Performs a write once and returns the whole answer, envelope included, or nil where the API sends none.
    ///
    /// Sent at once: call ``waitForTurn()`` first, or the API's limit for the key may be passed.
    /// Never repeated, whatever happens: the API has no idempotency keys.
    ///
    /// - Throws: ``APIError``, whose outcome says whether the write may have happened all the same.
    package func write(
        _ operation: WriteOperation, _ arguments: OperationArguments
    ) async throws(APIError) -> JSONValue? {
        try await connection.write(operation.operation, arguments)
    }
}

/// Where a session puts its lines.
public protocol LineOutput: Sendable {
    /// Takes one whole message, without a newline; returns at once.
    ///
    /// Lines given by several threads come out whole, in the order in which they were taken.
    func send(_ line: [UInt8])

    /// Returns when few enough lines wait to be written.
    ///
    /// A request is in flight until then, so a client that does not read is not read from either.
    func waitForRoom() async
}

extension LineOutput {
    /// Returns at once, for outputs that are never full.
    public func waitForRoom() async {}
}

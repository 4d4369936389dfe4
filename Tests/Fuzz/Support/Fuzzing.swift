internal import CLibFuzzer

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What is tried on each input.
///
/// Written once by ``fuzz(_:)``, before libFuzzer calls anything and any thread is started.
nonisolated(unsafe) private var trial: @Sendable ([UInt8]) -> Void = { _ in }

/// Has libFuzzer try inputs, as the command line says, until it is done or something fails; then ends the process.
public func fuzz(_ test: @escaping @Sendable ([UInt8]) -> Void) -> Never {
    trial = test
    var count = CommandLine.argc
    var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let result = LLVMFuzzerRunDriver(&count, &words) { bytes, size in
        trial(Array(UnsafeBufferPointer(start: bytes, count: size)))
        return 0
    }
    exit(result)
}

/// Ends the process where a property does not hold, which libFuzzer notes as a finding.
public func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { fatalError("does not hold: \(property())") }
}

/// Gives out the parts of an input.
public struct Input {
    private var rest: ArraySlice<UInt8>

    /// Takes an input.
    public init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next byte; 0 at the end.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// The bytes up to the next line feed, which is left out, or to the end.
    public mutating func line() -> [UInt8] {
        let line = rest.prefix { $0 != 0x0A }
        rest = rest.dropFirst(line.count + 1)
        return Array(line)
    }

    /// Whether nothing is left.
    public var isAtEnd: Bool { rest.isEmpty }

    /// What is left.
    public var remainder: [UInt8] { Array(rest) }
}

/// Waits for asynchronous work on a thread that is nobody else's.
public func wait<Value: Sendable>(for work: @escaping @Sendable () async -> Value) -> Value {
    let finished = Finished<Value>()
    Task { finished.end(with: await work()) }
    return finished.wait()
}

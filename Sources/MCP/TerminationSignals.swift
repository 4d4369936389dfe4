import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// A signal handler can reach nothing but globals. These two are written before a handler is set, and the handler does
// only what a handler may: an atomic store, `signal` and `write`.
private let wasRequested = Atomic<Bool>(false)
private let wakeDescriptor = Atomic<Int32>(-1)

private func requestTermination(_ number: Int32) {
    let code = errno
    // A second signal of the kind ends the process at once.
    signal(number, SIG_DFL)
    wasRequested.store(true, ordering: .sequentiallyConsistent)
    var byte: UInt8 = 1
    _ = write(wakeDescriptor.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = code
}

/// Whether the process ignores a signal.
private func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
    #else
        let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// Turns SIGTERM, SIGINT and SIGHUP into a wake-up; one instance at a time in a process.
struct TerminationSignals {
    /// The signals that have handlers.
    private let numbers: [Int32]

    /// Kept open while the handlers may write to it.
    private let pipe: WakePipe

    /// Sets the handlers.
    ///
    /// SIGINT and SIGHUP stay ignored where whoever started the process had it ignore them, as `nohup` does for a host and
    /// all that it starts.
    init(waking pipe: WakePipe) {
        self.pipe = pipe
        numbers = [SIGTERM, SIGINT, SIGHUP].filter { $0 == SIGTERM || !isIgnored($0) }
        wasRequested.store(false, ordering: .sequentiallyConsistent)
        wakeDescriptor.store(pipe.writeEnd, ordering: .sequentiallyConsistent)
        for number in numbers { signal(number, requestTermination) }
    }

    /// Whether a signal has come.
    var wereReceived: Bool { wasRequested.load(ordering: .sequentiallyConsistent) }

    /// Gives the signals their default meaning back.
    func restore() {
        for number in numbers { signal(number, SIG_DFL) }
        wakeDescriptor.store(-1, ordering: .sequentiallyConsistent)
        withExtendedLifetime(pipe) {}
    }
}

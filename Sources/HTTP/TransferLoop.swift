import CCurl
import CLibraryLoader
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The thread that owns libcurl's multi handle and everything on it, and runs the jobs of tasks that prefer it.
///
/// Other threads only leave work and wake it.
final class TransferLoop: Sendable {
    /// A request and what to do with its result, which is called exactly once.
    struct Submission: Sendable {
        let id: UInt64
        let request: HTTPRequest
        let options: CurlTransport.Options
        let finish: @Sendable (Result<HTTPResponse, HTTPError>) -> Void
    }

    private enum Work: Sendable {
        case start(Submission)
        case cancel(UInt64)
    }

    private struct State {
        var lastID: UInt64 = 0
        var inbox: [Work] = []
        /// Jobs in their order, each with its executor, which lives until they have run.
        var jobs: [(job: UnownedJob, executor: TransferExecutor)] = []
        var isRunning = false
        var isStopping = false
        /// The thread while it runs.
        var thread: UInt?
        /// The address of the multi handle while the thread can be woken through it.
        var multiAddress: UInt?

        var hasWork: Bool { !inbox.isEmpty || !jobs.isEmpty }

        /// Leaves work, and wakes the thread where it may be asleep.
        mutating func leave(_ change: (inout State) -> Void) {
            let isAwake = hasWork || thread == currentThread()
            change(&self)
            if !isAwake { wake() }
        }

        /// Wakes the thread; under the lock, so that it cannot destroy the handle meanwhile.
        func wake() {
            guard let multi = multiAddress.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) else { return }
            _ = lazy_curl_multi_wakeup(multi)
        }
    }

    private let state = Mutex(State())

    /// A name for the next submission.
    func newID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Leaves a request to be carried, and starts the thread where this is the first.
    func submit(_ submission: Submission) {
        let mustStart = state.withLock { state in
            state.leave { $0.inbox.append(.start(submission)) }
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart, !startThread() { refuseAll(because: "No thread could be started.") }
    }

    /// Leaves a job to be run, after those before it; until the first request the cooperative pool runs them.
    func enqueue(_ job: consuming ExecutorJob, of executor: TransferExecutor) {
        let job = UnownedJob(job)
        let isTaken = state.withLock { state in
            if state.isRunning { state.leave { $0.jobs.append((job, executor)) } }
            return state.isRunning
        }
        if !isTaken { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    /// Leaves word that a request is no longer wanted; harmless where it is finished or unknown.
    func cancel(_ id: UInt64) {
        state.withLock { state in state.leave { $0.inbox.append(.cancel(id)) } }
    }

    /// Ends the thread once nothing is in flight any more.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            state.wake()
        }
    }

    /// Runs the jobs that are there; those that they leave wait until the transfers had their turn.
    private func runJobs() {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
        for (job, executor) in jobs { job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
    }

    private func takeInbox() -> (work: [Work], isStopping: Bool) {
        state.withLock { state in
            defer { state.inbox.removeAll(keepingCapacity: true) }
            return (state.inbox, state.isStopping)
        }
    }

    // MARK: The thread

    private func startThread() -> Bool {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let retained = Unmanaged.passRetained(self).toOpaque()
        // Signals are the main thread's; above all SIGPIPE must not end the program when a server hangs up.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        let result = pthread_create(&thread, nil, threadMain, retained)
        if result != 0 { Unmanaged<TransferLoop>.fromOpaque(retained).release() }
        if result == 0 { detach(thread) }
        return result == 0
    }

    fileprivate func run() {
        if let reason = lazy_curl_load() { return refuseAll(because: String(cString: reason)) }
        guard let multi = lazy_curl_multi_init() else { return refuseAll(because: "libcurl could not be set up.") }
        // Without a descriptor left libcurl makes one that nothing can wake; the first wait only ends at once for this.
        guard lazy_curl_multi_wakeup(multi) == 0 else {
            lazy_curl_multi_cleanup(multi)
            return refuseAll(because: "libcurl could not be set up; this process may have no file descriptor left.")
        }
        _ = lazy_curl_multi_set_long(multi, Int32(CURLMOPT_MAXCONNECTS.rawValue), 16)
        state.withLock { state in
            state.multiAddress = UInt(bitPattern: multi)
            state.thread = currentThread()
        }
        var transfers = Transfers(multi: multi)
        while true {
            runJobs()
            let (work, isStopping) = takeInbox()
            for item in work {
                switch item {
                case .start(let submission): transfers.start(submission)
                case .cancel(let id): transfers.cancel(id)
                }
            }
            if isStopping, transfers.byID.isEmpty { break }
            transfers.perform()
            if !state.withLock(\.hasWork) { transfers.wait() }
        }
        state.withLock { state in
            state.multiAddress = nil
            state.thread = nil
        }
        lazy_curl_multi_cleanup(multi)
    }

    /// Answers what waits with the reason, and lets a later request try anew.
    private func refuseAll(because reason: String) {
        let (work, jobs) = state.withLock { state in
            defer {
                state.inbox = []
                state.jobs = []
            }
            state.isRunning = false
            return (state.inbox, state.jobs)
        }
        for (job, _) in jobs { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
        for case .start(let submission) in work {
            submission.finish(.failure(HTTPError(.unavailable, reason, mayHaveReachedServer: false)))
        }
    }
}

#if canImport(Darwin)
    private func detach(_ thread: pthread_t?) {
        if let thread { pthread_detach(thread) }
    }

    private func currentThread() -> UInt { UInt(bitPattern: pthread_self()) }
#else
    private func detach(_ thread: pthread_t) { pthread_detach(thread) }

    private func currentThread() -> UInt { pthread_self() }
#endif

/// Runs a retained loop, and releases it.
private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}

/// The transfers in flight on one multi handle; used by the loop's thread alone.
private struct Transfers {
    let multi: UnsafeMutableRawPointer
    var byID: [UInt64: Transfer] = [:]

    init(multi: UnsafeMutableRawPointer) { self.multi = multi }

    mutating func start(_ submission: TransferLoop.Submission) {
        guard let transfer = Transfer(submission), lazy_curl_multi_add_handle(multi, transfer.easy) == 0 else {
            let error = HTTPError(.unavailable, "libcurl could not set up the request.", mayHaveReachedServer: false)
            return submission.finish(.failure(error))
        }
        byID[submission.id] = transfer
    }

    mutating func cancel(_ id: UInt64) {
        guard let transfer = byID.removeValue(forKey: id) else { return }
        let result = transfer.cancelled()
        _ = lazy_curl_multi_remove_handle(multi, transfer.easy)
        transfer.submission.finish(result)
    }

    mutating func perform() {
        var running: Int32 = 0
        _ = lazy_curl_multi_perform(multi, &running)
        var code: Int32 = 0
        while let easy = lazy_curl_multi_next_finished(multi, &code) {
            guard let transfer = byID.values.first(where: { $0.easy == easy }) else { continue }
            byID[transfer.submission.id] = nil
            let result = transfer.result(code: code)
            _ = lazy_curl_multi_remove_handle(multi, easy)
            transfer.submission.finish(result)
        }
    }

    func wait() {
        // libcurl 7.88 can miss an event while transfers run; without any, only a wake-up matters.
        let milliseconds: Int32 = byID.isEmpty ? .max : 50
        if lazy_curl_multi_poll(multi, milliseconds) != 0 { usleep(50_000) }
    }
}

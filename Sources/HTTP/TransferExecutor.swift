/// Runs tasks on the thread that carries requests, which ends once neither a transport nor a task uses it any more.
///
/// A task that asks a server and works with the answer would otherwise be handed from a thread of the pool to this one
/// and back, and on a machine that was idle each of these wake-ups takes longer than the work. Until the first request
/// there is no such thread, and the pool runs the tasks. A job must not block: all requests wait for it.
public final class TransferExecutor: TaskExecutor {
    let loop = TransferLoop()

    /// Makes an executor; no thread is started yet.
    public init() {}

    deinit { loop.stop() }

    /// Leaves a job to be run, after those before it.
    public func enqueue(_ job: consuming ExecutorJob) { loop.enqueue(job, of: self) }
}

import Dispatch
import Store
import Synchronization

/// Runs asynchronous work to its end while this thread waits.
nonisolated func blocking<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    guard let value = value(of: work, until: .distantFuture) else { fatalError("the work ended without a value") }
    return value
}

/// Runs asynchronous work while this thread waits, not longer than allowed; returns whether the work came to its end.
nonisolated func finishes(within limit: DispatchTimeInterval, _ work: @escaping @Sendable () async -> Void) -> Bool {
    value(of: work, until: .now() + limit) != nil
}

/// What asynchronous work comes to while this thread waits; nil where that takes too long, and the work goes on.
private nonisolated func value<Value: Sendable>(
    of work: @escaping @Sendable () async -> Value, until deadline: DispatchTime
) -> Value? {
    let finished = DispatchSemaphore(value: 0)
    let result = Mutex<Value?>(nil)
    Task.detached {
        let value = await work()
        result.withLock { $0 = value }
        finished.signal()
    }
    guard finished.wait(timeout: deadline) == .success else { return nil }
    return result.withLock { $0 }
}

extension Store {
    /// Works with the store while this thread waits.
    nonisolated func wait<Value: Sendable>(
        for work: @escaping @Sendable (isolated Store) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try blocking { await self.result(of: work) }.get()
    }

    private func result<Value: Sendable>(
        of work: @Sendable (isolated Store) throws(StoreError) -> Value
    ) -> Result<Value, StoreError> {
        Result { () throws(StoreError) in try work(self) }
    }
}

/// Finds the folder of the state that all processes share.
@Sendable nonisolated func stateFolder() throws(StoreError) -> StateFolder {
    try StateFolder { name in environment([name])[name] }
}

/// Opens the state for a command, and says what is wrong where it cannot be used.
///
/// - Returns: The exit status.
func withStore(_ body: (StateFolder, Store) throws(StoreError) -> Int32) -> Int32 {
    do throws(StoreError) {
        let folder = try stateFolder()
        let store = Store(folder: folder)
        try store.wait { store throws(StoreError) in try store.open() }
        return try body(folder, store)
    } catch {
        Output.log(error.description)
        return 1
    }
}

import Dispatch
import Synchronization

/// A value that one thread waits for.
final class Finished<Value: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let value = Mutex<Value?>(nil)

    func end(with value: Value) {
        self.value.withLock { $0 = value }
        semaphore.signal()
    }

    func wait() -> Value {
        semaphore.wait()
        guard let value = value.withLock({ $0 }) else { fatalError("nothing was set") }
        return value
    }
}

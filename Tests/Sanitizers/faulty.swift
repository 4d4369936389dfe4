// A program that does what a sanitizer has to report; its argument says what.
import Glibc
import Synchronization

final class Shelf: @unchecked Sendable {
    let lock = Mutex(())
    /// Says that the other thread is done, without ordering anything.
    let isDone = Atomic(false)
    var count = 0
    var other: Shelf?

    func waitUntilDone() {
        while !isDone.load(ordering: .relaxed) { sched_yield() }
    }
}

let shelf = Shelf()

final class Errand {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func onThread(_ run: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { errand in
        if let errand { Unmanaged<Errand>.fromOpaque(errand).takeRetainedValue().run() }
        return nil
    }
    pthread_create(&thread, nil, main, Unmanaged.passRetained(Errand(run)).toOpaque())
}

@inline(never) func leak() {
    let (one, two) = (Shelf(), Shelf())
    one.other = two
    two.other = one
}

switch CommandLine.arguments.last {
case "race":
    onThread { [shelf] in
        shelf.count += 1
        shelf.isDone.store(true, ordering: .relaxed)
    }
    shelf.waitUntilDone()
    shelf.count += 1
case "half-locked":
    onThread { [shelf] in
        shelf.lock.withLock { _ in shelf.count += 1 }
        shelf.isDone.store(true, ordering: .relaxed)
    }
    shelf.waitUntilDone()
    shelf.count += 1
case "resumed-too-early":
    await withCheckedContinuation { [shelf] continuation in
        onThread {
            continuation.resume()
            shelf.count += 1
            shelf.isDone.store(true, ordering: .relaxed)
        }
    }
    shelf.waitUntilDone()
    shelf.count += 1
case "freed":
    let bytes = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    bytes.deallocate()
    bytes.pointee = 1
case "leak":
    leak()
default:
    fatalError("say what")
}

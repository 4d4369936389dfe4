// A program without a race: whatever the thread sanitizer reports of it is false, and so would be what it says of the tests.
import Dispatch
import Glibc
import Synchronization

/// Memory that is handed from thread to thread without a lock of its own.
final class Baggage: @unchecked Sendable {
    var stops: [Int] = []
}

final class Shelf: Sendable {
    let items = Mutex<[Int]>([])
    let isFull = Atomic(false)
}

actor Clerk {
    var served: [Int] = []

    func serve(_ number: Int) { served.append(number) }
}

final class Errand {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func startThread(_ run: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { errand in
        if let errand { Unmanaged<Errand>.fromOpaque(errand).takeRetainedValue().run() }
        return nil
    }
    pthread_create(&thread, nil, main, Unmanaged.passRetained(Errand(run)).toOpaque())
    return thread
}

/// Enough threads and rounds for the Mutex to be taken over from another thread in every way.
func shareMutex() {
    let shelf = Shelf()
    let threads = (0..<8).map { thread in
        startThread {
            for round in 0..<5_000 {
                if round % 100 == thread {
                    _ = shelf.items.withLockIfAvailable { $0 = [] }
                } else {
                    shelf.items.withLock { $0.append(round) }
                }
            }
        }
    }
    for thread in threads { pthread_join(thread, nil) }
}

/// From a thread, often before it is awaited.
func resumeContinuation() async throws {
    let baggage = Baggage()
    baggage.stops.append(0)
    await withCheckedContinuation { continuation in
        pthread_detach(
            startThread {
                baggage.stops.append(1)
                continuation.resume()
            })
    }
    baggage.stops.append(2)
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            baggage.stops.append(3)
            continuation.resume()
        }
    }
    baggage.stops.append(4)
}

func changeTasks() async {
    let clerk = Clerk()
    let baggage = Baggage()
    await withTaskGroup { group in
        for number in 0..<10 {
            group.addTask {
                await clerk.serve(number)
                await Task.yield()
                await clerk.serve(number)
            }
        }
    }
    baggage.stops.append(0)
    await Task.detached {
        baggage.stops.append(1)
        await Task.yield()
        baggage.stops.append(2)
    }.value
    baggage.stops.append(3)
}

func passThroughStream() async {
    let (stream, continuation) = AsyncStream<Baggage>.makeStream()
    let sender = Task.detached {
        for number in 0..<20 {
            let baggage = Baggage()
            baggage.stops.append(number)
            continuation.yield(baggage)
        }
        continuation.finish()
    }
    for await baggage in stream { baggage.stops.append(1) }
    await sender.value
}

func raiseFlag() async {
    let (shelf, baggage) = (Shelf(), Baggage())
    let task = Task.detached {
        baggage.stops.append(0)
        shelf.isFull.store(true, ordering: .releasing)
    }
    while !shelf.isFull.load(ordering: .acquiring) { await Task.yield() }
    baggage.stops.append(1)
    await task.value
}

shareMutex()
try await withThrowingTaskGroup { group in
    for _ in 0..<4 {
        group.addTask {
            for _ in 0..<100 {
                try await resumeContinuation()
                await changeTasks()
                await passThroughStream()
                await raiseFlag()
            }
        }
    }
    try await group.waitForAll()
}

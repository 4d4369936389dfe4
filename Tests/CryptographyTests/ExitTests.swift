#if os(Linux)
    import Cryptography
    import Glibc
    import Testing

    @Suite struct `The end of a process` {
        // Threads that are still there when a process ends use and free what OpenSSL keeps for them.
        @Test func `OpenSSL works until the very end`() async {
            await #expect(processExitsWith: .exitCode(7)) {
                // What is left to exit() first is run last, after what OpenSSL would leave to it.
                atexit { _exit((try? SHA256.hash([1])) == nil ? 1 : 7) }
                _ = try SHA256.hash([1])
                exit(0)
            }
        }
    }
#endif

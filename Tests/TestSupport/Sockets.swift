import HTTP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Why a socket could not be made.
struct SocketError: Error {
    let number: Int32
}

/// Makes a socket that is bound to a free port of 127.0.0.1.
func bindLoopback() throws -> (socket: Int32, port: UInt16) {
    #if canImport(Darwin)
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw SocketError(number: errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, size) == 0 ? getsockname(descriptor, generic, &size) : -1
        }
    }
    guard result == 0 else {
        let number = errno
        closeSocket(descriptor)
        throw SocketError(number: number)
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

/// Closes a descriptor.
func closeSocket(_ descriptor: Int32) { _ = close(descriptor) }

/// Writes all bytes; returns false where the other end is gone.
func send(_ bytes: [UInt8], on socket: Int32) -> Bool {
    #if canImport(Darwin)
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        let flags: Int32 = 0
    #else
        let flags = Int32(MSG_NOSIGNAL)
    #endif
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, flags) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

/// Starts a thread that ends by itself.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    let context = Unmanaged.passRetained(Box(body)).toOpaque()
    let result = pthread_create(
        &thread, nil,
        { @Sendable context in
            let pointer: UnsafeMutableRawPointer? = context
            if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
            return nil
        }, context)
    precondition(result == 0, "no thread could be started")
    #if canImport(Darwin)
        if let thread { pthread_detach(thread) }
    #else
        pthread_detach(thread)
    #endif
}

/// Reads requests from a connection.
struct SocketInput {
    private let socket: Int32
    private var buffer: [UInt8] = []

    init(socket: Int32) { self.socket = socket }

    /// The next request, or nil where the connection ended.
    mutating func readRequest(connection: Int) -> LoopbackServer.Request? {
        var head: [String] = []
        while let line = readLine() {
            if line.isEmpty {
                if head.isEmpty { continue }
                return makeRequest(head, connection: connection)
            }
            head.append(line)
        }
        return nil
    }

    /// Whether the other end hung up within that time; -1 waits without end.
    mutating func isAtEnd(milliseconds: Int32) -> Bool {
        var descriptors = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
        return poll(&descriptors, 1, milliseconds) > 0 && !receive()
    }

    private mutating func makeRequest(_ head: [String], connection: Int) -> LoopbackServer.Request? {
        let words = head[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        let headers = head.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return HTTPHeader(String(name), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while buffer.count < length { if !receive() { return nil } }
        let body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return LoopbackServer.Request(
            method: words[0], target: words[1], headers: headers, body: body, connection: connection)
    }

    private mutating func readLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = buffer[..<end].filter { $0 != 0x0D }
                buffer.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            if !receive() { return nil }
        }
    }

    /// Takes more bytes in; returns false at the end.
    private mutating func receive() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        if count > 0 { buffer += chunk.prefix(count) }
        return count > 0
    }
}

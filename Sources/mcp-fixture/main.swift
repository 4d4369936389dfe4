import Cryptography
import MCP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

do {
    try StandardIOTransport().serve(ConformanceServer(key: try randomBytes(32)))
} catch {
    let message = Array("mcp-fixture: \(error)\n".utf8)
    _ = write(2, message, message.count)
    exit(1)
}

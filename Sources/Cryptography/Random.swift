#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Bytes from the system's cryptographic generator.
///
/// - Throws: ``CryptographyError`` where the generator fails; bytes of less worth are never given in their place.
public func randomBytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    #if canImport(Darwin)
        arc4random_buf(&bytes, count)
    #else
        // getentropy fills at most 256 bytes at a time.
        for start in stride(from: 0, to: count, by: 256) {
            let size = min(256, count - start)
            let result = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { getentropy($0 + start, size) } ?? -1
            }
            guard result == 0 else { throw .noRandomBytes(errno) }
        }
    #endif
    return bytes
}

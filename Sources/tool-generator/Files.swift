#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Reading and writing whole files.
package enum Files {
    /// The bytes of a file.
    ///
    /// - Throws: ``GeneratorError`` naming the file.
    package static func read(_ path: String) throws(GeneratorError) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw failure(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        if ferror(file) != 0 { throw failure(path) }
        return bytes
    }

    /// Replaces a file.
    ///
    /// - Throws: ``GeneratorError`` naming the file.
    static func save(_ text: String, to path: String) throws(GeneratorError) {
        guard let file = fopen(path, "wb") else { throw failure(path) }
        let bytes = Array(text.utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        // Some failures, a full disk among them, show only when the buffer is flushed.
        if fclose(file) != 0 || written != bytes.count { throw failure(path) }
    }

    /// Writes a line to the standard error.
    static func report(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func failure(_ path: String) -> GeneratorError {
        GeneratorError(["\(path): \(String(cString: strerror(errno)))"])
    }
}

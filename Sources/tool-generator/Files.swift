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

    /// Replaces a file that does not hold a text already.
    ///
    /// The build runs the generator anew where only the environment has changed, as between two targets of make, and would
    /// compile anew what a touched file is part of.
    ///
    /// - Throws: ``GeneratorError`` naming the file.
    package static func save(_ text: String, to path: String) throws(GeneratorError) {
        let bytes = Array(text.utf8)
        if (try? read(path)) == bytes { return }
        guard let file = fopen(path, "wb") else { throw failure(path) }
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

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file that cannot be read.
struct UnreadableFile: Error {
    let path: String
}

/// The bytes of a file.
func bytes(ofFile path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw UnreadableFile(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes += chunk.prefix(count)
    }
}

/// The lines of a text file.
func lines(ofFile path: String) throws -> [String] {
    try bytes(ofFile: path).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}

import ContractDiff
import Guard
import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Shows what a document of the API says otherwise than the contract in this program.
///
/// - Returns: The exit status: 0 for no difference, 1 for some, 2 where the file cannot be read.
func showContractDifferences(file path: String, isJSON: Bool) -> Int32 {
    let comparison: ContractComparison
    switch contents(ofFile: path) {
    case .failure(let reason):
        Output.log("\(path.oneVisibleLine): \(reason.text)")
        return 2
    case .success(let bytes):
        do throws(UnreadableContract) { comparison = try ContractComparison(bytes) } catch {
            Output.log("\(path.oneVisibleLine): \(error.description.oneVisibleLine)")
            return 2
        }
    }
    if isJSON {
        Output.line(comparison.json.text(isPretty: true))
    } else {
        // What the file says is shown to a person, so nothing in it may steer the terminal.
        for warning in comparison.warnings { Output.log("warning: \(warning.oneVisibleLine)") }
        for line in comparison.lines { Output.line(line.madeVisible()) }
    }
    return comparison.differences.isEmpty ? 0 : 1
}

/// The most bytes of a document; the vendor's have one megabyte.
private let largestDocument = 64 << 20

private struct ReadFailure: Error {
    let text: String
}

private func contents(ofFile path: String) -> Result<[UInt8], ReadFailure> {
    // Opening a pipe to which nobody writes would otherwise wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(ReadFailure(text: String(cString: strerror(errno)))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= largestDocument {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return .failure(ReadFailure(text: String(cString: strerror(errno)))) }
        if count == 0 { return .success(bytes) }
        bytes += chunk.prefix(count)
    }
    return .failure(ReadFailure(text: "larger than \(largestDocument >> 20) MiB"))
}

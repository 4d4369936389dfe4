import Configuration
import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A folder that is gone when the test is over.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/quo-mcp-configuration-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected() }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove(path) }

    /// Writes a file, in folders that are made, and returns its path.
    func write(_ text: String, to name: String = "config.json") throws -> String {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o700)
        }
        guard let file = fopen("\(path)/\(name)", "wb") else { throw Unexpected() }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Unexpected() }
        return "\(path)/\(name)"
    }

    private func remove(_ path: String) {
        if let folder = opendir(path) {
            defer { closedir(folder) }
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

struct Unexpected: Error {}

/// The policy of a file with that text, and of those variables.
func policy(
    _ text: String = "{}", environment: [String: String] = [:], names: KnownNames? = nil
) throws -> Policy {
    let folder = try Folder()
    return try Policy.load(file: folder.write(text), environment: environment, names: names)
}

/// What is wrong with a file and variables, each as path and message; empty where nothing is.
func faults(
    _ text: String = "{}", environment: [String: String] = [:], names: KnownNames? = nil
) throws -> [String] {
    do {
        _ = try policy(text, environment: environment, names: names)
        return []
    } catch let error as ConfigurationError {
        return error.faults.map { fault in
            if case .variable(let name) = fault.origin { return "\(name) \(fault.message)" }
            return fault.path.isEmpty ? fault.message : "\(fault.path) \(fault.message)"
        }
    }
}

/// A file that sets one value, given the setting's path.
func document(_ path: String, _ value: JSONValue) -> JSONValue {
    path.split(separator: ".").reversed().reduce(value) { inner, name in
        var object = JSONObject()
        object[String(name)] = inner
        return .object(object)
    }
}

/// What a policy holds for a setting, as the file would say it.
func value(of path: String, in policy: Policy) -> JSONValue? { policy.json["settings"]?[path]?["value"] }

import Configuration
import Hosts
import JSON

/// The owner's policy file, changed in a few places; all else in it stays, in its order.
struct PolicyFile {
    /// Where it is; it need not exist.
    let path: String
    private let before: HostFile?
    private(set) var content: JSONObject

    /// Whether there was a file when it was read.
    var isPresent: Bool { before != nil }

    /// Reads the file; an empty one where there is none.
    ///
    /// - Throws: ``HostFileError`` where it cannot be read, or holds no JSON object.
    init(_ path: String) throws(HostFileError) {
        self.path = path
        before = try HostFile.read(path)
        guard let before else {
            content = [:]
            return
        }
        guard let object = (try? JSONValue(parsing: before.bytes))?.objectValue else {
            throw HostFileError("it holds no JSON object")
        }
        content = object
    }

    /// Sets a value by its path, as in `recipients.from`; nil removes it.
    mutating func set(_ setting: String, to value: JSONValue?) {
        content = Self.setting(setting.split(separator: ".")[...], to: value, in: content)
    }

    private static func setting(_ names: ArraySlice<Substring>, to value: JSONValue?, in object: JSONObject)
        -> JSONObject
    {
        guard let name = names.first.map(String.init) else { return object }
        var object = object
        if names.count == 1 {
            object[name] = value
        } else if value != nil || object[name]?.objectValue != nil {
            object[name] = .object(setting(names.dropFirst(), to: value, in: object[name]?.objectValue ?? [:]))
        }
        return object
    }

    /// Writes the file whole, where anything in it changed.
    ///
    /// - Returns: Whether it was written.
    /// - Throws: ``HostFileError`` where it was not; then it is as it was.
    func save() throws(HostFileError) -> Bool {
        if let before, let old = try? JSONValue(parsing: before.bytes), old == .object(content) { return false }
        if before == nil, content.isEmpty { return false }
        let bytes = JSONValue.object(content).bytes(isPretty: true) + [0x0A]
        _ = try FileReplacement(of: path, from: before, to: bytes).perform(backupTime: nil)
        return true
    }
}

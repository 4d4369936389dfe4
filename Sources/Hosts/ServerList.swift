import JSON

/// The servers that a host's file names, and how to change one of them without touching the rest of the text.
protocol ServerList {
    /// Reads a file's text.
    ///
    /// - Parameter key: The name under which the servers stand.
    /// - Throws: ``HostFileError`` where the text is not what the host could read, or what this program could not change safely.
    init(_ bytes: [UInt8], key: String) throws(HostFileError)

    /// The servers in order, as far as they are mappings.
    var servers: [(name: String, value: JSONObject)] { get }

    /// The text with a server added at the end, or with another value where it is.
    func setting(_ name: String, to value: JSONObject) throws(HostFileError) -> [UInt8]

    /// The text without a server.
    func removing(_ name: String) throws(HostFileError) -> [UInt8]

    /// The text with `…` in place of whatever could be a secret: its values and comments. It has as many lines.
    static func masked(_ bytes: [UInt8]) -> [UInt8]
}

/// How a host writes its file.
package enum HostFileFormat: Sendable, Equatable {
    /// JSON, in which comments and commas after the last item are borne.
    case json
    /// TOML with a table for each server.
    case toml
    /// YAML with a mapping for each server.
    case yaml

    var serverList: any ServerList.Type {
        switch self {
        case .json: JSONServerList.self
        case .toml: TOMLServerList.self
        case .yaml: YAMLServerList.self
        }
    }
}

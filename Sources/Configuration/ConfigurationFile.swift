import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The file that holds the owner's settings.
package struct ConfigurationFile: Sendable, Equatable {
    /// The environment variable that names the file.
    package static let variable = "QUO_MCP_CONFIG"
    /// The environment variables that say where the file is.
    package static let locationVariables = [variable, "XDG_CONFIG_HOME", "HOME"]
    /// The environment variables of this program that are no part of the policy, so that none is taken for a slip of the finger.
    package static let otherVariables = [
        "QUO_API_KEY", "QUO_API_KEY_FILE", "QUO_API_KEY_COMMAND", "QUO_BASE_URL", "QUO_SANDBOX", "QUO_MCP_STATE",
        "QUO_LOG", "QUO_GATEWAY",
    ]
    /// The largest file that is read, in bytes.
    static let maximumSize = 1 << 20

    /// Its path.
    package let path: String
    /// Whether somebody named it, so that it must be there.
    package let isNamed: Bool

    /// Finds out where the file is: where the command line says, else where `QUO_MCP_CONFIG` says, else in the platform's folder.
    ///
    /// - Parameters:
    ///   - named: The path of the command line; nil, empty or a placeholder means none.
    ///   - environment: The variables that say where the file is; see ``locationVariables``.
    /// - Returns: nil where nobody named a file and the user has no home either.
    package init?(named: String?, environment: [String: String]) {
        let environment = environment.withoutPlaceholders
        let home = environment["HOME"] ?? Self.homeOfUser()
        if let path = named.flatMap(\.unlessPlaceholder) ?? environment[Self.variable] {
            isNamed = true
            self.path = path.withHome(home)
            return
        }
        isNamed = false
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            path = "\(folder)/quo-mcp/config.json"
        } else if let home {
            path = "\(home)/\(Self.folder)/quo-mcp/config.json"
        } else {
            return nil
        }
    }

    /// A path with the home of the user of the environment in place of a leading `~/`.
    package static func expanded(_ path: String, environment: [String: String]) -> String {
        path.withHome(environment["HOME"]?.unlessPlaceholder ?? homeOfUser())
    }

    /// Whether a variable holds the path of a file or a folder.
    package static func isPath(_ variable: String) -> Bool {
        variable.hasSuffix("_KEY_FILE") || variable.hasSuffix("_SECRET_FILE")
            || ["QUO_MCP_STATE", Self.variable].contains(variable)
    }

    /// Whether there is something at the path.
    package var isPresent: Bool { access(path, F_OK) == 0 }

    #if canImport(Darwin)
        private static let folder = "Library/Application Support"
    #else
        private static let folder = ".config"
    #endif

    /// The home that the user database knows, for hosts that hand on no `HOME`: to overlook the owner's file would be to overlook
    /// what it forbids.
    private static func homeOfUser() -> String? {
        guard let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir else { return nil }
        return String(cString: home).unlessPlaceholder
    }

    /// What a file holds.
    struct Contents {
        let json: JSONValue
        let notices: [String]
    }

    /// Reads the file.
    ///
    /// - Returns: nil where there is none and nobody named one.
    /// - Throws: What is wrong with it.
    func contents() throws(ConfigurationError) -> Contents? {
        // O_NONBLOCK keeps a pipe, which is refused below, from holding up the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            if !isNamed, isAbsent(number) { return nil }
            throw fault("cannot be opened: \(String(cString: strerror(number)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("is no regular file")
        }
        let notices =
            status.st_mode & S_IWOTH != 0
            ? ["Every user of this machine can change \(path). Run: chmod o-w \(path)"] : []
        return Contents(json: try parse(try bytes(of: descriptor)), notices: notices)
    }

    /// Whether nothing is there, not even a link that leads nowhere.
    private func isAbsent(_ number: Int32) -> Bool {
        var status = stat()
        return number == ENOTDIR || number == ENOENT && lstat(path, &status) != 0
    }

    private func bytes(of descriptor: Int32) throws(ConfigurationError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= Self.maximumSize {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault("cannot be read: \(String(cString: strerror(errno)))") }
            bytes += chunk[..<count]
        }
        throw fault("is larger than \(Self.maximumSize) bytes")
    }

    private func parse(_ bytes: [UInt8]) throws(ConfigurationError) -> JSONValue {
        do throws(JSONParseError) { return try JSONValue(parsing: bytes) } catch {
            let before = bytes.prefix(error.offset)
            let line = before.count { $0 == 0x0A } + 1
            let column = before.reversed().prefix { $0 != 0x0A }.count + 1
            let rest = String(decoding: bytes.dropFirst(error.offset).prefix { $0 != 0x0A }.prefix(160), as: UTF8.self)
            let found = rest.isEmpty ? "" : ", at: \(rest.trimmed.excerpt)"
            throw fault("is not JSON: line \(line), column \(column): \(error.reason)\(found)\(Self.hint(for: rest))")
        }
    }

    private static func hint(for text: String) -> String {
        if ["//", "/*", "#"].contains(where: text.hasPrefix) { return "; JSON has no comments" }
        if ["}", "]"].contains(where: text.hasPrefix) { return "; is there a comma too many before it?" }
        return ""
    }

    private func fault(_ message: String) -> ConfigurationError {
        ConfigurationError(faults: [ConfigurationError.Fault(origin: .file(path), path: "", message: message)])
    }
}

extension String {
    /// This path with a home in place of a leading `~/`, which hosts, and shells in quotes, leave as it is.
    fileprivate func withHome(_ home: String?) -> String {
        guard hasPrefix("~/"), let home else { return self }
        return home + dropFirst()
    }

    /// This text, or nil where it stands for nothing.
    ///
    /// Hosts pass on what a user left blank as an empty text, or as the placeholder itself, `${...}`.
    var unlessPlaceholder: String? {
        let text = trimmed
        return text.isEmpty || text.hasPrefix("${") && text.hasSuffix("}") ? nil : text
    }
}

extension [String: String] {
    /// The variables that say something.
    var withoutPlaceholders: [String: String] { compactMapValues(\.unlessPlaceholder) }
}

import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension Credential {
    /// The environment variables that a key can come from, without what their names begin with.
    package enum Source: String, CaseIterable, Sendable {
        /// Holds the key itself.
        case key = "API_KEY"
        /// Names a file that holds the key.
        case file = "API_KEY_FILE"
        /// Is a shell command whose first line of output is the key, for example of a password manager.
        case command = "API_KEY_COMMAND"

        /// The name of the variable with a key for a gateway, or for Quo itself.
        package func name(for gateway: Gateway) -> String { gateway.keyPrefix + rawValue }

        /// Those that the environment sets; more than one is an error.
        package static func named(in environment: [String: String], for gateway: Gateway = .none) -> [Source] {
            allCases.filter { environmentValue($0.name(for: gateway), in: environment) != nil }
        }
    }

    /// Finds the key where the environment says.
    ///
    /// Blocks while a file is read or a command runs; not to be called on the threads that Swift's tasks share.
    ///
    /// - Parameters:
    ///   - environment: The variables.
    ///   - gateway: Whose key is wanted: Maton's comes from its own variables, and Quo's is never sent to it.
    ///   - commandTimeout: After this a command is given up.
    /// - Throws: ``CredentialError`` where no source or more than one is set, or the one that is gives no key.
    package static func load(
        environment: [String: String], gateway: Gateway = .none, commandTimeout: Duration = .seconds(10)
    ) throws(CredentialError) -> Credential {
        let found = Source.allCases.compactMap { source in
            environmentValue(source.name(for: gateway), in: environment).map {
                (name: source.name(for: gateway), source: source, value: $0)
            }
        }
        guard let only = found.first else {
            throw noKey(of: gateway)
        }
        guard found.count == 1 else {
            let names = found.map(\.name).joined(separator: " and ")
            throw CredentialError("\(names) are set. Keep one of them, so that it is plain which key is used.")
        }
        switch only.source {
        case .key: return try Credential(key: only.value, source: only.name)
        case .file: return try Credential(file: only.value, name: only.name)
        case .command: return try Credential(command: only.value, name: only.name, timeout: commandTimeout)
        }
    }

    /// What to do without a key, for a person at a terminal as well as for one who configures a host.
    private static func noKey(of gateway: Gateway) -> CredentialError {
        let variables =
            "set \(Source.key.name(for: gateway)) to the key, or \(Source.file.name(for: gateway)) to the path of a file that holds"
            + " it, or \(Source.command.name(for: gateway)) to a command that prints it; for a host's server in the host's"
            + " configuration, under env. Without a key, quo-mcp --sandbox works on a simulated workspace."
        if gateway.isMaton {
            return CredentialError("There is no API key. Make one in Maton's settings. Then \(variables)")
        }
        return CredentialError(
            "There is no API key. Make one in Quo's settings under API. Then run quo-mcp setup in a terminal, which keeps it"
                + " where every command and every host's server looks for it; or \(variables)")
    }

    private init(file path: String, name: String) throws(CredentialError) {
        let source = "The file that \(name) names"
        let file = try SecretFile(path, source: source, secret: "the API key")
        try self.init(key: file.text, source: source, warning: file.warning)
    }

    private init(command: String, name: String, timeout: Duration) throws(CredentialError) {
        let output = try ShellCommand.run(command, name: name, timeout: timeout)
        let firstLine = output.prefix { !$0.isNewline }.trimmed
        guard !firstLine.isEmpty else {
            throw CredentialError(
                "\(name) printed no key: its first line of output is blank. Run it by hand to see why."
            )
        }
        try self.init(key: firstLine, source: "The output of \(name)")
    }
}

/// A file that holds a secret of the owner's.
private struct SecretFile {
    /// The most bytes of a file that can hold secrets.
    private static let maximumSize = 4_096

    /// Its text without white space around it.
    let text: String
    /// What the owner should know, or nil.
    let warning: String?

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - source: What errors call the file.
    ///   - secret: What the file holds, in words.
    init(_ path: String, source: String, secret: String) throws(CredentialError) {
        // Opening a pipe to which nobody writes would otherwise wait for ever, before it can be told from a file.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw CredentialError("\(source), \(path), cannot be opened: \(errorText(errno)).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialError("\(source), \(path), is no regular file.")
        }
        let isShared = status.st_mode & (S_IRWXG | S_IRWXO) != 0
        warning =
            isShared
            ? "Other users of this machine can open \(path), which holds \(secret). Run: chmod 600 \(path)" : nil
        var bytes = [UInt8](repeating: 0, count: Self.maximumSize + 1)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else {
            throw CredentialError("\(source), \(path), cannot be read: \(errorText(errno)).")
        }
        guard count <= Self.maximumSize else {
            throw CredentialError("\(source), \(path), holds more than the \(Self.maximumSize) bytes that are read.")
        }
        text = String(decoding: bytes.prefix(count), as: UTF8.self).trimmed
    }
}

/// The secrets that sign webhooks, as the environment gives them.
package struct WebhookSecretSource: Sendable {
    /// Holds the secrets themselves, with commas between.
    package static let variable = "QUO_WEBHOOK_SECRET"
    /// Names a file that holds them.
    package static let fileVariable = "QUO_WEBHOOK_SECRET_FILE"

    /// The secrets with commas or white space between; empty where none is set.
    package let text: String
    /// What the owner should know about where they were found, or nil.
    package let warning: String?

    /// Finds the secrets where the environment says.
    ///
    /// - Throws: ``CredentialError`` where both variables are set, or the file cannot be read.
    package init(environment: [String: String]) throws(CredentialError) {
        let value = environmentValue(Self.variable, in: environment)
        guard let path = environmentValue(Self.fileVariable, in: environment) else {
            text = value ?? ""
            warning = nil
            return
        }
        guard value == nil else {
            throw CredentialError(
                "\(Self.variable) and \(Self.fileVariable) are set. Keep one of them, so that it is plain which is used."
            )
        }
        let file = try SecretFile(
            path, source: "The file that \(Self.fileVariable) names", secret: "the secrets of webhooks")
        text = file.text
        warning = file.warning
    }
}

func errorText(_ number: Int32) -> String { String(cString: strerror(number)) }

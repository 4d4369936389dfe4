import Configuration
import Hosts
import QuoAPI

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where a host's server is to take the key from.
enum KeyOrigin: Equatable {
    /// A file that only its owner can read.
    case file(String)
    /// What a command prints.
    case command(String)
    /// The host's own environment.
    case environment
    /// The terminal, for the usual file.
    case prompt
    /// This program's environment, into the host's file.
    case clear
    /// Nowhere: the server works on the simulated workspace.
    case sandbox
}

extension KeyOrigin {
    /// The names of all variables that give a key, of whatever gateway.
    static let variables = Set(
        [Gateway.none, .maton(connection: nil)].flatMap { gateway in
            Credential.Source.allCases.map { $0.name(for: gateway) }
        })

    /// Puts into an entry what lets its server find the key.
    ///
    /// - Parameters:
    ///   - origin: What the command line says; nil for the host's usual way.
    ///   - gateway: Whose key it is.
    /// - Throws: ``InstallError`` where there is no key, with what to do.
    static func resolve(
        _ origin: KeyOrigin?, through gateway: Gateway, into entry: inout HostEntry, for host: Host
    ) throws(InstallError) {
        let variable = Credential.Source.key.name(for: gateway)
        let fileVariable = Credential.Source.file.name(for: gateway)
        let commandVariable = Credential.Source.command.name(for: gateway)
        switch origin {
        case .sandbox: entry.arguments.append("--sandbox")
        case .file(let path): try set(fileVariable, to: try KeyFile(absolutePath(path)).checked(), in: &entry, host)
        case .command(let command):
            if command.allSatisfy(\.isWhitespace) || command.contains(where: \.isNewline) {
                throw InstallError("the command for the key must be one on one line", status: 2)
            }
            try set(commandVariable, to: command, in: &entry, host)
        case .environment:
            if let placeholder = host.placeholder(for: variable) {
                entry.environment[variable] = placeholder
            } else if host.canReferToVariables {
                entry.forwardedVariables.append(variable)
            } else {
                throw InstallError(
                    "\(host.title) has no way to name a variable of its environment; use --key-file or --key-command",
                    status: 2)
            }
        case .prompt:
            guard gateway == .none else {
                throw InstallError(
                    "--read-key keeps a key of Quo, and with \(Gateway.environmentName) the key is Maton's; write it to a file that"
                        + " only you may read, and use --key-file PATH, or use --key-command",
                    status: 2)
            }
            let file = try KeyFile.standard()
            try file.ask()
            try set(fileVariable, to: file.path, in: &entry, host)
        case .clear:
            guard let key = quo_mcp.environment([variable])[variable], !key.isEmpty else {
                throw InstallError("--with-key-in-clear takes the key from \(variable), which is not set", status: 2)
            }
            try set(variable, to: key, in: &entry, host)
        case nil:
            if host.asksForInputs {
                entry.environment[variable] = host.inputReference(of: entry.name)
            } else if gateway == .none {
                let file = try KeyFile.standard()
                guard file.isPresent else { throw noKey(file.path) }
                try set(fileVariable, to: try file.checked(), in: &entry, host)
            } else {
                try resolve(try ofEnvironment(for: gateway), through: gateway, into: &entry, for: host)
            }
        }
    }

    /// Where this program's own variables say that a gateway's key is; the key itself is not taken from them.
    private static func ofEnvironment(for gateway: Gateway) throws(InstallError) -> KeyOrigin {
        let variables = quo_mcp.environment(Array(Self.variables))
        let sources = Credential.Source.named(in: variables, for: gateway)
        switch sources.first.flatMap({ sources == [$0] ? $0 : nil }) {
        case .file: return .file(variables[Credential.Source.file.name(for: gateway)] ?? "")
        case .command: return .command(variables[Credential.Source.command.name(for: gateway)] ?? "")
        case .key, nil:
            let name = { (source: Credential.Source) in source.name(for: gateway) }
            throw InstallError(
                """
                \(Gateway.environmentName) is set, so the host's server needs the key of Maton, and the file does not get it in clear \
                by itself. Set \(name(.file)) or \(name(.command)) and run this again, or use one of
                  quo-mcp install HOST --key-file PATH        takes it from a file that only you may read
                  quo-mcp install HOST --key-command COMMAND  takes it from a password manager
                  quo-mcp install HOST --key-env              takes \(name(.key)) from the host's own environment
                or, for Quo itself with a key of Quo: \(Gateway.environmentName)=none quo-mcp install HOST
                """, status: 2)
        }
    }

    private static func set(
        _ variable: String, to value: String, in entry: inout HostEntry, _ host: Host
    ) throws(InstallError) {
        // A host that puts variables in place of ${...} would do so in this value too.
        if host.placeholder(for: variable) != nil, value.contains("$") {
            throw InstallError(
                "\(host.title) reads $ in its file as a variable, so \(variable) must have none; put the command into a script",
                status: 2)
        }
        guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw InstallError("\(variable) would hold a control character", status: 2)
        }
        entry.environment[variable] = value
    }

    private static func noKey(_ path: String) -> InstallError {
        InstallError(
            """
            there is no API key for the host's server. An owner or admin makes one in the Quo app under Settings, API. Then one of:
              quo-mcp install HOST --read-key             asks for it here, and keeps it in \(path)
              quo-mcp install HOST --key-command COMMAND  takes it from a password manager, for example with one of
                  security find-generic-password -w -s quo-mcp    pass show quo    op read op://Private/Quo/credential
                  secret-tool lookup service quo-mcp
              quo-mcp install HOST --key-file PATH        takes it from a file that only you may read
            or, to try it without a key: quo-mcp install HOST --sandbox
            """, status: 2)
    }
}

/// A file that holds the key.
struct KeyFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// The file `key` beside the configuration file.
    static func standard() throws(InstallError) -> KeyFile {
        var variables = configurationEnvironment()
        variables[ConfigurationFile.variable] = nil
        guard let file = ConfigurationFile(named: nil, environment: variables) else {
            throw InstallError("HOME is not set, so the file with the key cannot be found")
        }
        return KeyFile(file.path.parentFolder + "/key")
    }

    var isPresent: Bool { access(path, F_OK) == 0 }

    /// The path, once it is known that the file is there, holds something, and is nobody else's business.
    func checked() throws(InstallError) -> String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, R_OK) == 0 else {
            throw InstallError("\(path), which is to hold the key, is no file that can be read", status: 2)
        }
        guard status.st_size > 0 else { throw InstallError("\(path), which is to hold the key, is empty", status: 2) }
        guard status.st_mode & (S_IRWXG | S_IRWXO) == 0 else {
            throw InstallError("others can open \(path), which holds the key; run: chmod 600 \"\(path)\"", status: 2)
        }
        return path
    }

    /// Asks for the key in the terminal, and writes it.
    func ask() throws(InstallError) {
        guard let terminal = Terminal() else {
            throw InstallError(
                "there is no terminal to ask for the key in; write it to \(path) and run: chmod 600 \"\(path)\"")
        }
        defer { terminal.close() }
        let question = isPresent ? "The Quo API key, in place of the one in \(path): " : "The Quo API key: "
        let answer = terminal.askSecret(question) ?? ""
        guard let key = answer.split(whereSeparator: \.isWhitespace).first, !key.isEmpty else {
            throw InstallError("no key was typed; nothing was written")
        }
        do throws(HostFileError) {
            let old = try HostFile.read(path)
            // The new file takes over the mode of the old.
            guard old == nil || chmod(path, 0o600) == 0 else {
                throw HostFileError("it cannot be made yours alone: \(String(cString: strerror(errno)))")
            }
            _ = try FileReplacement(of: path, from: old, to: Array("\(key)\n".utf8)).perform(backupTime: nil)
        } catch {
            throw InstallError("\(path) was not written: \(error.message)")
        }
        Output.line("The key is in \(path), which only you can read.")
    }
}

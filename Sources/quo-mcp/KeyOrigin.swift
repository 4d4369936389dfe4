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
    ///   - target: The host, its file, and the way to the key that its entry had.
    /// - Throws: ``InstallError`` where there is no key, with what to do.
    static func resolve(
        _ origin: KeyOrigin?, through gateway: Gateway, into entry: inout HostEntry, for target: KeyTarget
    ) throws(InstallError) {
        let host = target.host
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
                throw InstallError("--with-key-in-clear takes the key from \(variable), which is not set")
            }
            try set(variable, to: key, in: &entry, host)
        case nil:
            if let usual = try usual(for: target, gateway) {
                try resolve(usual, through: gateway, into: &entry, for: target)
            } else if host.asksForInputs {
                entry.environment[variable] = host.inputReference(of: entry.name)
            } else if target.isForPasting {
                let file = try KeyFile.standard(of: gateway)
                try set(fileVariable, to: file.path, in: &entry, host)
                Output.log(
                    "there is no key yet: write it to \(file.path), which only you may read, or name another place")
            } else {
                throw try noKey(gateway, in: target, entry.name)
            }
        }
    }

    /// Where the key is found without an option; nil where it is nowhere.
    ///
    /// That is where this program's own variables say, else where the entry did, else in the configuration folder. The key itself
    /// is not taken from a variable.
    private static func usual(for target: KeyTarget, _ gateway: Gateway) throws(InstallError) -> KeyOrigin? {
        // VS Code asks for the key itself, unless its entry had another way to it.
        if !target.host.asksForInputs, let origin = origin(in: quo_mcp.environment(Array(variables)), gateway) {
            return origin
        }
        if let old = target.oldEntry, let origin = origin(in: old.environment, gateway) {
            guard case .file(let path) = origin else { return origin }
            if access(path, R_OK) == 0 { return origin }
        }
        if let old = target.oldEntry, old.refersTo(Credential.Source.key.name(for: gateway), of: target.host) {
            return .environment
        }
        guard gateway == .none, !target.host.asksForInputs else { return nil }
        let file = try KeyFile.standard()
        if file.isPresent { return .file(try file.checked(status: 1)) }
        return origin(in: KeyFiles(environment: configurationEnvironment())?.variables(besides: [:]) ?? [:], gateway)
    }

    /// The one file or command that variables name; nil where they name none, or several ways to a key.
    private static func origin(in variables: [String: String], _ gateway: Gateway) -> KeyOrigin? {
        let sources = Credential.Source.named(in: variables, for: gateway)
        guard let source = sources.first, sources.count == 1, let value = variables[source.name(for: gateway)] else {
            return nil
        }
        switch source {
        case .file: return .file(expandedPath(value))
        case .command: return .command(value)
        case .key: return nil
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

    /// Why there is no entry without a key, and all ways to one.
    private static func noKey(
        _ gateway: Gateway, in target: KeyTarget, _ name: String
    ) throws(InstallError) -> InstallError {
        let variable = Credential.Source.key.name(for: gateway)
        let isSet = quo_mcp.environment([variable])[variable]?.isEmpty == false
        let inClear =
            isSet ? "\(variable) is set, but the host's file does not get the key in clear by itself." : nil
        let gatewayName = Gateway.environmentName
        let command = "quo-mcp install \(target.host.name)"
        let common = """
              \(command) --key-file PATH        takes it from a file that only you may read
              \(command) --key-command COMMAND  takes it from a password manager, for example with one of
                  security find-generic-password -w -s quo-mcp    pass show quo    op read op://Private/Quo/credential
                  secret-tool lookup service quo-mcp
              \(command) --key-env              takes \(variable) from the host's own environment
              \(command) --with-key-in-clear    writes the key in \(variable) into the host's file
            """
        if gateway != .none {
            let isHere = quo_mcp.environment([gatewayName])[gatewayName]?.isEmpty == false
            let place = isHere ? "in the environment" : "in the entry \(name) of \(target.path)"
            return InstallError(
                """
                \(gatewayName) is maton \(place), so the host's server needs the key of Maton. \(inClear ?? "There is none.") \
                Set \(Credential.Source.file.name(for: gateway)) or \(Credential.Source.command.name(for: gateway)) and run this \
                again, or use one of
                \(common)
                or, for Quo itself with a key of Quo: \(gatewayName)=none \(command)
                """)
        }
        let makeOne =
            "there is no API key for the host's server. An owner or admin makes one in the Quo app under Settings, API."
        return InstallError(
            """
            \(inClear ?? makeOne) Use one of
              \(command) --read-key             asks for it here, and keeps it in \(try KeyFile.standard().path)
            \(common)
              quo-mcp setup\(String(repeating: " ", count: max(1, command.count + 11)))asks for it, and for all else that must be chosen
            or, to try it without a key: \(command) --sandbox
            """)
    }
}

/// What a key is looked up for.
struct KeyTarget {
    let host: Host
    /// The host's file.
    let path: String
    /// The entry that was there before; nil where there was none of this program.
    let oldEntry: HostEntry?
    /// Whether the entry is only shown, so that it may name a file that is still to be written.
    let isForPasting: Bool
}

extension HostEntry {
    /// Whether the entry takes a variable from the host's environment.
    fileprivate func refersTo(_ variable: String, of host: Host) -> Bool {
        forwardedVariables.contains(variable)
            || environment[variable].map { $0 == host.placeholder(for: variable) } ?? false
    }
}

/// A file that holds the key.
struct KeyFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// The file `key` beside the configuration file, or `maton-key`, which nothing reads unless it is named.
    static func standard(of gateway: Gateway = .none) throws(InstallError) -> KeyFile {
        var variables = configurationEnvironment()
        variables[ConfigurationFile.variable] = nil
        guard let file = ConfigurationFile(named: nil, environment: variables) else {
            throw InstallError("HOME is not set, so the file with the key cannot be found")
        }
        return KeyFile(file.path.parentFolder + (gateway == .none ? "/key" : "/maton-key"))
    }

    var isPresent: Bool { access(path, F_OK) == 0 }

    /// The path, once it is known that the file is there, holds something, and is nobody else's business.
    ///
    /// - Parameter exit: The exit status where it is not so: 2 where the command line names the file.
    func checked(status exit: Int32 = 2) throws(InstallError) -> String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, R_OK) == 0 else {
            throw InstallError("\(path), which is to hold the key, is no file that can be read", status: exit)
        }
        guard status.st_size > 0 else {
            throw InstallError("\(path), which is to hold the key, is empty", status: exit)
        }
        guard status.st_mode & (S_IRWXG | S_IRWXO) == 0 else {
            throw InstallError("others can open \(path), which holds the key; run: chmod 600 \"\(path)\"", status: exit)
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

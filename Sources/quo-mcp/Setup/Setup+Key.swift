import HTTP
import Hosts
import JSON
import QuoAPI
import QuoServer
import Sandbox

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One of the workspace's numbers, as far as a person chooses among them.
struct WorkspaceLine: Sendable {
    let id: String
    let number: String
    let title: String

    init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue, let number = value["number"]?.stringValue else { return nil }
        self.id = id
        self.number = number
        let name = value["name"]?.stringValue ?? ""
        title = "\(name.isEmpty ? "unnamed" : name) (\(number))".oneVisibleLine
    }
}

/// The key, and what shows that it works.
extension Setup {
    /// Finds a key that works, and keeps it; returns the workspace's numbers, or nil where they could not be read.
    mutating func chooseKey() throws(SetupEnd) -> [WorkspaceLine]? {
        if isSandbox {
            say("The simulated workspace needs none.")
            return try? lines(with: [:]).get()
        }
        let settings = connectionEnvironment()
        let gateway = (try? Gateway.load(environment: settings)) ?? .none
        if gateway != .none {
            say(
                "QUO_GATEWAY is set, so the key is Maton's: set MATON_API_KEY_FILE or MATON_API_KEY_COMMAND for the host."
            )
            return try report(lines(with: settings))
        }
        say("An owner or admin of the workspace makes it in the Quo app under Settings, API.\n")
        while true {
            let isThere = !Credential.Source.named(in: settings).isEmpty
            var choices = [
                "type it here, unseen; it is kept in \(keyFiles.key), which only you can read",
                "let a command of a password manager print it",
                "later (the sandbox for now)",
            ]
            if isThere { choices.insert("keep the one from \(place(settings))", at: 0) }
            let choice = try choose(choices, standard: 0)
            switch isThere ? choice : choice + 1 {
            case 0: return try report(lines(with: settings))
            case 1: if let lines = try typedKey() { return lines }
            case 2: if let lines = try keyCommand() { return lines }
            default:
                say(
                    "The host's server will have the simulated workspace. quo-mcp setup asks again when you have a key."
                )
                isSandbox = true
                return nil
            }
        }
    }

    private func place(_ settings: [String: String]) -> String {
        guard let source = Credential.Source.named(in: settings).first else { return "nowhere" }
        let name = source.name(for: .none)
        if !environment([name]).isEmpty { return "\(name) of this shell" }
        return source == .file ? keyFiles.key : keyFiles.command
    }

    /// Asks for the key and keeps it; nil where the person is to choose again.
    private func typedKey() throws(SetupEnd) -> [WorkspaceLine]?? {
        guard let typed = terminal.askSecret("The key: ") else { throw .byPerson }
        guard let key = typed.split(whereSeparator: \.isWhitespace).first.map(String.init) else {
            say("Nothing was typed.\n")
            return nil
        }
        var settings = connectionEnvironment(without: Credential.Source.allCases)
        settings[Credential.Source.key.name(for: .none)] = key
        return try kept(settings) { () throws(HostFileError) in
            try write(key, to: keyFiles.key)
        }
    }

    /// Asks for a command that prints the key and keeps it; nil where the person is to choose again.
    private func keyCommand() throws(SetupEnd) -> [WorkspaceLine]?? {
        say("\nFor example, with the name under which you keep the key:")
        for example in [
            "security find-generic-password -w -s quo-mcp", "pass show quo", "op read op://Private/Quo/credential",
            "secret-tool lookup service quo-mcp",
        ] { say("  \(example)") }
        guard let command = terminal.askLine("\nThe command: ") else { throw .byPerson }
        if command.allSatisfy(\.isWhitespace) {
            say("Nothing was typed.\n")
            return nil
        }
        var settings = connectionEnvironment(without: Credential.Source.allCases)
        settings[Credential.Source.command.name(for: .none)] = command
        return try kept(settings) { () throws(HostFileError) in
            try write(command, to: keyFiles.command)
            // The file with the key would go before the command.
            unlink(keyFiles.key)
        }
    }

    /// Tries a key and keeps it; nil where it is not accepted, or not kept.
    private func kept(
        _ settings: [String: String], _ keep: () throws(HostFileError) -> Void
    ) throws(SetupEnd) -> [WorkspaceLine]?? {
        let found: [WorkspaceLine]?
        switch lines(with: settings) {
        case .success(let lines): found = lines
        case .failure(let fault):
            say("It did not work: \(fault.message)")
            if fault.isOfKey { return nil }
            if try !confirm("\nKeep it all the same?", standard: false) { return nil }
            found = nil
        }
        do throws(HostFileError) { try keep() } catch { throw SetupEnd("It was not kept: \(error.message)") }
        say("It \(found == nil ? "is kept" : "works, and is kept").")
        return .some(found)
    }

    private func write(_ text: String, to path: String) throws(HostFileError) {
        let old = try HostFile.read(path)
        _ = try FileReplacement(of: path, from: old, to: Array("\(text)\n".utf8)).perform(backupTime: nil)
        if chmod(path, 0o600) != 0 { throw HostFileError("\(path) could not be made yours alone") }
    }

    private func report(_ result: Result<[WorkspaceLine], SetupFault>) throws(SetupEnd) -> [WorkspaceLine]? {
        switch result {
        case .success(let lines):
            say("It works.")
            return lines
        case .failure(let fault):
            say("It does not work now: \(fault.message)")
            return nil
        }
    }

    /// Reads the workspace's numbers.
    func lines(with settings: [String: String]) -> Result<[WorkspaceLine], SetupFault> {
        let isSandbox = isSandbox
        return blocking {
            do {
                let gateway = try Gateway.load(environment: settings)
                let baseURL = try BaseURL.load(environment: settings, gateway: gateway)
                let credential =
                    try isSandbox
                    ? Credential(key: "sandbox") : Credential.load(environment: settings, gateway: gateway)
                var options = ConnectionOptions(
                    userAgent: "quo-mcp/\(PhoneServer.version)", timeout: .seconds(15), gateway: gateway)
                options.retries.maximumRetries = 1
                let transport: any HTTPTransport = isSandbox ? SandboxTransport() : CurlTransport()
                let reader = Reader(
                    Connection(
                        transport: transport, baseURL: baseURL, credential: credential, pacer: NoPacing(),
                        options: options))
                let answer = try await reader.read(.listPhoneNumbers, OperationArguments())
                return .success((answer["data"]?.arrayValue ?? []).compactMap(WorkspaceLine.init))
            } catch let error as APIError {
                return .failure(SetupFault(message: "\(error)".oneVisibleLine, isOfKey: error.status == 401))
            } catch {
                return .failure(SetupFault(message: "\(error)".oneVisibleLine, isOfKey: error is CredentialError))
            }
        }
    }
}

/// Why the workspace's numbers could not be read.
struct SetupFault: Error {
    let message: String
    /// Whether another key would help.
    let isOfKey: Bool
}

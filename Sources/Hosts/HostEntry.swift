import JSON

/// A server as a host's file has it, or as it is to be written there.
package struct HostEntry: Sendable, Equatable {
    /// The name of the server, by which the host calls it.
    package let name: String
    /// The program that the host starts; empty where the entry names none, as that of a remote server.
    package var command: String
    /// The program's arguments.
    package var arguments: [String]
    /// The variables that the program gets; a value may be a secret.
    package var environment: [String: String]
    /// The names of variables that the host hands on from where it keeps them itself.
    package var forwardedVariables: [String]
    /// Whether the host has it switched off.
    package var isDisabled = false

    /// Makes an entry.
    package init(
        name: String, command: String, arguments: [String] = [], environment: [String: String] = [:],
        forwardedVariables: [String] = []
    ) {
        (self.name, self.command, self.arguments) = (name, command, arguments)
        (self.environment, self.forwardedVariables) = (environment, forwardedVariables)
    }

    /// The names of all variables that it sets or hands on, in alphabetical order.
    package var variableNames: [String] { (environment.keys + forwardedVariables).sorted() }

    /// Whether it starts this program, whatever the server is called.
    ///
    /// - Parameter executable: The path of this program, which may have another name than usual.
    package func starts(_ executable: String) -> Bool {
        command == executable || command.lastPathComponent == "quo-mcp"
    }
}

extension HostEntry {
    /// Reads what a host's file says of a server.
    init(name: String, value: JSONObject) {
        // Zed once had command, arguments and environment in an object under command.
        let inner = value["command"]?.objectValue
        let words = value["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let command = value["command"]?.stringValue ?? value["cmd"]?.stringValue ?? inner?["path"]?.stringValue
        let arguments = (value["args"] ?? inner?["args"])?.arrayValue?.compactMap(\.stringValue) ?? []
        let environment = (value["env"] ?? value["envs"] ?? inner?["env"])?.objectValue ?? [:]
        let forwarded = (value["env_vars"] ?? value["env_keys"])?.arrayValue?.compactMap(\.stringValue) ?? []
        self.init(
            name: name, command: command ?? words.first ?? "", arguments: words.dropFirst() + arguments,
            environment: Dictionary(
                environment.compactMap { member in
                    member.value.stringValue.map { (member.name, $0) }
                }
            ) { $1 },
            forwardedVariables: forwarded)
        isDisabled = value["enabled"]?.boolValue == false || value["disabled"]?.boolValue == true
    }

    /// What a host's file is to say of the server.
    func value(for host: Host) -> JSONObject {
        let arguments = JSONValue.array(self.arguments.map { .string($0) })
        var variables = JSONObject()
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) { variables[name] = .string(value) }
        let forwarded = JSONValue.array(forwardedVariables.map { .string($0) })
        if host.shape == .goose {
            return [
                "enabled": true, "type": "stdio", "name": .string(name),
                "description": "The business phone: texts, calls and contacts in Quo", "cmd": .string(command),
                "args": arguments, "envs": .object(variables), "env_keys": forwarded, "timeout": 300,
            ]
        }
        var object = JSONObject()
        switch host.shape {
        case .typed, .vscode: object["type"] = "stdio"
        case .copilot: object["type"] = "local"
        case .plain, .goose: break
        }
        object["command"] = .string(command)
        object["args"] = arguments
        if !variables.isEmpty { object["env"] = .object(variables) }
        if case .list(let name)? = host.reference, !forwardedVariables.isEmpty { object[name] = forwarded }
        if host.shape == .copilot { object["tools"] = ["*"] }
        return object
    }
}

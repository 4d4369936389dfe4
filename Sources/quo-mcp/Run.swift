import MCP
import QuoAPI
import QuoServer

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Does what the command line asks.
///
/// Synchronous, and the only thing that main.swift calls: the main thread serves standard input by blocking on it.
///
/// - Returns: The exit status: 0 done, 1 not done, 2 the command line or a file that it names is wrong.
nonisolated func run(_ arguments: [String]) -> Int32 {
    let invocation: Invocation
    do {
        var parsed = try Invocation(parsing: arguments)
        if try environmentWantsSandbox() { parsed.isSandbox = true }
        invocation = parsed
    } catch {
        Output.log(error.message.hasSuffix("?") ? error.message : "\(error.message); see quo-mcp --help")
        return 2
    }
    switch invocation.command {
    case .help(let command):
        Output.line(command.map(help(of:)) ?? help)
        return 0
    case .version:
        Output.line("quo-mcp \(PhoneServer.version)")
        return 0
    case .completion(let shell):
        Output.write(ShellCompletion.script(for: shell), to: 1)
        return 0
    case .setUp: return setUp(isSandbox: invocation.isSandbox, configurationFile: invocation.configurationFile)
    case .doctor(let isJSON):
        return doctor(
            isJSON: isJSON, isSandbox: invocation.isSandbox, configurationFile: invocation.configurationFile)
    case .manual:
        Output.write(ManualPage.text, to: 1)
        return 0
    case .tools(let name, let isJSON):
        return listTools(name: name, isJSON: isJSON, selection: toolSelection(invocation))
    case .config(let view):
        return showConfiguration(view, file: invocation.configurationFile, isSandbox: invocation.isSandbox)
    case .demo: return playDemo()
    case .serve:
        let log = Log(level: environment([Log.variable])[Log.variable])
        return serve(connector(invocation, log: log), log: log)
    case .call(let tool, let arguments):
        // A person who names a tool wants that one, whatever agents are offered.
        let server = PhoneServer(connector(invocation, log: Log(level: nil), offersEverything: true))
        return blocking { await call(tool, arguments, server: server) }
    case .approve(let request): return approve(request, configurationFile: invocation.configurationFile)
    case .audit(let request): return audit(request)
    case .contractDiff(let file, let isJSON): return showContractDifferences(file: file, isJSON: isJSON)
    case .install(let request): return request.map { install($0) } ?? listHosts()
    case .uninstall(let request): return uninstall(request)
    case .optOut(let request): return optOut(request)
    case .listen(let request): return listen(request, isSandbox: invocation.isSandbox)
    case .webhook(let request): return webhook(request)
    }
}

/// - Parameter offersEverything: Whether every tool can be called that is not excluded, whichever the owner chose for agents.
private func connector(_ invocation: Invocation, log: Log, offersEverything: Bool = false) -> WorkspaceConnector {
    let place: WorkspaceConnector.Place =
        invocation.isSandbox
        ? .simulated(namedGateway { log.write($0, at: .warning) }) : .api(environment: connectionEnvironment())
    let program = (try? ServerProcess.ownExecutable()) ?? "quo-mcp"
    return WorkspaceConnector(
        place,
        policy: loadPolicyOrRefusal(
            file: invocation.configurationFile, variables: invocation.variables, offersEverything: offersEverything),
        state: stateFolder, program: program, log: { log.write($0, at: .warning) })
}

/// The gateway that the environment names, none where the setting is wrong.
///
/// - Parameter complain: Takes what is wrong. Only the sandbox needs it: elsewhere every call that needs the API tells it.
private func namedGateway(complain: (String) -> Void = { _ in }) -> Gateway {
    do {
        return try Gateway.load(environment: environment([Gateway.environmentName, Gateway.connectionName]))
    } catch {
        complain("\(error.description) The sandbox goes on without a gateway.")
        return .none
    }
}

/// The tools that the command line names; nil where it names none, for all of them.
private func toolSelection(_ invocation: Invocation) -> ToolSelection? {
    if invocation.variables.isEmpty { return nil }
    return ToolSelection(
        loadPolicyOrRefusal(file: invocation.configurationFile, variables: invocation.variables),
        hasGateway: namedGateway() != .none)
}

/// Whether the environment asks for the sandbox.
///
/// - Throws: ``UsageError`` where it says neither yes nor no: a word that is not understood must not open the real workspace.
private func environmentWantsSandbox() throws(UsageError) -> Bool {
    switch environment(["QUO_SANDBOX"])["QUO_SANDBOX"]?.lowercased() ?? "" {
    case "1", "true", "yes", "on": return true
    case "", "0", "false", "no", "off": return false
    case let word where word.hasPrefix("${"): return false
    case let word: throw UsageError("QUO_SANDBOX is \"\(word)\"; set it to 1, or leave it out")
    }
}

private func serve(_ connector: WorkspaceConnector, log: Log) -> Int32 {
    if isatty(0) == 1 {
        Output.log(
            """
            waiting for an MCP host on standard input. A host starts this program itself; to connect one, for example:
              \(CommandLine.arguments[0]) install claude-code
            quo-mcp demo shows what a host sees, quo-mcp --help tells the rest. Control-D ends it.
            """)
    }
    do {
        try StandardIOTransport().serve(PhoneServer(connector, report: { log.write($0) }), on: connector.executor) {
            // The transport waits for five seconds; what is unfinished is told before they are over.
            await connector.drain(limit: .milliseconds(4_800))
        }
        return 0
    } catch {
        Output.log("\(error)")
        return 1
    }
}

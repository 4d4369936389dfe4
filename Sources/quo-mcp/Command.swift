/// What a person asked of the program on its command line.
enum Command: Equatable {
    /// Serve a host over standard input and output.
    case serve
    /// Play an agent's session against the sandbox.
    case demo
    /// List the tools, or show one.
    case tools(name: String?, isJSON: Bool)
    /// Call one tool, asking for approval in the terminal.
    case call(tool: String, arguments: String)
    /// Show the owner's policy.
    case config(ConfigurationView)
    case version
    case help
}

/// A whole command line.
struct Invocation: Equatable {
    var command: Command
    /// Whether `--sandbox` was given; the environment may say so as well.
    var isSandbox: Bool
    /// The file that `--config` names.
    var configurationFile: String?

    /// Reads the arguments that follow the program's name.
    ///
    /// - Throws: ``UsageError`` that names what is wrong with them.
    init(parsing arguments: [String]) throws(UsageError) {
        var words: [String] = []
        var options: Set<String> = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "-h": options.insert("--help")
            case "--config":
                guard let path = rest.popFirst() else { throw UsageError("--config needs the path of a file") }
                configurationFile = path
            case "--sandbox", "--json", "--schema", "--help", "--version": options.insert(argument)
            case _ where argument.hasPrefix("-"): throw UsageError("unknown option \(argument)")
            default: words.append(argument)
            }
        }
        isSandbox = options.contains("--sandbox")
        if options.contains("--help") || words.first == "help" {
            command = .help
            return
        }
        if options.contains("--version") || words.first == "version" {
            command = .version
            return
        }
        let limit: Int
        switch words.first ?? "serve" {
        case "serve": (command, limit) = (.serve, 1)
        case "demo": (command, limit) = (.demo, 1)
        case "tools":
            (command, limit) = (
                .tools(name: words.count > 1 ? words[1] : nil, isJSON: options.contains("--json")), 2
            )
        case "call":
            guard words.count > 1 else { throw UsageError("call needs the name of a tool") }
            (command, limit) = (.call(tool: words[1], arguments: words.count > 2 ? words[2] : "{}"), 3)
        case "config":
            let view: ConfigurationView =
                options.contains("--schema") ? .schema : options.contains("--json") ? .json : .listing
            (command, limit) = (.config(view), 1)
        case let word: throw UsageError("unknown command \(word)")
        }
        if words.count > limit { throw UsageError("unexpected argument \(words[limit])") }
        if options.contains("--json"), !["tools", "config"].contains(words.first) {
            throw UsageError("--json goes with tools and config only")
        }
        if options.contains("--schema"), words.first != "config" { throw UsageError("--schema goes with config only") }
        if configurationFile != nil, words.first != "config" { throw UsageError("--config goes with config only") }
    }
}

/// What is wrong with a command line.
struct UsageError: Error, Equatable {
    let message: String
    init(_ message: String) { self.message = message }
}

/// The text of `--help`.
let help = """
    quo-mcp: a business phone for AI agents. It serves a Quo (formerly OpenPhone) workspace to an MCP host over standard
    input and output, and asks you before anything is sent, overwritten, deleted or exposed.

    USAGE
      quo-mcp [--sandbox] [COMMAND]

    COMMANDS
      serve              Serve an MCP host on standard input and output. This is the default; hosts run it, people do not.
      demo               Play an agent's session against the sandbox, to see what a host and its user see. Needs no key.
      tools [NAME]       List the tools, or show one with its arguments. With --json: as MCP hosts are told.
      call TOOL [JSON]   Call one tool with arguments as a JSON object. What needs approval is asked in this terminal.
      config             Show the policy that counts, and where each value came from. With --schema: the file's JSON Schema.

    OPTIONS
      --sandbox          Use the embedded, simulated workspace instead of the API. Needs no key; nothing leaves the machine.
      --json             Print tools, or the policy, as JSON.
      --config PATH      Read the policy from that file.
      --version          Print the version.
      --help, -h         Print this.

    ENVIRONMENT
      QUO_API_KEY          The API key, made by an owner or admin in the Quo app under Settings, API.
      QUO_API_KEY_FILE     Instead: a file with the key in it.
      QUO_API_KEY_COMMAND  Instead: a shell command that prints the key, for example of a password manager.
      QUO_BASE_URL         Another address of the API, https or loopback; https://api.openphone.com is the older host.
      QUO_SANDBOX          1 is the same as --sandbox.
      QUO_MCP_CONFIG       The file with the policy; else quo-mcp/config.json in the platform's configuration folder.
      QUO_PROFILE          read-only, guarded (default), reply-only or unattended. quo-mcp config shows the other settings.
      QUO_READ_ONLY        1 sends and changes nothing, whatever else is set.

    EXAMPLES
      quo-mcp demo
      quo-mcp --sandbox call list_phone_numbers
      claude mcp add quo -e QUO_API_KEY=YOUR_KEY -- /path/to/quo-mcp
    """

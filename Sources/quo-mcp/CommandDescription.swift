import Configuration
import Hosts

/// What a word of a command line can be, for completion.
enum WordKind: Equatable, Sendable {
    /// Nothing that a shell could know.
    case anything
    case file
    case tool
    /// Tools with commas between.
    case tools
    /// Toolsets or tools, with commas between.
    case toolsets
    case choice([String])
}

/// What one command is for and takes: the source of the grammar, of `--help`, of the shells' completions and of the man page.
struct CommandDescription: Equatable, Sendable {
    let name: String
    /// What follows the name, as in `[NAME]`; empty where nothing does.
    var synopsis = ""
    /// Whole sentences, without line breaks.
    let summary: String
    /// How many words may follow the name.
    var words: ClosedRange<Int> = 0...0
    var firstWord = WordKind.anything
    /// The options that go with it, besides `--sandbox`, `--help` and `--version`, which go with all.
    var options: [String] = []

    /// The command with that name.
    static func named(_ name: String) -> CommandDescription? { all.first { $0.name == name } }
}

/// What one option is for.
struct OptionDescription: Sendable {
    let name: String
    /// The word for its value, as in `PATH`, and what an error says that it needs; nil for a flag.
    var value: (word: String, meaning: String)?
    let summary: String
    /// What its value can be, for completion.
    var kind = WordKind.anything

    /// The option with that name.
    static func named(_ name: String) -> OptionDescription? { all.first { $0.name == name } }
}

/// What one environment variable is for.
struct VariableDescription: Sendable {
    let name: String
    let summary: String
}

extension CommandDescription {
    /// Every command, in the order in which `--help` tells them.
    static let all = [
        CommandDescription(
            name: "serve",
            summary: """
                Serve an MCP host on standard input and output. This is the default; hosts run it, people do not.
                """,
            options: ["--config", "--toolsets", "--exclude-tools"]),
        CommandDescription(
            name: "demo",
            summary: """
                Play an agent's session against the sandbox, to see what a host and its user see. Needs no key.
                """),
        CommandDescription(
            name: "tools", synopsis: "[NAME]",
            summary: "List the tools, or show one with its arguments. With --json: as MCP hosts are told.",
            words: 0...1, firstWord: .tool, options: ["--json", "--config", "--toolsets", "--exclude-tools"]),
        CommandDescription(
            name: "call", synopsis: "TOOL [JSON]",
            summary: """
                Call one tool with arguments as a JSON object. What needs approval is asked in this terminal.
                """,
            words: 1...2, firstWord: .tool, options: ["--config"]),
        CommandDescription(
            name: "approve", synopsis: "[ID]",
            summary: """
                Decide on what waits for your approval, in this terminal. With --watch: wait for it, and ring. With \
                --set-passcode: set, change or remove a passcode that approving here asks for.
                """,
            words: 0...1, options: ["--config", "--watch", "--set-passcode"]),
        CommandDescription(
            name: "audit",
            summary: """
                Show what was asked, approved, refused and done, newest last. With --verify: find any line that was \
                edited or is missing.
                """,
            options: ["--json", "--limit", "--tool", "--event", "--since", "--verify"]),
        CommandDescription(
            name: "optout", synopsis: "list | add NUMBER [NOTE] | remove NUMBER",
            summary: "Show or change who gets no texts from any agent on this machine.",
            words: 1...3, firstWord: .choice(["list", "add", "remove"])),
        CommandDescription(
            name: "listen",
            summary: """
                Take Quo's webhooks, which a tunnel of yours passes on, and keep their events for the tools. Needs \
                libmicrohttpd and the key, and uses the secrets that are kept besides those that you set.
                """,
            options: ["--listen", "--path"]),
        CommandDescription(
            name: "webhook", synopsis: "verify --headers FILE --body FILE | send TYPE URL | secret [ID]",
            summary: """
                verify: check a delivery that was saved. send: send a signed sample, for example of message.received, to \
                a URL of this machine; with --legacy as v1 does. Both use the secrets that are kept where you set none. \
                secret: show the signing secret of a webhook that an agent made, in this terminal.
                """,
            words: 1...3, firstWord: .choice(["verify", "send", "secret"]),
            options: ["--headers", "--body", "--legacy", "--webhook"]),
        CommandDescription(
            name: "config",
            summary: """
                Show the policy that counts, and where each value came from. With --schema: the file's JSON Schema.
                """,
            options: ["--config", "--json", "--schema"]),
        CommandDescription(
            name: "install", synopsis: "[HOST]",
            summary: """
                Add this server to an agent host's file, or show how; without HOST, list the hosts. Shows the difference, \
                keeps a backup, and writes no key into the file.
                """,
            words: 0...1, firstWord: .choice(Host.all.map(\.name)),
            options: [
                "--project", "--name", "--dry-run", "--print", "--replace", "--key-file", "--key-command", "--key-env",
                "--read-key", "--with-key-in-clear", "--profile", "--toolsets",
            ]),
        CommandDescription(
            name: "uninstall", synopsis: "HOST",
            summary: "Take this server out of an agent host's file, and leave all else there as it was.",
            words: 1...1, firstWord: .choice(Host.all.map(\.name)), options: ["--project", "--name", "--dry-run"]),
        CommandDescription(
            name: "contract", synopsis: "diff FILE",
            summary: """
                Show what an OpenAPI document of the API adds, removes and changes against the contract that this program \
                is made of. What cannot be compared is a difference too. Exits with 0 for no difference, 1 for some, 2 for \
                a file that is not readable or has no operation.
                """,
            words: 1...2, firstWord: .choice(["diff"]), options: ["--json"]),
        CommandDescription(
            name: "setup",
            summary: """
                Walk you through key, profile, numbers, approvals and host, in this terminal. What is there stays unless \
                you change it.
                """,
            options: ["--config"]),
        CommandDescription(
            name: "doctor",
            summary: """
                Look for what keeps this program from its work: libraries, key, API, policy, state, hosts. Changes and \
                sends nothing, and prints no key, name, number or text. Exits with 1 where something failed.
                """,
            options: ["--json", "--config"]),
        CommandDescription(
            name: "completion", synopsis: "bash | zsh | fish",
            summary: "Print a script that lets that shell complete this program's command lines.",
            words: 1...1, firstWord: .choice(Shell.allCases.map(\.rawValue))),
        CommandDescription(name: "man", summary: "Print the manual page, for man -l -."),
    ]
}

extension OptionDescription {
    /// Every option, in the order in which `--help` tells them.
    static let all = [
        OptionDescription(
            name: "--sandbox",
            summary: """
                Use the embedded, simulated workspace instead of the API. Needs no key; nothing leaves the machine.
                """),
        OptionDescription(
            name: "--json",
            summary: "Print tools, the policy, differences, findings or the audit as JSON; the audit one object a line."
        ),
        OptionDescription(
            name: "--config", value: ("PATH", "the path of a file"), summary: "Read the policy from that file.",
            kind: .file),
        OptionDescription(name: "--schema", summary: "With config: print the JSON Schema of the policy's file."),
        OptionDescription(
            name: "--toolsets", value: ("NAMES", "names of toolsets or tools, with commas"),
            summary: """
                Offer these toolsets or tools, with commas: core (default), messages, calls, contacts, webhooks, admin, \
                tasks, dated, maton (with that gateway) or all. quo-mcp tools lists what is in them.
                """, kind: .toolsets),
        OptionDescription(
            name: "--exclude-tools", value: ("NAMES", "names of tools, with commas"),
            summary: "Do not offer these tools, with commas.", kind: .tools),
        OptionDescription(name: "--watch", summary: "With approve: wait for what needs approval, and ring."),
        OptionDescription(name: "--set-passcode", summary: "With approve: set, change or remove its passcode."),
        OptionDescription(
            name: "--limit", value: ("N", "a number"), summary: "How many lines of the audit to show, 50 without this."),
        OptionDescription(
            name: "--tool", value: ("NAME", "the name of a tool"), summary: "Show only the audit of that tool.",
            kind: .tool),
        OptionDescription(
            name: "--event", value: ("NAME", "the name of an event"),
            summary: "Show only that event of the audit: \(AuditRequest.events.joined(separator: ", ")).",
            kind: .choice(AuditRequest.events)),
        OptionDescription(
            name: "--since", value: ("DAY", "a day"),
            summary: """
                Show only the audit from that day on, as 2026-01-31, or from a time as 2026-01-31T09:00:00Z.
                """),
        OptionDescription(name: "--verify", summary: "With audit: find any line that was edited or is missing."),
        OptionDescription(
            name: "--listen", value: ("HOST:PORT", "an address and a port"),
            summary: "Where listen takes webhooks, 127.0.0.1:4114 without this."),
        OptionDescription(
            name: "--path", value: ("PATH", "a path"), summary: "The path at which it does, /quo without this."),
        OptionDescription(
            name: "--headers", value: ("FILE", "the path of a file"),
            summary: "With webhook verify: the delivery's headers, a line each.", kind: .file),
        OptionDescription(
            name: "--body", value: ("FILE", "the path of a file"),
            summary: "With webhook verify: the delivery's body, byte for byte.", kind: .file),
        OptionDescription(name: "--legacy", summary: "With webhook send: sign the sample as v1 does."),
        OptionDescription(
            name: "--webhook", value: ("ID", "the id of a webhook"),
            summary: "With webhook send: sign the sample with the secret that is kept of that webhook."),
        OptionDescription(
            name: "--project", summary: "With install, uninstall: change the file of the project in this folder."),
        OptionDescription(
            name: "--name", value: ("NAME", "a name"),
            summary: "The server's name in the host's file, quo without this."),
        OptionDescription(
            name: "--dry-run", summary: "With install, uninstall: show the difference, and write nothing."),
        OptionDescription(name: "--print", summary: "With install: print what to paste, and write nothing."),
        OptionDescription(
            name: "--replace", summary: "With install: replace a server of that name that starts another program."),
        OptionDescription(
            name: "--key-file", value: ("PATH", "the path of a file"),
            summary: """
                With install: the host's server reads the key from that file, which only you may read; without any of these \
                options, from the file key in quo-mcp's configuration folder.
                """,
            kind: .file),
        OptionDescription(
            name: "--key-command", value: ("COMMAND", "a command"),
            summary: "With install: it takes the key from that command's output, for example of a password manager."),
        OptionDescription(
            name: "--key-env", summary: "With install: it takes QUO_API_KEY from the host's environment."),
        OptionDescription(
            name: "--read-key",
            summary:
                "With install: ask for the key in this terminal, and keep it in the file key that only you may read."),
        OptionDescription(
            name: "--with-key-in-clear",
            summary: "With install: write the key in QUO_API_KEY into the host's file, where all that reads it sees it."
        ),
        OptionDescription(
            name: "--profile", value: ("NAME", "the name of a profile"),
            summary: "With install: \(Profile.allCases.map(\.rawValue).joined(separator: ", ")).",
            kind: .choice(Profile.allCases.map(\.rawValue))),
        OptionDescription(name: "--version", summary: "Print the version."),
        OptionDescription(name: "--help", summary: "Print this, or with a command what is of it. -h is the same."),
    ]
}

extension VariableDescription {
    /// Every environment variable that the program reads, in the order in which `--help` tells them.
    static let all = [
        VariableDescription(
            name: "QUO_API_KEY",
            summary: """
                The API key, made by an owner or admin in the Quo app under Settings, API. Where neither this nor one of the \
                next two is set: the file key in the configuration folder, which quo-mcp setup writes.
                """),
        VariableDescription(name: "QUO_API_KEY_FILE", summary: "Instead: a file with the key in it."),
        VariableDescription(
            name: "QUO_API_KEY_COMMAND",
            summary: "Instead: a shell command that prints the key, for example of a password manager."),
        VariableDescription(
            name: "QUO_BASE_URL",
            summary: """
                Another address of the API, https or loopback; https://api.openphone.com is the older host.
                """),
        VariableDescription(
            name: "QUO_GATEWAY",
            summary: """
                maton: reach Quo through Maton, with its key in MATON_API_KEY, MATON_API_KEY_FILE or MATON_API_KEY_COMMAND \
                instead of Quo's. MATON_CONNECTION names the connection, which is an account of Quo; without it \
                choose_connection chooses one, or else Maton takes its oldest active one.
                """),
        VariableDescription(
            name: "QUO_WEBHOOK_SECRET",
            summary: "Secrets of webhooks with commas between: whsec_..., or base64 alone for those of the API v1."),
        VariableDescription(name: "QUO_WEBHOOK_SECRET_FILE", summary: "Instead: a file with them in it."),
        VariableDescription(name: "QUO_SANDBOX", summary: "1 is the same as --sandbox."),
        VariableDescription(
            name: "QUO_MCP_CONFIG",
            summary: """
                The file with the policy; else quo-mcp/config.json in the platform's configuration folder.
                """),
        VariableDescription(
            name: "QUO_MCP_STATE",
            summary: """
                The folder that keeps what was sent, asked and approved; else quo-mcp in the platform's own.
                """),
        VariableDescription(
            name: "QUO_PROFILE",
            summary: """
                read-only, guarded (default), reply-only or unattended. quo-mcp config shows the other settings.
                """),
        VariableDescription(
            name: "QUO_LOG",
            summary: """
                What goes to standard error: error, warning (default: changes, and what went wrong), info (a line for each \
                call) or debug. No line holds a key, a name, a text or more than two digits of a number.
                """),
        VariableDescription(
            name: "QUO_API",
            summary: """
                auto (default): version 2026-03-30 for what it serves better, v1 for the rest and where the other is not to \
                be had; v1: that alone; or 2026-03-30: as auto, but without falling back to v1 for what both have.
                """),
        VariableDescription(name: "QUO_READ_ONLY", summary: "1 sends and changes nothing, whatever else is set."),
        VariableDescription(name: "QUO_TOOLSETS", summary: "The same as --toolsets."),
        VariableDescription(name: "QUO_EXCLUDE_TOOLS", summary: "The same as --exclude-tools."),
        VariableDescription(
            name: "QUO_TOOL_LIMIT", summary: "The most tools to offer, for hosts that take only so many."),
        VariableDescription(
            name: "QUO_TIME_ZONE", summary: "The zone in which times are told, as America/New_York; else the machine's."
        ),
    ]
}

import QuoServer

/// The manual page, in the macros of man(7), made of the descriptions that `--help` is made of.
enum ManualPage {
    /// The day on which what the page says was last changed; pages show it, and are refused by linters without one.
    private static let date = "2026-11-21"

    /// The page.
    static var text: String {
        let parts: [String] = [
            ".\\\" Made by: quo-mcp man",
            ".TH QUO\\-MCP 1 \(date) \"quo\\-mcp \(PhoneServer.version)\" \"User Commands\"",
            // Names of options are not to be broken, nor lines stretched.
            ".nh", ".ad l",
            section("NAME"), "quo\\-mcp \\- a business phone for AI agents",
            section("SYNOPSIS"), synopsis,
            section("DESCRIPTION"), paragraphs(description),
            section("COMMANDS"), commands,
            section("OPTIONS"), options,
            section("ENVIRONMENT"), entries(VariableDescription.all.map { ($0.name.bold, $0.summary) }),
            section("FILES"), entries(files.map { ($0.path.italic, $0.summary) }),
            section("EXIT STATUS"), entries(statuses.map { ($0.status.bold, $0.summary) }),
            section("EXAMPLES"), ".EX", exampleCommands.map(\.roff).joined(separator: "\n"), ".EE",
            section("SECURITY"), paragraphs(security),
        ]
        return parts.joined(separator: "\n") + "\n"
    }

    // MARK: - What only the page says

    private static let description = [
        String(programSummary.drop { $0 != ":" }.dropFirst(2)).capitalizedFirst,
        """
        A host is a program with an agent in it. It starts this program by itself and speaks the Model Context Protocol \
        with it. People use the other commands: to try it, to approve what waits, and to see what was done.
        """,
    ]

    private static let files: [(path: String, summary: String)] = [
        (
            "~/.config/quo-mcp/config.json",
            """
            The policy, unless QUO_MCP_CONFIG or --config names another file; it may be absent. On macOS it is in \
            ~/Library/Application Support/quo-mcp. XDG_CONFIG_HOME stands for ~/.config where it is set.
            """
        ),
        (
            "~/.local/state/quo-mcp",
            """
            The folder of the ledger, the audit and the approvals, unless QUO_MCP_STATE names another. On macOS it is \
            ~/Library/Application Support/quo-mcp. XDG_STATE_HOME stands for ~/.local/state where it is set. Only its \
            owner can read it. Deleting it forgets everything.
            """
        ),
    ]

    private static let statuses: [(status: String, summary: String)] = [
        ("0", "It was done."),
        ("1", "It was not done; standard error says why."),
        ("2", "The command line or a file that it names is wrong, and nothing was tried."),
    ]

    private static let security = [
        """
        Whoever has the API key can do with the phone whatever Quo lets them do, around this program and its guard. Give \
        it to the program in a file that only you can read, or by a command of a password manager, and to no agent.
        """,
        """
        What an agent asks for is shown to you whole before anything is sent, overwritten, deleted or exposed, in a form \
        of the host or with quo-mcp approve. No argument approves anything. Where an agent can type into your terminals, \
        set a passcode with quo-mcp approve --set-passcode. An agent that may write your files can change the folder of \
        the state as well: give it an account of its own.
        """,
        """
        What people wrote and said comes to the agent as data. It may hold instructions; numbers and addresses that were \
        read there need your approval before anything goes to them.
        """,
    ]
}

// MARK: - Setting

extension ManualPage {
    private static var synopsis: String {
        [
            "\("quo-mcp".bold)", "[" + "--sandbox".bold + "]", "[" + "command".italic + "]",
            "[" + "options".italic + "]",
        ].joined(separator: "\n")
    }

    private static var commands: String {
        entries(
            CommandDescription.all.map { command in
                var summary = command.summary
                if !command.options.isEmpty { summary += " Options: \(command.options.joined(separator: ", "))." }
                return ("\(command.name.bold) \(command.synopsis.roff)", summary)
            })
    }

    private static var options: String {
        entries(OptionDescription.all.map { ("\($0.name.bold) \(($0.value?.word ?? "").italic)", $0.summary) })
    }

    private static func section(_ title: String) -> String { ".SH \(title)" }

    private static func paragraphs(_ texts: [String]) -> String {
        texts.map { $0.roff.wrapped(to: 80) }.joined(separator: "\n.PP\n")
    }

    /// Terms, which are set already, each with what is said of it below.
    private static func entries(_ entries: [(term: String, summary: String)]) -> String {
        entries.map { ".TP\n\($0.term.trimmingTrailingSpaces())\n\($0.summary.roff.wrapped(to: 80))" }
            .joined(separator: "\n")
    }
}

extension String {
    /// This text so that roff shows it as it is, with hyphens that can be copied.
    fileprivate var roff: String {
        let words = split(separator: " ", omittingEmptySubsequences: false).map { word in
            let escaped = word.map { character in
                switch character {
                case "\\": "\\e"
                case "-": "\\-"
                default: String(character)
                }
            }.joined()
            // A line that begins with one of these would be a request, wherever lines are broken.
            return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&\(escaped)" : escaped
        }
        return words.joined(separator: " ")
    }

    fileprivate var bold: String { isEmpty ? "" : "\\fB\(roff)\\fR" }

    fileprivate var italic: String { isEmpty ? "" : "\\fI\(roff)\\fR" }

    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

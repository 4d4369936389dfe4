/// The text of `--help`, made of the descriptions of commands, options and variables.
let help =
    ([
        """
        \(programSummary.wrapped(to: 120))

        USAGE
          quo-mcp [--sandbox] [COMMAND]

        """
    ] + [
        helpSection("COMMANDS", CommandDescription.all.map { ("\($0.name) \($0.synopsis)", $0.summary) }),
        helpSection("OPTIONS", OptionDescription.all.map { ("\($0.name) \($0.value?.word ?? "")", $0.summary) }),
        helpSection("ENVIRONMENT", VariableDescription.all.map { ($0.name, $0.summary) }),
        "EXAMPLES\n" + exampleCommands.map { "  \($0)" }.joined(separator: "\n"),
    ]).joined(separator: "\n")

/// The part of the help that is of one command.
func help(of command: CommandDescription) -> String {
    let usage = "quo-mcp [--sandbox] \(command.name) \(command.synopsis)".trimmingTrailingSpaces()
    let options = command.ownOptions + ["--sandbox"].compactMap(OptionDescription.named)
    let examples = exampleCommands.filter { $0.split(separator: " ").contains(Substring(command.name)) }
    var parts = [
        "\(command.summary.wrapped(to: 120))\n", "USAGE\n  \(usage)\n",
        helpSection("OPTIONS", options.map { ("\($0.name) \($0.value?.word ?? "")", $0.summary) }),
    ]
    if !examples.isEmpty { parts.append("EXAMPLES\n" + examples.map { "  \($0)\n" }.joined()) }
    return (parts + ["quo-mcp --help tells all."]).joined(separator: "\n")
}

/// What the program is, in two sentences.
let programSummary = """
    quo-mcp: a business phone for AI agents. It serves a Quo (formerly OpenPhone) workspace to an MCP host over standard \
    input and output, and asks you before anything is sent, overwritten, deleted or exposed.
    """

/// Command lines that show what the program does.
let exampleCommands = [
    "quo-mcp demo",
    "quo-mcp --sandbox call inbox_triage",
    "quo-mcp audit --event approved --since 2026-01-31",
    "QUO_WEBHOOK_SECRET=whsec_bWFkZS11cC1zZWNyZXQtdG8tdHJ5LWl0 quo-mcp webhook send message.received http://127.0.0.1:4114/quo",
    "quo-mcp optout add \"+1 614 555 0101\" \"asked on the phone\"",
    "quo-mcp install claude-desktop --dry-run",
]

/// A heading, and an entry for each term with what is said of it beside it.
private func helpSection(_ title: String, _ entries: [(term: String, summary: String)]) -> String {
    let column = 21
    var text = title + "\n"
    for (term, summary) in entries {
        let indent = String(repeating: " ", count: column)
        let lines = summary.wrapped(to: 120 - column).split(separator: "\n").map(String.init)
        let head = "  " + term.trimmingTrailingSpaces()
        if head.count < column {
            text += head + String(repeating: " ", count: column - head.count) + (lines.first ?? "") + "\n"
        } else {
            text += head + "\n" + indent + (lines.first ?? "") + "\n"
        }
        for line in lines.dropFirst() { text += indent + line + "\n" }
    }
    return text
}

extension String {
    /// The words of this text on lines of at most `width` characters, where no word is longer.
    func wrapped(to width: Int) -> String {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    func trimmingTrailingSpaces() -> String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

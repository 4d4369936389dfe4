import QuoServer

/// A shell that can complete command lines.
enum Shell: String, CaseIterable {
    case bash, zsh, fish
}

/// The scripts that let shells complete this program's command lines, made of the descriptions that `--help` is made of.
///
/// What they offer is in them, so that completing starts no program and reads nothing.
enum ShellCompletion {
    /// The script for a shell, whole, with a line break at its end.
    static func script(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// The options that go with every command.
    static let commonOptions = ["--sandbox", "--help", "--version"].compactMap(OptionDescription.named)

    /// The options that take a value.
    static let valueOptions = OptionDescription.all.filter { $0.value != nil }

    /// What is done where no command is named.
    static let standardCommand = "serve"

    /// A comment that says where a script is from.
    static func origin(_ shell: Shell) -> String {
        "# Completion of quo-mcp for \(shell.rawValue), made by: quo-mcp completion \(shell.rawValue)"
    }
}

extension CommandDescription {
    /// The options that go with this command, without those that go with all.
    var ownOptions: [OptionDescription] { options.compactMap(OptionDescription.named) }

    /// The first sentence of what it is for.
    var title: String { summary.firstSentence }
}

extension OptionDescription {
    /// The first sentence of what it is for.
    var title: String { summary.firstSentence }
}

extension WordKind {
    /// The words that can stand there; empty where they are not known beforehand.
    var words: [String] {
        switch self {
        case .anything, .file: []
        case .tool, .tools: ToolDefinition.all.map(\.name)
        case .toolsets: ToolDefinition.toolsets.map(\.name) + ["all"]
        case .choice(let words): words
        }
    }

    /// Whether several words can stand there, with commas between.
    var isList: Bool { self == .tools || self == .toolsets }
}

extension String {
    /// This text up to its first full stop, without that.
    var firstSentence: String {
        let end = firstRange(of: ". ")?.lowerBound ?? endIndex
        let sentence = self[..<end]
        return String(sentence.last == "." ? sentence.dropLast() : sentence)
    }

    /// This text as one word of a shell.
    var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

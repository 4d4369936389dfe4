/// A program that starts MCP servers: where it keeps their list, how it writes it, and what can be expected of it.
package struct Host: Sendable {
    /// What becomes of the forms in which a server asks the user (MCP elicitation).
    package enum Forms: Sendable {
        /// They are shown, and the user's answer comes back.
        case shown
        /// The host does not offer them, so nothing is asked.
        case absent
        /// The host offers them, but some of its versions or modes drop them or answer by themselves.
        case unreliable
    }

    /// How an entry can name a variable of the host's own environment instead of holding its value.
    enum VariableReference: Sendable {
        /// A value with that before and after the variable's name.
        case placeholder(before: String, after: String)
        /// A list under that name in the entry.
        case list(named: String)
    }

    /// Where the user's file is, relative to the home folder.
    struct Location: Sendable {
        let linux: String
        let macOS: String
        /// An environment variable that names another folder for it.
        var folderVariable: String?
        /// The folder that shows that the host is there, where it is not the file's own.
        var folder: String?
    }

    /// As it is typed on the command line.
    package let name: String
    /// As its maker writes it.
    package let title: String
    let location: Location
    /// The file for one project, relative to its folder; nil where the host has none.
    let projectFile: String?
    /// How the file is written.
    package let format: HostFileFormat
    /// The name under which the servers stand in it.
    package let key: String
    let shape: EntryShape
    let reference: VariableReference?
    /// The most tools that it takes; nil where no limit is known.
    package let toolLimit: Int?
    /// What becomes of forms.
    package let forms: Forms
    /// The same in a sentence.
    package let formsSentence: String
    /// The words of its own command that adds a server, up to the server's name; nil where it has none.
    let addCommand: AddCommand?

    /// The host of that name.
    package static func named(_ name: String) -> Host? { all.first { $0.name == name } }

    /// Whether it has a file for one project.
    package var hasProjectFile: Bool { projectFile != nil }

    /// Whether it can be told to take a variable from its own environment.
    package var canReferToVariables: Bool { reference != nil }

    /// Whether it asks the user for a value and keeps it, so that no file holds it.
    package var asksForInputs: Bool { shape == .vscode }
}

/// What an entry looks like, beyond command, arguments and environment.
enum EntryShape: Sendable {
    case plain
    /// With its type, `stdio`.
    case typed
    /// With its type, `local`, and all tools allowed.
    case copilot
    /// With its type, and inputs beside the servers.
    case vscode
    /// With Goose's names.
    case goose
}

/// A host's own command that adds a server.
enum AddCommand: Sendable {
    /// `claude mcp add NAME -e VARIABLE=VALUE -- COMMAND`, and those that take the same with another option for variables.
    case words(before: String, environmentOption: String)
    /// `code --add-mcp JSON`.
    case json(before: String)
}

package import Configuration
package import QuoAPI

/// One tool, generated from `schemas/`: what hosts are told, what is validated, and where each argument goes.
package struct ToolDefinition: Sendable {
    /// The operation that the tool performs, read or write.
    package enum Action: Sendable {
        /// Performed by the reader at once.
        case read(ReadOperation)
        /// Performed by the guard alone, which goes by the risk.
        case write(WriteOperation, Risk)
        /// Composed by this server of what it reads.
        case answer(ReadingTool)
        /// Composed by this server and performed by the guard alone, which goes by the risk.
        case change(ChangingTool, Risk)
    }

    /// What of the workspace an argument names in a person's words.
    package enum Reference: Sendable {
        /// An own number, by its name, number or id.
        case line
        /// A member, by name, email or id.
        case member
        /// A contact, by name, number, email or id.
        case contact
        /// Another person's number, or the name of a contact who has one.
        case number
    }

    /// A kind of record that answers tell in short.
    package enum Shape: Sendable {
        case call, contact, conversation, line, member, message
    }

    /// How the text of an argument becomes the value that the API takes.
    package enum Form: Sendable {
        /// As it is.
        case plain
        /// `"label: value"` or `"value"` becomes `{name, value}`.
        case labelled
        /// `"key: value"` becomes `{key, value}`, typed by the workspace's custom field definitions.
        case keyed
    }

    /// Where an argument goes.
    package enum Destination: Sendable {
        /// A placeholder of the path, or a query parameter, of that name.
        case parameter(String)
        /// A member of the body, by the names that lead to it.
        case body([String], Form)
        /// Nowhere: the server acts on it.
        case server
    }

    /// One argument.
    package struct Argument: Sendable {
        /// Its name in the tool.
        package let name: String
        /// Where it goes.
        package let destination: Destination
        /// The value sent when it is left out, as JSON text.
        package let defaultValue: StaticString?
        /// What it names; nil where it is taken as it is.
        package let reference: Reference?

        package init(
            name: String, destination: Destination, defaultValue: StaticString? = nil, reference: Reference? = nil
        ) {
            self.name = name
            self.destination = destination
            self.defaultValue = defaultValue
            self.reference = reference
        }
    }

    /// The tool's name.
    package let name: String
    /// The title that hosts show.
    package let title: String
    /// The toolset that it belongs to.
    package let toolset: String
    /// What it performs.
    package let action: Action
    /// The kind of record that it answers with, where that has a short form; nil where it is told whole.
    package let shape: Shape?
    /// The whole definition as `tools/list` gives it, as JSON text: name, title, description, inputSchema, outputSchema, annotations.
    package let definition: StaticString
    /// The full JSON Schema of the arguments, with everything that the host-safe inputSchema cannot say, as JSON text.
    package let argumentSchema: StaticString
    /// The arguments in the order of the schema.
    package let arguments: [Argument]

    package init(
        name: String, title: String, toolset: String, action: Action, shape: Shape? = nil,
        definition: StaticString, argumentSchema: StaticString, arguments: [Argument]
    ) {
        self.name = name
        self.title = title
        self.toolset = toolset
        self.action = action
        self.shape = shape
        self.definition = definition
        self.argumentSchema = argumentSchema
        self.arguments = arguments
    }
}

extension ToolDefinition {
    /// Whether the tool changes nothing.
    package var isReading: Bool { risk == nil }

    /// What is at stake; nil where the tool changes nothing.
    package var risk: Risk? {
        switch action {
        case .read, .answer: nil
        case .write(_, let risk), .change(_, let risk): risk
        }
    }
}

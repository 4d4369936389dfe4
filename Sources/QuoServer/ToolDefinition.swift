package import Configuration
package import QuoAPI

/// One tool of the API, generated from `schemas/`: what hosts are told, what is validated, and where each argument goes.
package struct ToolDefinition: Sendable {
    /// The operation that the tool performs, read or write.
    package enum Action: Sendable {
        /// Performed by the reader at once.
        case read(ReadOperation)
        /// Performed by the guard alone, which goes by the risk.
        case write(WriteOperation, Risk)
        /// Done by this server itself.
        case local(LocalTool)
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

        package init(name: String, destination: Destination, defaultValue: StaticString? = nil) {
            self.name = name
            self.destination = destination
            self.defaultValue = defaultValue
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
    /// The whole definition as `tools/list` gives it, as JSON text: name, title, description, inputSchema, outputSchema, annotations.
    package let definition: StaticString
    /// The full JSON Schema of the arguments, with everything that the host-safe inputSchema cannot say, as JSON text.
    package let argumentSchema: StaticString
    /// The arguments in the order of the schema.
    package let arguments: [Argument]

    package init(
        name: String, title: String, toolset: String, action: Action, definition: StaticString,
        argumentSchema: StaticString, arguments: [Argument]
    ) {
        self.name = name
        self.title = title
        self.toolset = toolset
        self.action = action
        self.definition = definition
        self.argumentSchema = argumentSchema
        self.arguments = arguments
    }
}

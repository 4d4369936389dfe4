import JSON
import OpenAPI
import Synchronization

/// The schemas of the tools that were called, read once.
final class ToolSchemas: Sendable {
    /// What a tool's schemas say.
    struct Parsed: Sendable {
        /// What its arguments must be.
        let arguments: JSONValue
        /// What its results are promised to be; nil where nothing is.
        let promise: JSONValue?
    }

    private let parsed = Mutex<[String: Parsed]>([:])

    /// The schemas of a tool.
    ///
    /// - Throws: `JSONParseError` where the generated text is no JSON, which a test rules out.
    func schemas(of tool: ToolDefinition) throws -> Parsed {
        if let known = parsed.withLock({ $0[tool.name] }) { return known }
        let schemas = Parsed(
            arguments: try JSONValue(parsing: tool.argumentSchema),
            promise: try JSONValue(parsing: tool.definition)["outputSchema"])
        parsed.withLock { $0[tool.name] = schemas }
        return schemas
    }
}

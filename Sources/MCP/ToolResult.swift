public import JSON

/// What a tool answers, whether it did its work or failed at it.
///
/// A failure of the work (a refused argument, an error of an API, a rule of the house) is a result with ``isError``, which
/// the model reads and can act on. A ``ProtocolError`` is for requests that never reached a tool.
public struct ToolResult: Sendable, Hashable {
    /// The answer in blocks; where it is empty, the structured answer is also written as one block of text.
    public var content: [ContentBlock]
    /// The answer as the tool's output schema describes it; told to revisions of June 2025 and later.
    public var structuredContent: JSONObject?
    /// Whether the tool failed.
    public var isError: Bool

    /// Makes a result.
    public init(content: [ContentBlock] = [], structuredContent: JSONObject? = nil, isError: Bool = false) {
        self.content = content
        self.structuredContent = structuredContent
        self.isError = isError
    }

    /// Makes a result of one block of text.
    public init(text: String, structuredContent: JSONObject? = nil, isError: Bool = false) {
        self.init(content: [.text(text)], structuredContent: structuredContent, isError: isError)
    }

    /// The result in the words of a revision, without what the session adds to every result.
    func json(for revision: ProtocolRevision) -> JSONObject {
        var blocks = content
        if blocks.isEmpty, let structuredContent {
            blocks = [.text(JSONValue.object(structuredContent).text())]
        }
        var object: JSONObject = ["content": .array(blocks.map { $0.json(for: revision) })]
        if let structuredContent, revision >= .june2025 { object["structuredContent"] = .object(structuredContent) }
        if isError { object["isError"] = true }
        return object
    }
}

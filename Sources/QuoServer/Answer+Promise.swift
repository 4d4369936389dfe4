import JSON
import MCP
import OpenAPI

extension Answer {
    /// A result that keeps what the tool's output schema promises, whatever the API answered.
    ///
    /// A client that holds results to the schema fails the whole call where they break it, and looks at no result that is an error. So
    /// a read that the API answered in another form is an error, with the answer in its text. A change that was made is told as
    /// made, without what nobody promised to be of that form: an error would invite to make it again.
    func held(_ result: ToolResult, to promise: JSONValue?, of tool: ToolDefinition) -> ToolResult {
        guard !result.isError, let object = result.structuredContent, let promise else { return result }
        let faults = SchemaValidator(promise).faults(in: .object(object))
        guard let first = faults.first else { return result }
        guard !tool.isReading else {
            return failed(
                "The API answered in another form than it promises, so that nothing is certain about what follows: \(first)\n"
                    + JSONValue.object(object.without(["sandbox"])).text())
        }
        let broken = Set(faults.map { String($0.path.prefix { $0 != "." && $0 != "[" }) })
        return ToolResult(content: result.content, structuredContent: object.without(broken))
    }
}

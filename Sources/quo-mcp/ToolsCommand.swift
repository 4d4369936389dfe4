import JSON
import QuoServer

/// Lists the tools, or shows one.
///
/// - Parameter selection: The tools to list; all where nil.
/// - Returns: The exit status.
func listTools(name: String?, isJSON: Bool, selection: ToolSelection?) -> Int32 {
    guard let name else {
        let tools = selection?.tools ?? ToolDefinition.all
        Output.line(isJSON ? ToolListing.json(of: tools).text(isPretty: true) : ToolListing.overview(of: tools))
        return 0
    }
    let text = isJSON ? ToolListing.json(for: name)?.text(isPretty: true) : ToolListing.page(for: name)
    guard let text else {
        Output.log("there is no tool \(name); quo-mcp tools lists them")
        return 2
    }
    Output.line(text)
    return 0
}

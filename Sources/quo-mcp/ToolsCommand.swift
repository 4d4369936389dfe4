import JSON
import QuoServer

/// Lists the tools, or shows one.
///
/// - Returns: The exit status.
func listTools(name: String?, isJSON: Bool) -> Int32 {
    guard let name else {
        Output.line(isJSON ? ToolListing.json.text(isPretty: true) : ToolListing.overview)
        return 0
    }
    let text = isJSON ? ToolListing.json(for: name)?.text(isPretty: true) : ToolListing.page(for: name)
    guard let text else {
        Output.log("there is no tool \(name); quo-mcp tools lists them")
        return 1
    }
    Output.line(text)
    return 0
}

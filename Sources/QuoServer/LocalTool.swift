/// The tools that are this server's own and no operation of the API.
package enum LocalTool: String, Sendable, CaseIterable {
    /// Says what the guard allows, what waits and what is left.
    case guardStatus = "guard_status"
    /// Puts a contact back as it was before it was changed or deleted through this server.
    case restoreContact = "restore_contact"
}

extension ToolDefinition {
    /// Whether the tool changes nothing.
    package var isReading: Bool {
        switch action {
        case .read, .local(.guardStatus): true
        case .write, .local(.restoreContact): false
        }
    }

    /// Every tool: the generated ones and this server's own.
    package static let all: [ToolDefinition] = generated + [guardStatus, restoreContact]

    private static let guardStatus = ToolDefinition(
        name: LocalTool.guardStatus.rawValue,
        title: "Show the guard's status",
        toolset: "core",
        action: .local(.guardStatus),
        definition: """
            {"name":"guard_status","title":"Show the guard's status",\
            "description":"What this server lets you change, what waits for the user's approval, what is left of each budget, and the latest refusals. Use it when something was refused.",\
            "inputSchema":{"type":"object","properties":{}},\
            "outputSchema":{"type":"object","properties":{"profile":{"type":"string"},"changes":{"type":"object"},"budgets":{"type":"object"}}},\
            "annotations":{"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false}}
            """,
        argumentSchema: #"{"type":"object","properties":{},"additionalProperties":false}"#,
        arguments: [])

    private static let restoreContact = ToolDefinition(
        name: LocalTool.restoreContact.rawValue,
        title: "Restore a contact",
        toolset: "contacts",
        action: .local(.restoreContact),
        definition: """
            {"name":"restore_contact","title":"Restore a contact",\
            "description":"Put a contact back as it was before the last change or deletion through this server. The owner approves it. A deleted contact gets a new id, and loses what the API cannot set.",\
            "inputSchema":{"type":"object","properties":{"id":{"type":"string","description":"The contact's id from before."}},"required":["id"]},\
            "outputSchema":{"type":"object","properties":{"performed":{"type":"boolean"},"id":{"type":"string"}}},\
            "annotations":{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":true,"openWorldHint":false}}
            """,
        argumentSchema:
            #"{"type":"object","properties":{"id":{"type":"string","minLength":1}},"required":["id"],"additionalProperties":false}"#,
        arguments: [Argument(name: "id", destination: .server)])
}

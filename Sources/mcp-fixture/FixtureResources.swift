import JSON
import MCP

extension ConformanceServer {
    private static let list = [
        Resource(
            uri: "test://static-text", name: "static-text", title: "Static text", description: "Text that stays",
            mimeType: "text/plain", annotations: ContentAnnotations(audience: [.user, .assistant], priority: 0.5)),
        Resource(
            uri: "test://static-binary", name: "static-binary", title: "Static picture", description: "One red point",
            mimeType: "image/png", size: 70),
        Resource(
            uri: "test://watched-resource", name: "watched-resource", title: "Watched text",
            description: "Says to those who watch that it changed, each half second", mimeType: "text/plain"),
    ]

    func resources(after cursor: String?) async throws(ProtocolError) -> Page<Resource> {
        try Page(of: Self.list, after: cursor, size: 2)
    }

    func resourceTemplates() async -> [ResourceTemplate] {
        [
            ResourceTemplate(
                uriTemplate: "test://template/{id}/data", name: "template", title: "Data by id",
                description: "Data that tells its id", mimeType: "application/json")
        ]
    }

    func readResource(
        _ uri: String, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ResourceReading, InputRequest> {
        switch uri {
        case "test://static-text":
            return .reading(uri, "text/plain", .text("This is the content of the static text resource."))
        case "test://static-binary": return .reading(uri, "image/png", .blob(base64: Sample.png))
        case "test://watched-resource": return .reading(uri, "text/plain", .text("Watched resource content"))
        default:
            guard let id = Self.templateID(uri) else { throw .resourceNotFound(uri) }
            let data: JSONValue = ["id": .string(id), "templateTest": true, "data": .string("Data for ID: \(id)")]
            return .reading(uri, "application/json", .text(data.text()))
        }
    }

    func watch(_ uri: String, changed: @escaping @Sendable () -> Void) async throws(ProtocolError) {
        guard uri == "test://watched-resource" else { return }
        while (try? await Task.sleep(for: .milliseconds(500))) != nil { changed() }
    }

    /// The id in a URI of the template.
    private static func templateID(_ uri: String) -> String? {
        guard uri.hasPrefix("test://template/"), uri.hasSuffix("/data") else { return nil }
        let id = uri.dropFirst("test://template/".count).dropLast("/data".count)
        return id.isEmpty || id.contains("/") ? nil : String(id)
    }
}

extension Reply where Value == ResourceReading {
    fileprivate static func reading(_ uri: String, _ mimeType: String, _ body: ResourceContents.Body) -> Self {
        .complete(ResourceReading([ResourceContents(uri: uri, mimeType: mimeType, body: body)]))
    }
}

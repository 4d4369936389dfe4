import Directory
import Guard
import JSON
package import MCP
import QuoAPI

extension PhoneServer {
    /// Everything beside tools; no list ever changes while the process runs.
    package var capabilities: ServerCapabilities { [.resources, .resourceSubscriptions, .prompts, .completions] }

    /// The cursor of the second page, which asks the API; the first does not, so that it works without a key.
    private static let conversationsCursor = "conversations"

    package func resources(after cursor: String?) async throws(ProtocolError) -> Page<Resource> {
        switch cursor {
        case nil:
            let next = catalog.offers(.conversations, isSingle: true) ? Self.conversationsCursor : nil
            return Page(catalog.fixed + Document.all.map(\.resource), next: next)
        case Self.conversationsCursor where catalog.offers(.conversations, isSingle: true):
            return Page(try await failingAsProtocol { try await recentConversations(try await desk()) })
        default: throw .unknownCursor
        }
    }

    package func resourceTemplates() async -> [ResourceTemplate] { catalog.templates }

    package func readResource(
        _ uri: String, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ResourceReading, ElicitationForm> {
        if let document = Document.at(uri) { return .complete(document.reading) }
        guard let address = ResourceAddress(uri), catalog.offers(address) else { throw .resourceNotFound(uri) }
        let found = try await failingAsProtocol(uri) { try await text(at: address, try await desk(context)) }
        guard let text = found else { throw .resourceNotFound(uri) }
        let contents = ResourceContents(uri: uri, mimeType: ResourceCatalog.mimeType(of: address.kind), text: text)
        return .complete(ResourceReading([contents], caching: ResourceCatalog.caching(of: address.kind)))
    }

    /// What serves a request that is no call of a tool.
    func desk(_ context: RequestContext = RequestContext(revision: .july2026)) async throws -> Desk {
        Desk(try await connector.workspace(), context, connector.policy)
    }

    // MARK: Contents

    /// What is at an address; nil where there is nothing.
    private func text(at address: ResourceAddress, _ desk: Desk) async throws -> String? {
        guard let object = try await object(at: address, desk) else { return nil }
        let told = answer.plain(object).structuredContent ?? object
        guard address.kind == .conversations else { return JSONValue.object(told).text() }
        let known = try await conversations.conversation(address.id ?? "", at: desk)
        return Transcript(told, on: try await desk.telling([]).line(known?.lineID ?? "")).text
    }

    /// What the tool that says the same would answer; nil where the workspace has no such record.
    private func object(at address: ResourceAddress, _ desk: Desk) async throws -> JSONObject? {
        guard let id = address.id else {
            return switch address.kind {
            case .guard: try await desk.answer(.guardStatus, [:])
            case .events: try await desk.latestEvents()
            case .numbers: try await record(.listPhoneNumbers, OperationArguments(), .line, desk)
            case .users:
                try await record(
                    .listUsers, OperationArguments(query: [OperationArguments.QueryItem("maxResults", "50")]), .member,
                    desk)
            case .workspace, .contacts, .conversations, .calls: try await desk.answer(.whoami, [:])
            }
        }
        switch address.kind {
        case .workspace, .guard, .events: return nil
        case .numbers:
            return try await record(.getPhoneNumberById, OperationArguments(path: ["phoneNumberId": id]), .line, desk)
        case .users: return try await record(.getUserById, OperationArguments(path: ["userId": id]), .member, desk)
        case .contacts: return try await record(.getContactById, OperationArguments(path: ["id": id]), .contact, desk)
        case .conversations:
            guard let conversation = try await conversations.conversation(id, at: desk) else { return nil }
            return try await desk.answer(
                .readThread,
                [
                    "with": .array(conversation.people.map { .string($0) }), "inbox": .string(conversation.lineID),
                    "limit": 50,
                ])
        case .calls:
            return try await desk.answer(
                .getCall, ["id": .string(id), "include": ["summary", "voicemail", "transcript"]])
        }
    }

    /// The answer of one operation, as its tool tells it.
    private func record(
        _ operation: ReadOperation, _ arguments: OperationArguments, _ shape: ToolDefinition.Shape, _ desk: Desk
    ) async throws -> JSONObject {
        try await desk.told(try await desk.read(operation, arguments), shape, from: PageCursor())
    }

    /// The latest conversations as the list shows them, with the names of the people where they can soon be had.
    private func recentConversations(_ desk: Desk) async throws -> [Resource] {
        let recent = try await conversations.recent(at: desk)
        _ = try? await desk.directory.ensureIndex(within: .seconds(5))
        let names = await desk.directory.names(of: Array(Set(recent.flatMap(\.people))))
        return recent.map { conversation in
            Resource(
                uri: ResourceAddress(.conversations, id: conversation.id).uri, name: conversation.id,
                title: conversation.title(names),
                description: "A transcript of the newest texts and calls. The tool read_thread says the same.",
                mimeType: ResourceCatalog.mimeType(of: .conversations),
                annotations: ContentAnnotations(
                    audience: [.user, .assistant], priority: 0.5, lastModified: conversation.lastActivity))
        }
    }

    // MARK: Failures

    /// Does something whose failures are told as the protocol tells them; what the API does not have is not found.
    func failingAsProtocol<Value: Sendable>(
        _ uri: String? = nil, _ body: () async throws -> Value
    ) async throws(ProtocolError) -> Value {
        do {
            return try await body()
        } catch let error as ProtocolError {
            throw error
        } catch let error as APIError {
            // The API answers an id that it cannot read with 400.
            if let uri, error.status == 404 || error.status == 400 { throw .resourceNotFound(uri) }
            throw .internalError(error.explanation)
        } catch let error as InvalidArguments {
            throw .internalError(error.explanation(tool: "resources/read"))
        } catch {
            throw .internalError("\(error)")
        }
    }
}

public import JSON

/// What a server offers, apart from how the protocol says it.
///
/// A session calls it from many tasks at once. A call that the client cancels has its task cancelled, and whatever it
/// returns afterwards is dropped.
public protocol ServerHandler: Sendable {
    /// The server's name and version.
    var information: Implementation { get }

    /// How to use the server, for the model; some hosts cut it at 2,048 characters.
    var instructions: String? { get }

    /// The tools, always in the same order.
    ///
    /// They may depend on the configuration, but not on the connection or on earlier requests.
    func tools() async -> [Tool]

    /// Serves a call.
    ///
    /// - Parameters:
    ///   - name: The tool, which may be unknown: then throw ``ProtocolError/unknownTool(_:)``.
    ///   - arguments: The arguments, unchecked; empty where the request has none.
    ///   - context: The request; on a later entry it holds the answers to the forms of the one before.
    func call(_ name: String, arguments: JSONObject, context: RequestContext) async throws(ProtocolError) -> ToolReply
}

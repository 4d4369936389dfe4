public import JSON

/// A request that is answered with a JSON-RPC error instead of a result.
public struct ProtocolError: Error, Sendable, Hashable {
    /// The code, of JSON-RPC or of the protocol.
    public var code: Int
    /// What is wrong, for the person who reads it.
    public var message: String
    /// Details for the client.
    public var data: JSONValue?

    /// Makes an error.
    public init(code: Int, message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// The line is not JSON.
    public static func parseError(_ message: String) -> ProtocolError {
        ProtocolError(code: -32700, message: "Parse error: \(message)")
    }

    /// The JSON is no request.
    public static func invalidRequest(_ message: String) -> ProtocolError {
        ProtocolError(code: -32600, message: "Invalid request: \(message)")
    }

    /// Nothing serves this method here.
    public static func methodNotFound(_ method: String) -> ProtocolError {
        ProtocolError(code: -32601, message: "Method not found: \(method)")
    }

    /// The parameters are not what the method takes.
    public static func invalidParams(_ message: String, data: JSONValue? = nil) -> ProtocolError {
        ProtocolError(code: -32602, message: message, data: data)
    }

    /// No tool has that name.
    public static func unknownTool(_ name: String) -> ProtocolError {
        invalidParams("Unknown tool: \(name)")
    }

    /// No prompt has that name.
    public static func unknownPrompt(_ name: String) -> ProtocolError {
        invalidParams("Unknown prompt: \(name)")
    }

    /// No resource is there; revisions before 2026 are told by a code of their own.
    public static func resourceNotFound(_ uri: String) -> ProtocolError {
        invalidParams("Resource not found: \(uri)", data: ["uri": .string(uri)])
    }

    /// No page of a list begins at the cursor.
    public static var unknownCursor: ProtocolError { invalidParams("Unknown cursor") }

    /// The server failed in a way that is not the client's doing.
    public static func internalError(_ message: String) -> ProtocolError {
        ProtocolError(code: -32603, message: "Internal error: \(message)")
    }

    /// The client did not declare a capability without which the request cannot be served.
    public static func missingClientCapability(_ message: String, required: JSONObject) -> ProtocolError {
        ProtocolError(code: -32021, message: message, data: ["requiredCapabilities": .object(required)])
    }

    /// Another request has the same id.
    static var duplicateID: ProtocolError { invalidRequest("a request with this id is still being served") }

    /// The envelope names a revision that is not served.
    static func unsupportedRevision(_ requested: String) -> ProtocolError {
        let supported = ProtocolRevision.modern.map { JSONValue.string($0.rawValue) }
        return ProtocolError(
            code: -32022, message: "Unsupported protocol version: \(requested)",
            data: ["supported": .array(supported), "requested": .string(requested)])
    }

    var json: JSONValue {
        var object: JSONObject = ["code": .number(JSONNumber(Int64(code))), "message": .string(message)]
        if let data { object["data"] = data }
        return .object(object)
    }
}

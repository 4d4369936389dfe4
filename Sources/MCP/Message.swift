import JSON

/// The identifier of a request: a string or a whole number, and `1` is not `"1"`.
struct RequestID: Hashable, Sendable {
    /// The identifier as it came, to be echoed.
    let json: JSONValue

    /// Takes an identifier; nil where the value cannot be one.
    init?(_ json: JSONValue?) {
        guard let json, json.stringValue != nil || json.numberValue?.isIntegral == true else { return nil }
        self.json = json
    }

    /// Makes an identifier of our own.
    init(name: String) {
        json = .string(name)
    }
}

/// A request, its parameters not yet looked at.
struct Request: Sendable {
    let id: RequestID
    let method: String
    /// The parameters; empty where the message has none.
    let parameters: JSONObject
}

/// What one JSON value on the input is.
enum IncomingMessage: Sendable {
    case request(Request)
    case notification(method: String, parameters: JSONObject)
    /// An answer to a request of ours; the id is nil where it cannot be one of ours.
    case response(id: RequestID?, result: Result<JSONValue, ProtocolError>)
    /// Something that must be refused, with the id where one could be read.
    case invalid(id: RequestID?, error: ProtocolError)

    init(_ json: JSONValue) {
        guard case .object(let object) = json else {
            self = .invalid(id: nil, error: .invalidRequest("a message is a JSON object, not \(json.typeName)"))
            return
        }
        let id = RequestID(object["id"])
        let method = object["method"]?.stringValue
        let parameters = object["params"] ?? .null

        // A notification is never answered, whatever else is wrong with it.
        if let method, object["id"] == nil {
            self = .notification(method: method, parameters: parameters.objectValue ?? [:])
        } else if object["method"] == nil, let result = object["result"] {
            self = .response(id: id, result: .success(result))
        } else if object["method"] == nil, let error = object["error"] {
            self = .response(id: id, result: .failure(ProtocolError(received: error)))
        } else if object["jsonrpc"] != "2.0" {
            self = .invalid(id: id, error: .invalidRequest("\"jsonrpc\" must be \"2.0\""))
        } else if let method, let id {
            guard parameters.isNull || parameters.objectValue != nil else {
                self = .invalid(id: id, error: .invalidParams("\"params\" must be an object"))
                return
            }
            self = .request(Request(id: id, method: method, parameters: parameters.objectValue ?? [:]))
        } else if method != nil {
            self = .invalid(id: nil, error: .invalidRequest("\"id\" must be a string or a whole number"))
        } else {
            self = .invalid(id: id, error: .invalidRequest("\"method\" must be a string"))
        }
    }
}

/// The messages that a session writes.
enum OutgoingMessage {
    static func response(to id: RequestID?, _ result: Result<JSONObject, ProtocolError>) -> JSONValue {
        var object: JSONObject = ["jsonrpc": "2.0", "id": id?.json ?? .null]
        switch result {
        case .success(let result): object["result"] = .object(result)
        case .failure(let error): object["error"] = error.json
        }
        return .object(object)
    }

    static func request(id: RequestID, method: String, parameters: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id.json, "method": .string(method), "params": parameters]
    }

    static func notification(_ method: String, parameters: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "method": .string(method), "params": parameters]
    }
}

extension ProtocolError {
    /// Reads the error of a response.
    fileprivate init(received json: JSONValue) {
        self.init(
            code: json["code"]?.integerValue.flatMap { Int(exactly: $0) } ?? -32603,
            message: json["message"]?.stringValue ?? "no reason given", data: json["data"])
    }
}

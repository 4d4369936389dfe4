import HTTP
import JSON

extension APIError {
    /// Tells that no complete answer came.
    ///
    /// - Parameters:
    ///   - credential: Holds the key, which is struck out where the report repeats what a server wrote.
    init(transport error: HTTPError, operationID: String, isWrite: Bool, credential: Credential) {
        let message = credential.redacted(error.message)
        let error = HTTPError(error.code, message, mayHaveReachedServer: error.mayHaveReachedServer)
        self.init(
            kind: .transport(error), operationID: operationID, message: error.message,
            outcome: isWrite && error.mayHaveReachedServer ? .mayHavePerformed : .notPerformed)
    }

    /// Reads the response to a request that failed.
    ///
    /// The first version of the API documents a flat object with message, code, status and title, but has been seen to
    /// answer `{"error": {message, key, trace}}`; the dated version leaves out code and status; proxies on the way answer
    /// what they like. All that is found is kept, and nothing is required.
    ///
    /// - Parameters:
    ///   - credential: Holds the key, which is struck out wherever the response repeats it.
    ///   - gateway: What the request went through.
    init(
        response: HTTPResponse, operationID: String, isWrite: Bool, credential: Credential, gateway: Gateway = .none
    ) {
        let texts = VendorText(credential: credential)
        let parsed = try? JSONValue(parsing: response.body)
        let root = parsed?.objectValue ?? [:]
        let members = root["error"]?.objectValue ?? root
        let plainError = root["error"]?.stringValue
        let message = members["message"] ?? members["description"] ?? members["detail"]
        self.init(
            kind: .http(response.status), operationID: operationID,
            code: texts.scalar(members["code"]),
            title: texts.scalar(members["title"] ?? members["key"]),
            message: texts.scalar(message) ?? plainError.map(texts.clean)
                ?? texts.summary(of: response, parsed: parsed),
            fields: (members["errors"]?.arrayValue ?? []).prefix(20).compactMap(texts.field),
            trace: texts.scalar(members["trace"] ?? root["trace"]),
            retryAfter: response.retryAfter,
            outcome: isWrite && Self.mayHavePerformed(response.status) ? .mayHavePerformed : .notPerformed,
            gateway: gateway)
    }

    /// Whether a write that was answered with this status may have happened.
    ///
    /// The API itself answers 4xx where it refuses and 5xx where it fails. The rest comes from gateways, which may have
    /// passed the request on before they gave up waiting for the API (408) or for us (499), or which redirect to the
    /// result of what was done (303, and by old habit 301 and 302); so no redirect is taken for a refusal. 304 answers
    /// nothing but a condition, of which we send none, and 425 says that the request was not processed.
    private static func mayHavePerformed(_ status: Int) -> Bool {
        switch status {
        case 304: false
        case 408, 499: true
        default: !(400..<500).contains(status)
        }
    }
}

/// Makes text from outside fit to be shown: no key, no control or invisible characters, no great length.
private struct VendorText {
    let credential: Credential

    func clean(_ text: String) -> String {
        let shown = credential.redacted(String(text.unicodeScalars.prefix(8_000)))
        let words = shown.unicodeScalars.split { scalar in
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
        }
        let visible = words.map { word in
            String(String.UnicodeScalarView(word.filter { $0.properties.generalCategory != .format }))
        }
        let joined = visible.filter { !$0.isEmpty }.joined(separator: " ")
        return joined.count > 300 ? joined.prefix(300) + "…" : joined
    }

    /// The text of a string or a number, or nil where there is nothing to show.
    func scalar(_ value: JSONValue?) -> String? {
        let text: String
        switch value {
        case .string(let string): text = clean(string)
        case .number(let number): text = clean(number.text)
        default: return nil
        }
        return text.isEmpty ? nil : text
    }

    func field(_ value: JSONValue) -> APIError.Field? {
        if case .string(let text) = value { return APIError.Field(path: "", message: clean(text)) }
        let parts = value["path"]?.arrayValue?.compactMap { scalar($0) }
        let path = scalar(value["path"]) ?? parts?.joined(separator: "/") ?? ""
        var message = scalar(value["message"]) ?? ""
        // The expected type tells a list that was not understood from a bad element.
        if let type = scalar(value["schema"]?["type"]) {
            message += message.isEmpty ? "\(type) expected" : " (\(type))"
        }
        return path.isEmpty && message.isEmpty ? nil : APIError.Field(path: path, message: message)
    }

    /// What there is to say of a response that has no message.
    func summary(of response: HTTPResponse, parsed: JSONValue?) -> String {
        if response.body.isEmpty { return "(nothing)" }
        if let parsed { return clean(parsed.text()) }
        let text = String(decoding: response.body.prefix(4_000), as: UTF8.self)
        if let opening = text.firstRange(of: "<title>"), let closing = text.firstRange(of: "</title>"),
            opening.upperBound <= closing.lowerBound
        {
            return clean(String(text[opening.upperBound..<closing.lowerBound])) + " (a web page)"
        }
        return text.lowercased().contains("<html") ? "(a web page)" : clean(text)
    }
}

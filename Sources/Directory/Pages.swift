import JSON
import QuoAPI

/// The pages of a list, 50 elements at a time.
struct Pages {
    private let operation: ReadOperation
    private let reader: Reader
    private var token: String?
    private var seen: Set<String> = []
    private var isAtEnd = false

    init(of operation: ReadOperation, _ reader: Reader) {
        self.operation = operation
        self.reader = reader
    }

    /// Reads the next page; nil after the last.
    mutating func next() async throws(APIError) -> JSONValue? {
        if isAtEnd { return nil }
        var query = [OperationArguments.QueryItem("maxResults", "50")]
        if let token { query.append(OperationArguments.QueryItem("pageToken", token)) }
        let page = try await reader.read(operation, OperationArguments(query: query))
        token = page["nextPageToken"]?.stringValue
        isAtEnd = token?.isEmpty ?? true
        // Or it would be read for ever.
        if let token, !token.isEmpty, !seen.insert(token).inserted {
            throw .undecodable(operation, "The API gave the same page twice.")
        }
        return page
    }
}

/// What a page or list holds.
///
/// - Throws: `APIError` where there is no list or an element cannot be read, for then nobody could tell what is missing.
func elements<Element>(
    of page: JSONValue, _ operation: ReadOperation, _ read: (JSONValue) -> Element?
) throws(APIError) -> [Element] {
    guard let values = page["data"]?.arrayValue else {
        throw .undecodable(operation, "The API's answer holds no list.")
    }
    var elements: [Element] = []
    for value in values {
        guard let element = read(value) else {
            throw .undecodable(operation, "The API's answer holds an element that cannot be read.")
        }
        elements.append(element)
    }
    return elements
}

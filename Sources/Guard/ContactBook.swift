import JSON
import QuoAPI

/// The names of contacts by number, gathered page by page because the API cannot search, and kept for some minutes.
actor ContactBook {
    /// As many pages as there are.
    static let everything = Int.max
    private static let lifetime = Duration.seconds(600)

    private let reader: Reader
    private var names: [String: String] = [:]
    private var nextPage: String?
    private var pagesRead = 0
    private var isComplete = false
    private var begun: ContinuousClock.Instant?

    init(reader: Reader) { self.reader = reader }

    /// The name of the contact with a number, or nil where none was found in that many pages of 50.
    func name(of number: String, pages limit: Int) async throws(APIError) -> String? {
        if let begun, ContinuousClock.now - begun > Self.lifetime { forget() }
        if begun == nil { begun = .now }
        while names[number] == nil, !isComplete, pagesRead < limit { try await readPage() }
        return names[number]
    }

    /// Drops everything, as after a change.
    func forget() {
        names = [:]
        nextPage = nil
        pagesRead = 0
        isComplete = false
        begun = nil
    }

    private func readPage() async throws(APIError) {
        var query = [OperationArguments.QueryItem("maxResults", "50")]
        let token = nextPage
        if let token { query.append(OperationArguments.QueryItem("pageToken", token)) }
        let page = try await reader.read(.listContacts, OperationArguments(query: query))
        // Another caller may have read the same page meanwhile.
        guard token == nextPage else { return }
        for contact in page["data"]?.arrayValue ?? [] {
            let fields = contact["defaultFields"]
            let parts = [fields?["firstName"], fields?["lastName"]].compactMap { $0?.stringValue }
            let name = parts.isEmpty ? fields?["company"]?.stringValue ?? "unnamed" : parts.joined(separator: " ")
            for item in fields?["phoneNumbers"]?.arrayValue ?? [] {
                guard let number = item["value"]?.stringValue, names[number] == nil else { continue }
                names[number] = name
            }
        }
        pagesRead += 1
        nextPage = page["nextPageToken"]?.stringValue
        isComplete = nextPage == nil
    }
}

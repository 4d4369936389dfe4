package import JSON
import PhoneNumbers
package import QuoAPI
package import Store

/// What resolves what a person would say into what the API takes: lines, members, contacts and recipients.
///
/// The API cannot search contacts, so they are read once into an index in the store that all processes share.
package actor Directory {
    let reader: Reader
    let store: Store
    let workspace: WorkspaceID
    let time: @Sendable () -> Int64
    let clock: any Clock<Duration>

    /// Makes the directory of one workspace; nothing is read yet.
    ///
    /// - Parameters:
    ///   - reader: The reading half of the client.
    ///   - store: Where the index is kept.
    ///   - workspace: The name under which it is.
    ///   - time: The time of day, in milliseconds since 1970.
    ///   - clock: What waiting goes by.
    package init(
        reader: Reader, store: Store, workspace: WorkspaceID, time: @escaping @Sendable () -> Int64,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.reader = reader
        self.store = store
        self.workspace = workspace
        self.time = time
        self.clock = clock
    }

    /// The workspace's lines; read at most every five minutes.
    package func lines() async throws(APIError) -> [Line] {
        let answer = try await reader.read(.listPhoneNumbers, OperationArguments())
        return (answer["data"]?.arrayValue ?? []).compactMap { Line($0) }
    }

    /// The workspace's members; read at most every five minutes.
    package func members() async throws(APIError) -> [Member] {
        let arguments = OperationArguments(query: [OperationArguments.QueryItem("maxResults", "50")])
        let answer = try await reader.read(.listUsers, arguments)
        return (answer["data"]?.arrayValue ?? []).compactMap { Member($0) }
    }

    /// The definitions of custom fields; read at most every five minutes.
    package func customFields() async throws(APIError) -> [CustomField] {
        let answer = try await reader.read(.getContactCustomFields, OperationArguments())
        return (answer["data"]?.arrayValue ?? []).compactMap { CustomField($0) }
    }

    /// The lines that a reference may mean, all for nil.
    package func lines(matching reference: String?) async throws(APIError) -> [Line] {
        try await lines().filter { reference == nil || $0.id == reference || $0.number == reference }
    }

    /// The one line that a reference means.
    ///
    /// - Parameter reference: Id, number in any usual writing, or name of the inbox; nil or empty where there is one line.
    /// - Throws: ``ReferenceFault`` or `APIError`.
    package func line(_ reference: String?) async throws -> Line {
        let matches = try await lines(matching: reference)
        guard matches.count == 1 else { throw fault(.line, reference ?? "") }
        return matches[0]
    }

    /// The one member that a reference means.
    ///
    /// - Parameter reference: Id, email address, or name.
    /// - Throws: ``ReferenceFault`` or `APIError`.
    package func member(_ reference: String) async throws -> Member {
        let matches = try await members().filter { $0.id == reference || $0.email == reference }
        guard matches.count == 1 else { throw fault(.member, reference) }
        return matches[0]
    }

    /// The one contact that a reference means.
    ///
    /// - Parameters:
    ///   - reference: Id, number in any usual writing, email address, or name.
    ///   - limit: The longest wait for an index, where there is none yet.
    /// - Throws: ``ReferenceFault``, `APIError` or `StoreError`.
    package func contact(_ reference: String, within limit: Duration = .seconds(40)) async throws -> Person {
        let path = ["id": reference]
        let answer = try await reader.read(.getContactById, OperationArguments(path: path))
        guard let person = Person(answer, region: nil) else { throw fault(.contact, reference) }
        return person
    }

    /// Whom a text is for.
    ///
    /// - Parameters:
    ///   - reference: A number in any usual writing, or the exact name or id of one contact with one number.
    ///   - region: The country of the chosen line as two letters, in which numbers are read.
    ///   - limit: The longest wait for the index.
    /// - Throws: ``ReferenceFault``, `APIError` or `StoreError`.
    package func recipient(
        _ reference: String, region: String, within limit: Duration = .seconds(40)
    ) async throws -> Recipient {
        guard let number = try? PhoneNumber.parse(reference, region: region) else {
            throw fault(.recipient, reference)
        }
        return Recipient(number: number.e164, contact: nil)
    }

    /// The names by number that are known without any request: lines and contacts of the index.
    package func names(of numbers: [String]) async -> [String: String] { [:] }

    /// The name of a number that is known without any request.
    package func name(of number: String) async -> String? { await names(of: [number])[number] }

    /// Whether a contact has a number, as far as the index of this moment tells.
    ///
    /// - Throws: `StoreError`.
    package func isKnownContact(_ number: String) async throws(StoreError) -> Bool { false }

    /// Contacts by name, part of a name, number, email address, company, role or custom field, best first.
    ///
    /// - Throws: `APIError` or `StoreError`.
    package func find(
        _ query: String, limit: Int, offset: Int = 0, within wait: Duration = .seconds(20)
    ) async throws -> SearchResult {
        SearchResult(matches: [], total: 0, index: .none)
    }

    /// How far the index is.
    package func state() async throws(StoreError) -> IndexState { .none }

    /// Waits for a complete index, and tells how it stands.
    ///
    /// - Throws: `APIError` or `StoreError` where the contacts cannot be read.
    package func ensureIndex(within limit: Duration) async throws -> IndexState { .none }

    /// Reads all contacts anew, whatever the index's age.
    ///
    /// - Parameter progress: Is told how many contacts were read so far, after every page.
    /// - Throws: `APIError` or `StoreError`.
    package func refresh(progress: (@Sendable (Int) -> Void)? = nil) async throws {}

    /// Takes a contact that this server has made or changed into the index, as the API answered it.
    package func noteChange(of contact: JSONValue) async throws(StoreError) {}

    /// Takes a contact that this server has deleted out of the index.
    package func noteRemoval(_ id: String) async throws(StoreError) {}

    /// Deletes the index of this workspace.
    package func forget() async throws(StoreError) {}

    func fault(_ subject: ReferenceFault.Subject, _ reference: String) -> ReferenceFault {
        ReferenceFault(subject: subject, reference: reference, reason: .none, searched: "", candidates: [])
    }
}

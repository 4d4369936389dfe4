package import QuoAPI
package import Store

/// What resolves what a person would say into what the API takes: lines, members, contacts and recipients.
///
/// Lines, members and the definitions of custom fields are read at most every five minutes. Contacts cannot be searched
/// through the API, so all of them are read into an index in the store that all processes of a key share. Nothing here is
/// chosen by likeness: a reference is resolved where exactly one thing matches, and else a ``ReferenceFault`` lists what there is.
package actor Directory {
    let reader: Reader
    let store: Store
    let workspace: WorkspaceID
    let time: @Sendable () -> Int64
    let clock: any Clock<Duration>
    let lineAnswer: SharedAnswer<[Line]>
    let memberAnswer: SharedAnswer<[Member]>
    let fieldAnswer: SharedAnswer<[CustomField]>
    /// The reading of all contacts by this process.
    var sync = SyncProgress()
    /// What is searched, and up to which change of the store's index it is.
    var contacts = LoadedIndex()

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
        lineAnswer = SharedAnswer { () async throws(APIError) in
            try await Line.all(through: reader)
        }
        memberAnswer = SharedAnswer { () async throws(APIError) in
            var members: [Member] = []
            var pages = Pages(of: .listUsers, reader)
            while let page = try await pages.next() { members += try elements(of: page, .listUsers) { Member($0) } }
            return members
        }
        fieldAnswer = SharedAnswer { () async throws(APIError) in
            let answer = try await reader.read(.getContactCustomFields, OperationArguments())
            return try elements(of: answer, .getContactCustomFields) { CustomField($0) }
        }
    }

    /// The workspace's lines.
    package func lines() async throws(APIError) -> [Line] { try await lineAnswer.value(now: time()) }

    /// The workspace's members.
    package func members() async throws(APIError) -> [Member] { try await memberAnswer.value(now: time()) }

    /// The definitions of custom fields.
    package func customFields() async throws(APIError) -> [CustomField] { try await fieldAnswer.value(now: time()) }

    /// The country of the workspace's lines, in which stored numbers without a country's code are read.
    ///
    /// Nil where the lines are of several countries, or cannot be read: then nothing tells whose numbers those are.
    func region() async -> String? {
        let regions = Set(((try? await lines()) ?? []).map(\.region))
        return regions.count == 1 ? regions.first ?? nil : nil
    }
}

import Synchronization

/// What was read, and which version of the API answered.
package struct Routed<Value: Sendable>: Sendable {
    /// What was read.
    package let value: Value
    /// Which version it is from, in a few words for the answer: `2026-03-30`, `v1`, or `v1 (2026-03-30 answered 404)`.
    package let api: String
}

/// Why the first version serves in place of the dated one, in a few words.
package struct ReasonForFirst: Sendable, CustomStringConvertible {
    /// The words, for example `2026-03-30 answered 404`.
    package let description: String
    /// How the dated version refused this very request; nil where it was not asked.
    package let refusal: APIError?

    /// Makes a reason that no answer gave.
    package init(_ description: String) {
        self.description = description
        refusal = nil
    }

    fileprivate init(_ error: APIError, isOfThisRequest: Bool) {
        let name = VersionPreference.dated.rawValue
        description =
            if case .http(let status) = error.kind { "\(name) answered \(status)" } else { "\(name) gave no list" }
        refusal = isOfThisRequest ? error : nil
    }

    /// What to throw where the first version cannot serve the request either.
    ///
    /// - Parameters:
    ///   - fault: What is wrong with the arguments, where nothing was requested.
    ///   - need: What the first version needs, as a sentence.
    package func failure(_ fault: some Error, need: String) -> any Error {
        guard var refusal else { return fault }
        // Where the API itself says which argument is at fault, that is what to mend.
        if refusal.concernsVersion {
            refusal.remedy =
                "Version 2026-03-30 of the API did not serve this, with this key or at this address. \(need)"
        }
        return refusal
    }
}

extension Reader {
    /// Reads what both versions of the API offer, from the dated one where that serves better.
    ///
    /// This is the one place that decides between them. The owner's preference counts first. Where it leaves the choice, the first
    /// version is read from where a gateway carries it alone, and where the dated one turns out not to be had with this key or at this
    /// address, which is then remembered for ``VersionMemory/lifetime``. A limit, a failure of the server or a broken connection
    /// says nothing about that, and is thrown. Only reads can be routed: no write is ever tried on the other version.
    ///
    /// - Parameters:
    ///   - operations: The operations of the dated version that it takes.
    ///   - dated: Reads from the dated version.
    ///   - first: Reads from the first; it is told why the dated one does not serve.
    /// - Throws: What either throws.
    package func routed<Value: Sendable>(
        _ operations: [ReadOperation], dated: () async throws -> Value,
        first: (_ reason: ReasonForFirst) async throws -> Value
    ) async throws -> Routed<Value> {
        let name = VersionPreference.dated.rawValue
        if let reason = connection.reasonForFirst {
            return Routed(value: try await first(reason), api: VersionPreference.v1.rawValue)
        }
        let refusal: APIError
        var isOfThisRequest = false
        if connection.options.versions == .automatic,
            let known = connection.memory.refusal(of: operations.map(\.operation.id))
        {
            refusal = known
        } else {
            do {
                return Routed(value: try await dated(), api: name)
            } catch let error as APIError {
                let refused = operations.first { error.refusesVersion(of: $0.operation) }
                guard refused != nil else { throw error }
                guard connection.options.versions == .automatic else { throw error.withoutOtherVersion }
                refusal = error
                isOfThisRequest = true
            }
        }
        let reason = ReasonForFirst(refusal, isOfThisRequest: isOfThisRequest)
        let value = try await first(reason)
        // Had the first version refused as well, the key or the request would be at fault.
        if refusal.concernsVersion { connection.memory.note(refusal) }
        return Routed(value: value, api: "\(VersionPreference.v1.rawValue) (\(reason))")
    }
}

extension Connection {
    /// Why only the first version is to be used, where that is known without asking.
    fileprivate var reasonForFirst: ReasonForFirst? {
        switch (options.versions, options.gateway) {
        case (.v1, _): ReasonForFirst("QUO_API is v1")
        case (.automatic, .maton): ReasonForFirst("Maton's gateway carries v1 alone")
        case (.automatic, .none), (.dated, _): nil
        }
    }
}

/// Which operations of the dated version were refused lately, so that each is not asked for in vain again and again.
final class VersionMemory: Sendable {
    /// How long a refusal counts: a key or a host may get the version meanwhile.
    static let lifetime: Duration = .seconds(600)

    private let elapsed: @Sendable () -> Duration
    private let refusals = Mutex<[String: (error: APIError, time: Duration)]>([:])

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
    }

    /// The refusal of one of these operations that still counts.
    func refusal(of operations: [String]) -> APIError? {
        let oldest = elapsed() - Self.lifetime
        return refusals.withLock { refusals in
            operations.compactMap { refusals[$0] }.first { $0.time > oldest }?.error
        }
    }

    /// Remembers a refusal; what is known already does not count for longer.
    func note(_ error: APIError) {
        guard refusal(of: [error.operationID]) == nil else { return }
        let now = elapsed()
        refusals.withLock { $0[error.operationID] = (error, now) }
    }
}

extension APIError {
    /// Whether it says that an operation's version is not to be had, with this key or at this address.
    ///
    /// 400 is how the API refuses a version that it does not know; and what it takes in the dated one is not confirmed of every
    /// list. Where a path names a resource, an answer may be about that instead.
    func refusesVersion(of operation: Operation) -> Bool {
        guard operationID == operation.id, !operation.path.contains("{") else { return false }
        return switch kind {
        case .http(let status): [400, 401, 403, 404, 405, 410].contains(status)
        // Some hosts answer whatever they do not know with a page.
        case .undecodable: true
        case .transport, .invalidRequest: false
        }
    }

    /// Whether a refusal is of the version, and not of what this one request asked of it.
    ///
    /// An answer that names fields is about those; another request may do without them.
    var concernsVersion: Bool { status != 400 || fields.isEmpty }

    /// Where a path names no resource, what 404 means for an operation that the first version has not.
    func explained(for operation: Operation) -> APIError {
        guard status == 404, operation.version == .dated, !operation.path.contains("{") else { return self }
        var error = self
        error.remedy =
            "There is no such thing in this workspace, or version 2026-03-30 of the API, which alone has it, is not to be had with"
            + " this key or at this address. Trying again does not help."
        return error
    }

    /// This refusal where the owner wants no other version.
    var withoutOtherVersion: APIError {
        var error = self
        error.remedy =
            "Version 2026-03-30 of the API is not to be had with this key or at this address, and QUO_API wants no other. The owner"
            + " sets QUO_API to auto, or checks the key and QUO_BASE_URL."
        return error
    }
}

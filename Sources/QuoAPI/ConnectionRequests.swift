import HTTP
import JSON
import Synchronization

extension Connection {
    /// Performs a read, repeated as the policy says.
    ///
    /// The API's first version does not say how it wants lists written. They go out as a repeated name, and where it refuses that, once
    /// more as `name[]`; what it took is remembered for the operation.
    func read(_ asked: Operation, _ given: OperationArguments) async throws(APIError) -> JSONValue {
        let (operation, arguments) = try preferred(asked, given)
        do {
            return answer(try await performed(operation, arguments), to: asked, from: operation)
        } catch {
            throw asked.id != operation.id && error.refusesVersion(of: operation)
                ? error.withoutOtherVersion : error.explained(for: operation)
        }
    }

    private func performed(
        _ operation: Operation, _ arguments: OperationArguments
    ) async throws(APIError) -> JSONValue {
        let known = bracketed.withLock { $0[operation.id] ?? [] }
        do {
            return try await repeatedRead(operation, arguments, bracketed: known)
        } catch {
            let refused = error.refusedLists(of: operation, in: arguments).subtracting(known)
            guard !refused.isEmpty else { throw error }
            let value = try await secondRead(operation, arguments, bracketed: known.union(refused), after: error)
            bracketed.withLock { $0[operation.id] = known.union(refused) }
            return value
        }
    }

    /// Reads with brackets; where that is refused as well, the first error is the one that tells what is wrong.
    private func secondRead(
        _ operation: Operation, _ arguments: OperationArguments, bracketed: Set<String>, after first: APIError
    ) async throws(APIError) -> JSONValue {
        do {
            return try await repeatedRead(operation, arguments, bracketed: bracketed)
        } catch {
            throw error.status == 400 ? first : error
        }
    }

    private func repeatedRead(
        _ operation: Operation, _ arguments: OperationArguments, bracketed: Set<String>
    ) async throws(APIError) -> JSONValue {
        let request = try request(operation, arguments, bracketed: bracketed)
        let elapsed = options.clock.stopwatch()
        var retries = 0
        while true {
            do {
                try await waitForTurn(operation)
                let response = try await attempt(request, operation, isWrite: false)
                return credential.redacted(try response.value(of: operation, isWrite: false))
            } catch {
                guard let delay = options.retries.delay(after: error, retries: retries, elapsed: elapsed()) else {
                    throw error
                }
                retries += 1
                do {
                    try await options.clock.sleep(for: delay)
                } catch {
                    throw .cancelled(operation.id)
                }
            }
        }
    }

    private func waitForTurn(_ operation: Operation) async throws(APIError) {
        do {
            try await pacer.grant()
        } catch {
            throw .cancelled(operation.id)
        }
    }

    /// Performs a write once and at once; its turn was waited for before.
    func write(_ asked: Operation, _ given: OperationArguments) async throws(APIError) -> JSONValue? {
        if asked.id == WriteOperation.chooseConnection.operation.id { return try await keepChoice(asked, given) }
        let (operation, arguments) = try preferred(asked, given)
        let response = try await attempt(
            request(operation, arguments, bracketed: []), operation, isWrite: true)
        if response.status == 204 || response.body.isEmpty && operation.successSchema == nil { return nil }
        let value = credential.redacted(try response.value(of: operation, isWrite: true))
        return answer(value, to: asked, from: operation)
    }

    /// Sends one request, and returns its response where that reports success.
    private func attempt(
        _ request: HTTPRequest, _ operation: Operation, isWrite: Bool
    ) async throws(APIError) -> HTTPResponse {
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw APIError(transport: error, operationID: operation.id, isWrite: isWrite, credential: credential)
        }
        guard (200..<300).contains(response.status) else {
            throw APIError(
                response: response, operationID: operation.id, isWrite: isWrite, credential: credential,
                gateway: options.gateway)
        }
        return response
    }

    private func request(
        _ operation: Operation, _ arguments: OperationArguments, bracketed: Set<String>
    ) throws(APIError) -> HTTPRequest {
        try operation.check(isCarriedBy: options.gateway)
        let target = try operation.target(for: arguments, bracketed: bracketed)
        var headers = [
            HTTPHeader("Authorization", options.gateway.authorization(credential.key)),
            HTTPHeader("Accept", "application/json"),
            HTTPHeader("User-Agent", options.userAgent),
        ]
        var address = operation.isOfMaton ? baseURL.ofMatonItself : baseURL.description
        if case .maton(let connection?) = options.gateway, !operation.isOfMaton {
            headers.append(HTTPHeader("Maton-Connection", connection))
        }
        if operation.version == .dated {
            headers.append(HTTPHeader("Quo-Api-Version", VersionPreference.dated.rawValue))
            address = baseURL.ofDatedVersion.description
        }
        if arguments.body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        return HTTPRequest(
            method: operation.method, url: address + target, headers: headers,
            body: arguments.body?.bytes(), timeout: options.timeout)
    }
}

extension Clock where Duration == Swift.Duration {
    /// Starts to count; what is returned tells how long ago that was.
    fileprivate func stopwatch() -> () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}

extension HTTPResponse {
    /// The JSON of a response that reports success; every answer of the API is an object.
    fileprivate func value(of operation: Operation, isWrite: Bool) throws(APIError) -> JSONValue {
        let fault: String
        do {
            let value = try JSONValue(parsing: body)
            if value.objectValue != nil { return value }
            fault = "JSON that is no object (\(value.typeName))"
        } catch {
            fault = body.isEmpty ? "an empty body" : "a body that is no JSON (\(error))"
        }
        throw APIError(
            kind: .undecodable, operationID: operation.id, status: status,
            message: "The API reported success (HTTP \(status)) with \(fault).",
            outcome: isWrite ? .mayHavePerformed : .notPerformed)
    }
}

extension APIError {
    /// The list parameters that the API refused as such, so that the other way of writing them is worth a try.
    fileprivate func refusedLists(of operation: Operation, in arguments: OperationArguments) -> Set<String> {
        guard status == 400 else { return [] }
        let lists = operation.parameters.filter { parameter in
            parameter.isArray && parameter.isExploded && parameter.location == .query
                && arguments.query.contains { $0.name == parameter.name && !$0.values.isEmpty }
        }
        let refused = lists.filter { list in
            fields.contains { field in
                guard field.names(list.name) else { return false }
                // Servers ignore what they do not know. Another name for an optional filter could silently turn it off,
                // so there it takes a complaint about the form, not the value.
                return list.isRequired || field.message.lowercased().contains("array")
            }
        }
        return Set(refused.map(\.name))
    }

    fileprivate static func cancelled(_ operationID: String) -> APIError {
        let error = HTTPError(.cancelled, "The request was cancelled before it was sent.", mayHaveReachedServer: false)
        return APIError(kind: .transport(error), operationID: operationID, message: error.message)
    }
}

extension APIError.Field {
    /// Whether the path leads to the parameter of that name or into it, however it is written:
    /// `participants`, `/participants/0`, `query.participants[0]`.
    fileprivate func names(_ parameter: String) -> Bool {
        path.split { "/.[]".contains($0) }.contains { $0 == parameter }
    }
}

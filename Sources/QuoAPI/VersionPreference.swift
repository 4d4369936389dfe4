import HTTP
import JSON

/// Which version of the API is used where both could be.
package enum VersionPreference: String, Sendable, CaseIterable {
    /// The first alone; what only the dated one offers is refused before anything is sent.
    case v1
    /// The dated one wherever it answers as the first does or better, and never the first instead; the first for the rest.
    case dated = "2026-03-30"
    /// The dated one for what it serves better, the first for the rest; the first also where the dated one is not to be had.
    case automatic = "auto"
}

extension Connection {
    /// The operation and the arguments that a request is made of, by the owner's preference.
    ///
    /// - Throws: ``APIError`` of the kind `invalidRequest` where only the first version is to be used and it has no such
    ///   operation.
    func preferred(
        _ operation: Operation, _ arguments: OperationArguments
    ) throws(APIError) -> (operation: Operation, arguments: OperationArguments) {
        switch (options.versions, operation.version) {
        case (.v1, .dated):
            throw APIError(
                kind: .invalidRequest, operationID: operation.id,
                message: "Only the version 2026-03-30 of the API offers this, and QUO_API is v1.")
        case (.dated, .v1):
            guard let twin = operation.datedTwin else { return (operation, arguments) }
            return (twin, arguments.dated)
        case (.v1, .v1), (.dated, .dated), (.automatic, _): return (operation, arguments)
        }
    }

    /// An answer of the dated version as the first gives it to the operation that was asked for.
    func answer(_ value: JSONValue, to asked: Operation, from performed: Operation) -> JSONValue {
        guard asked.id != performed.id else { return value }
        // The first version answers a mark with the bare conversation.
        if performed.method == .post { return value["data"] ?? value }
        guard case .object(var envelope) = value, let cursor = envelope["nextCursor"] else { return value }
        envelope = envelope.without(["nextCursor"])
        envelope["nextPageToken"] = cursor
        return .object(envelope)
    }
}

extension Operation {
    /// The operation of the dated version that answers with the same resource in the same shape; nil where none does.
    fileprivate var datedTwin: Operation? {
        switch id {
        case ReadOperation.listUsers.operation.id: ReadOperation.listUsersDated.operation
        case ReadOperation.getUserById.operation.id: ReadOperation.getUserByIdDated.operation
        case WriteOperation.markConversationAsRead.operation.id: WriteOperation.markConversationAsReadDated.operation
        case WriteOperation.markConversationAsDone.operation.id: WriteOperation.markConversationAsDoneDated.operation
        case WriteOperation.markConversationAsOpen.operation.id: WriteOperation.markConversationAsOpenDated.operation
        default: nil
        }
    }
}

extension OperationArguments {
    /// These arguments with the dated version's names for pages.
    fileprivate var dated: OperationArguments {
        let names = ["maxResults": "limit", "pageToken": "after"]
        var result = self
        result.query = query.map { QueryItem(names[$0.name] ?? $0.name, $0.values) }
        return result
    }
}

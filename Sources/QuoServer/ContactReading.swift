import Guard
import JSON
import QuoAPI

extension Reader {
    /// Reads a contact that is to be changed or deleted, and keeps it as it is.
    ///
    /// - Throws: `APIError` where it cannot be read, is not understood, or may not be changed here.
    func contact(
        _ id: String, for operation: WriteOperation
    ) async throws(APIError) -> (contact: Contact, snapshot: Effect.Snapshot) {
        let answer = try await read(.getContactById, OperationArguments(path: ["id": id]))
        if (answer["data"] ?? answer)["source"] == "google-people" {
            // The API refuses it too, but only after a person was asked.
            throw APIError(
                kind: .invalidRequest, operationID: operation.operation.id,
                message: "This contact is synced from Google and can be changed there only; tell the user so.")
        }
        do throws(Contact.Unreadable) {
            return (try Contact(answer, id: id), Effect.Snapshot(id: id, content: answer["data"] ?? answer))
        } catch {
            throw APIError(
                kind: .undecodable, operationID: ReadOperation.getContactById.operation.id,
                message:
                    "The API described this contact in a way that quo-mcp does not know (\(error.cause)), so it cannot be"
                    + " changed without risking what is in it.")
        }
    }
}

extension String {
    /// This text with its line breaks shown, so that no part of it passes for another line of a form.
    var onOneLine: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ⏎ ")
    }
}

import HTTP
import JSON

extension Connection {
    func read(_ operation: Operation, _ arguments: OperationArguments) async throws(APIError) -> JSONValue {
        throw APIError(kind: .invalidRequest, operationID: operation.id, message: "Being built.")
    }

    func write(_ operation: Operation, _ arguments: OperationArguments) async throws(APIError) -> JSONValue? {
        throw APIError(kind: .invalidRequest, operationID: operation.id, message: "Being built.")
    }
}

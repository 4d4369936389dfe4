package import HTTP

/// Why an operation gave no result.
///
/// Texts that the API sent are cleaned and capped, and never hold the key.
package struct APIError: Error, Sendable, Equatable {
    /// The kinds of failure.
    package enum Kind: Sendable, Equatable {
        /// The API answered with a status other than success.
        case http(Int)
        /// No complete answer came.
        case transport(HTTPError)
        /// The arguments make no request; nothing was sent.
        case invalidRequest
        /// The API reported success with a body that cannot be read.
        case undecodable
    }

    /// What is known about the effect of a failed write.
    package enum Outcome: Sendable, Equatable {
        /// It certainly did not happen; so it is for every read.
        case notPerformed
        /// It may have happened: whoever repeats it has to look first.
        case mayHavePerformed
    }

    /// A part of the request that the API found fault with.
    package struct Field: Sendable, Equatable {
        /// Where it is, as the API names it, for example `/participants/0`.
        package let path: String
        /// What is wrong with it.
        package let message: String

        /// Makes a field's fault.
        package init(path: String, message: String) {
            self.path = path
            self.message = message
        }
    }

    /// The kind of failure.
    package let kind: Kind
    /// The operation that was called, for example `sendMessage_v1`.
    package let operationID: String
    /// The API's HTTP status, or nil where it did not answer.
    package let status: Int?
    /// The API's seven-digit code, for example `0206400`; many answers have none.
    package let code: String?
    /// The API's title, for example `Not Found`.
    package let title: String?
    /// The API's own text, or what happened where the API did not answer.
    package let message: String
    /// The faulty parts of the request.
    package let fields: [Field]
    /// What Quo's support asks for.
    package let trace: String?
    /// How long the API asked to wait.
    package let retryAfter: Duration?
    /// What is known about the effect of a failed write.
    package let outcome: Outcome
    /// What the request went through.
    package let gateway: Gateway
    /// What to do about it, where that is not as for other requests.
    var remedy: String?

    /// The error of an answer that is not what the API promises.
    package static func undecodable(_ operation: ReadOperation, _ message: String) -> APIError {
        APIError(kind: .undecodable, operationID: operation.operation.id, message: message)
    }

    /// Makes an error.
    package init(
        kind: Kind, operationID: String, status: Int? = nil, code: String? = nil, title: String? = nil,
        message: String, fields: [Field] = [], trace: String? = nil, retryAfter: Duration? = nil,
        outcome: Outcome = .notPerformed, gateway: Gateway = .none
    ) {
        self.kind = kind
        self.operationID = operationID
        if case .http(let answered) = kind { self.status = answered } else { self.status = status }
        self.code = code
        self.title = title
        self.message = message
        self.fields = fields
        self.trace = trace
        self.retryAfter = retryAfter
        self.outcome = outcome
        self.gateway = gateway
    }
}

extension APIError: CustomStringConvertible {
    /// The explanation.
    package var description: String { explanation }
}

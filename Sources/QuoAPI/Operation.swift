package import HTTP

/// One operation of the API, as the OpenAPI document of its version has it.
///
/// The values are generated from `schemas/`.
package struct Operation: Sendable {
    /// The version of the API that an operation belongs to.
    package enum Version: Sendable {
        /// The first, which has its number in the path.
        case v1
        /// The one of 2026-03-30, which each request names in a header.
        case dated
    }

    /// Where a parameter travels.
    package enum Location: Sendable {
        /// In the path, in place of `{name}`.
        case path
        /// In the query.
        case query
    }

    /// One parameter.
    package struct Parameter: Sendable {
        /// The name that the API knows.
        package let name: String
        /// Where it travels.
        package let location: Location
        /// Whether the API refuses a request without it.
        package let isRequired: Bool
        /// Whether it takes a list.
        package let isArray: Bool
        /// Whether a list repeats the name; otherwise commas join its elements.
        package let isExploded: Bool
        /// Its JSON Schema, references resolved, as JSON text.
        package let schema: StaticString
        /// Whether the document advises against it.
        package let isDeprecated: Bool

        package init(
            name: String, location: Location, isRequired: Bool, isArray: Bool, isExploded: Bool = true,
            schema: StaticString, isDeprecated: Bool = false
        ) {
            self.name = name
            self.location = location
            self.isRequired = isRequired
            self.isArray = isArray
            self.isExploded = isExploded
            self.schema = schema
            self.isDeprecated = isDeprecated
        }
    }

    /// What the document says about one error status.
    package struct DocumentedError: Sendable {
        /// The HTTP status.
        package let status: Int
        /// The seven-digit code, for example `0200404`.
        package let code: String
        /// The title, for example `Not Found`.
        package let title: String

        package init(status: Int, code: String, title: String) {
            self.status = status
            self.code = code
            self.title = title
        }
    }

    /// The operationId, for example `sendMessage_v1`.
    package let id: String
    /// The version of the API.
    package let version: Version
    /// The method.
    package let method: HTTPMethod
    /// The path with its `{placeholders}`, for example `/v1/contacts/{id}`.
    package let path: String
    /// The parameters in the document's order.
    package let parameters: [Parameter]
    /// The JSON Schema of the body, references resolved, as JSON text; nil where there is no body.
    package let bodySchema: StaticString?
    /// The status of success.
    package let successStatus: Int
    /// The JSON Schema of the answer, references resolved, as JSON text; nil where there is no content.
    package let successSchema: StaticString?
    /// The documented errors by ascending status.
    package let errors: [DocumentedError]
    /// Every documented status, ascending.
    package let statuses: [Int]
    /// Whether the API refuses a request without a body.
    package let isBodyRequired: Bool
    /// Whether the document advises against it.
    package let isDeprecated: Bool

    package init(
        id: String, version: Version = .v1, method: HTTPMethod, path: String, parameters: [Parameter],
        bodySchema: StaticString?, successStatus: Int, successSchema: StaticString?, errors: [DocumentedError],
        statuses: [Int] = [], isBodyRequired: Bool = false, isDeprecated: Bool = false
    ) {
        self.id = id
        self.version = version
        self.method = method
        self.path = path
        self.parameters = parameters
        self.bodySchema = bodySchema
        self.successStatus = successStatus
        self.successSchema = successSchema
        self.errors = errors
        self.statuses = statuses
        self.isBodyRequired = isBodyRequired
        self.isDeprecated = isDeprecated
    }
}

/// An operation that changes nothing: every GET.
package struct ReadOperation: Sendable {
    /// The operation.
    package let operation: Operation
    package init(_ operation: Operation) { self.operation = operation }
}

/// An operation that changes something.
///
/// Only a ``Writer`` takes one, and only the guard has a writer.
package struct WriteOperation: Sendable {
    /// The operation.
    package let operation: Operation
    package init(_ operation: Operation) { self.operation = operation }
}

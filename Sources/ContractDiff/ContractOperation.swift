import HTTP
import JSON
import OpenAPI
import QuoAPI

/// One operation as it is compared, whichever side it comes from.
struct ContractOperation {
    struct Parameter {
        let name: String
        let location: String
        let isRequired: Bool
        let isDeprecated: Bool
        /// Nil where the schema could not be read.
        let schema: SchemaForm?

        /// - Parameters:
        ///   - isDeprecated: Whether the parameter is said to be; where its schema is, that is the same.
        ///   - schema: With references resolved.
        init(name: String, location: String, isRequired: Bool, isDeprecated: Bool, schema: JSONValue?) {
            self.name = name
            self.location = location
            self.isRequired = isRequired
            self.isDeprecated = isDeprecated || schema?["deprecated"] == true
            self.schema = schema.map { SchemaForm($0.schemaWithout(["deprecated"])) }
        }
    }

    /// A part of an operation that may be missing, or there and not readable.
    enum Part {
        case none
        case unreadable
        case schema(SchemaForm)
    }

    /// An error that has a code of its own.
    struct ErrorCode: Hashable {
        let status: Int
        let code: String
    }

    /// The method in capitals and the path.
    let method: String
    let path: String
    var isDeprecated = false
    /// What it says of security; nil where the whole document's holds.
    var security: ContractSecurity?
    var parameters: [Parameter] = []
    var body = Part.none
    var isBodyRequired = false
    var successStatus: Int?
    var answer = Part.none
    var statuses: Set<Int> = []
    var errorCodes: Set<ErrorCode> = []
    /// What of it could not be read, and why.
    var flaws: [SchemaChange] = []

    /// The method and path as they are shown.
    var name: String { "\(method) \(path)" }

    /// What is the same for the same operation, whatever its placeholders are called.
    var route: String { "\(method) \(path.replacing(/\{[^}]*\}/, with: "{}"))" }

    /// The version that a path belongs to: its number, where it begins with one.
    static func version(ofPath path: String) -> String {
        let first = path.split(separator: "/").first.map(String.init) ?? ""
        return first.wholeMatch(of: /v[0-9]+/) != nil ? first : "dated"
    }
}

extension ContractOperation {
    /// An operation of this program's contract.
    ///
    /// - Throws: ``JSONParseError`` where a schema that was compiled in is no JSON, which the generator rules out.
    init(_ operation: Operation) throws(JSONParseError) {
        func part(_ text: StaticString?) throws(JSONParseError) -> Part {
            guard let text else { return .none }
            return .schema(SchemaForm(try JSONValue(parsing: text)))
        }
        var parameters: [Parameter] = []
        for parameter in operation.parameters {
            parameters.append(
                Parameter(
                    name: parameter.name, location: parameter.location == .path ? "path" : "query",
                    isRequired: parameter.isRequired, isDeprecated: parameter.isDeprecated,
                    schema: try JSONValue(parsing: parameter.schema)))
        }
        self.init(
            method: operation.method.rawValue, path: operation.path, isDeprecated: operation.isDeprecated,
            parameters: parameters, body: try part(operation.bodySchema), isBodyRequired: operation.isBodyRequired,
            successStatus: operation.successStatus, answer: try part(operation.successSchema),
            statuses: Set(operation.statuses),
            errorCodes: Set(operation.errors.map { ErrorCode(status: $0.status, code: $0.code) }))
    }
}

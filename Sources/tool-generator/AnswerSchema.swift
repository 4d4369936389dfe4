import JSON
import OpenAPI

/// The schema of what a tool answers: an object with plainly typed members.
///
/// The server answers a list as its elements in `data` with a `nextPageToken` where more follows, one resource as its
/// members, and an effect as a `status` with the members of the resource that it made or changed. Members that are null
/// are left out of answers, so only those are required that can be neither absent nor null.
struct AnswerSchema {
    /// The schema.
    let schema: JSONValue

    /// Draws up the schema of the answer to an operation.
    ///
    /// - Parameter isShaped: Whether the answer is told in short unless everything is asked for, so that only the id is sure.
    init(_ operation: Document.Operation, risk: ToolCatalog.Risk, isShaped: Bool = false) {
        let answer = operation.responses.first { (200..<300).contains($0.status) }?.schema
        let envelope = answer.map { SchemaOutline($0).members } ?? []
        let data = envelope.first { $0.name == "data" }.map { SchemaOutline($0.schema) }
        if risk == .read, data?.plainType == "array" {
            let isPaged = envelope.contains { ["nextPageToken", "nextCursor"].contains($0.name) }
            schema = Self.list(isPaged: isPaged)
        } else if risk == .read, isShaped {
            schema = ["type": "object", "properties": ["id": Self.string], "required": ["id"]]
        } else if risk != .read, isShaped || answer == nil {
            schema = ["type": "object", "properties": .object(Self.performance.adding("id", Self.string))]
        } else if risk == .read {
            let members = Self.shown(data?.members ?? envelope)
            schema = Self.object(members, required: members.filter { $0.isRequired && !Self.isNullable($0) })
        } else {
            schema = Self.object(Self.shown(data?.members ?? envelope), required: [], first: Self.performance)
        }
    }

    /// What every answer of a tool that changes something may say.
    private static let performance: JSONObject = [
        "performed": ["type": "boolean"], "explanation": string, "rule": string, "status": string,
    ]

    private static let string: JSONValue = ["type": "string"]

    private static func list(isPaged: Bool) -> JSONValue {
        var properties: JSONObject = ["data": ["type": "array", "items": ["type": "object"]]]
        if isPaged { properties["nextPageToken"] = string }
        return ["type": "object", "properties": .object(properties), "required": ["data"]]
    }

    private static func object(
        _ members: [SchemaOutline.Member], required: [SchemaOutline.Member], first: JSONObject = [:]
    ) -> JSONValue {
        var properties = first
        for member in members where properties[member.name] == nil {
            properties[member.name] = plain(SchemaOutline(member.schema))
        }
        var result: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { result["required"] = .array(required.map { .string($0.name) }) }
        return .object(result)
    }

    private static func plain(_ outline: SchemaOutline) -> JSONValue {
        guard let type = outline.plainType else { return [:] }
        var result: JSONObject = ["type": .string(type)]
        if type == "array", let itemType = outline.items?.plainType { result["items"] = ["type": .string(itemType)] }
        return .object(result)
    }

    private static func isNullable(_ member: SchemaOutline.Member) -> Bool { SchemaOutline(member.schema).isNullable }

    /// The members without the secret that signs a webhook's deliveries, which no answer shows.
    private static func shown(_ members: [SchemaOutline.Member]) -> [SchemaOutline.Member] {
        members.filter { $0.name != "key" }
    }
}

extension JSONObject {
    /// This object with another member at its end.
    fileprivate func adding(_ name: String, _ value: JSONValue) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}

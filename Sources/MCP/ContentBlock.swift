import JSON

/// One piece of what a tool answers or a prompt says.
public enum ContentBlock: Sendable, Hashable {
    /// Text for the model.
    case text(String, annotations: ContentAnnotations? = nil)
    /// A picture, as base64 of its bytes.
    case image(base64: String, mimeType: String, annotations: ContentAnnotations? = nil)
    /// A recording, as base64 of its bytes; revisions before March 2025 get a line of text instead.
    case audio(base64: String, mimeType: String, annotations: ContentAnnotations? = nil)
    /// A resource that may be read later; revisions before June 2025 get a line of text instead.
    case resourceLink(ResourceLink, annotations: ContentAnnotations? = nil)
    /// A resource with its contents.
    case resource(ResourceContents, annotations: ContentAnnotations? = nil)

    /// The block in the words of a revision.
    func json(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject
        let annotations: ContentAnnotations?
        switch self {
        case .text(let text, let notes):
            object = ["type": "text", "text": .string(text)]
            annotations = notes
        case .image(let base64, let mimeType, let notes):
            object = ["type": "image", "data": .string(base64), "mimeType": .string(mimeType)]
            annotations = notes
        case .audio(let base64, let mimeType, let notes):
            if revision >= .march2025 {
                object = ["type": "audio", "data": .string(base64), "mimeType": .string(mimeType)]
            } else {
                object = [
                    "type": "text", "text": "[A recording of type \(mimeType), which this client cannot receive.]",
                ]
            }
            annotations = notes
        case .resourceLink(let link, let notes):
            object = revision >= .june2025 ? link.json : ["type": "text", "text": .string(link.line)]
            annotations = notes
        case .resource(let resource, let notes):
            object = ["type": "resource", "resource": .object(resource.json)]
            annotations = notes
        }
        if let annotations { object["annotations"] = .object(annotations.json(for: revision)) }
        return .object(object)
    }
}

/// Hints on a piece of content: whom it is for, and how much it matters.
public struct ContentAnnotations: Sendable, Hashable {
    /// A reader of content.
    public enum Audience: String, Sendable, Hashable {
        /// The person.
        case user
        /// The model.
        case assistant
    }

    /// For whom the content is; empty says nothing.
    public var audience: [Audience]
    /// From 0, which may be left out, to 1, which must not.
    public var priority: Double?
    /// When the content last changed, as ISO 8601; told to revisions of June 2025 and later.
    public var lastModified: String?

    /// Makes hints.
    public init(audience: [Audience] = [], priority: Double? = nil, lastModified: String? = nil) {
        self.audience = audience
        self.priority = priority
        self.lastModified = lastModified
    }

    func json(for revision: ProtocolRevision) -> JSONObject {
        var object = JSONObject()
        if !audience.isEmpty { object["audience"] = .array(audience.map { .string($0.rawValue) }) }
        if let priority { object["priority"] = .number(JSONNumber(priority)) }
        if let lastModified, revision >= .june2025 { object["lastModified"] = .string(lastModified) }
        return object
    }
}

/// A reference to a resource.
public struct ResourceLink: Sendable, Hashable {
    /// Where the resource is.
    public var uri: String
    /// Its identifier.
    public var name: String
    /// Its name for people.
    public var title: String?
    /// What it holds.
    public var description: String?
    /// Its media type.
    public var mimeType: String?
    /// Its size in bytes.
    public var size: Int64?

    /// Makes a reference.
    public init(
        uri: String, name: String, title: String? = nil, description: String? = nil, mimeType: String? = nil,
        size: Int64? = nil
    ) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
        self.size = size
    }

    var json: JSONObject {
        var object: JSONObject = ["type": "resource_link", "uri": .string(uri), "name": .string(name)]
        if let title { object["title"] = .string(title) }
        if let description { object["description"] = .string(description) }
        if let mimeType { object["mimeType"] = .string(mimeType) }
        if let size { object["size"] = .number(JSONNumber(size)) }
        return object
    }

    /// The reference as a line of text, for clients that know no links.
    var line: String {
        let heading = "\(title ?? name): \(uri)"
        return description.map { "\(heading) (\($0))" } ?? heading
    }
}

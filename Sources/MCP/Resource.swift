import JSON

/// A resource as `resources/list` shows it.
public struct Resource: Sendable, Hashable {
    /// Where the resource is.
    public var uri: String
    /// Its identifier.
    public var name: String
    /// Its name for people; told to revisions of June 2025 and later.
    public var title: String?
    /// What it holds.
    public var description: String?
    /// Its media type.
    public var mimeType: String?
    /// Its size in bytes.
    public var size: Int64?
    /// For whom it is, and how much it matters.
    public var annotations: ContentAnnotations?

    /// Makes a resource.
    public init(
        uri: String, name: String, title: String? = nil, description: String? = nil, mimeType: String? = nil,
        size: Int64? = nil, annotations: ContentAnnotations? = nil
    ) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
        self.size = size
        self.annotations = annotations
    }

    func json(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject = ["uri": .string(uri), "name": .string(name)]
        object.describe(title: title, description, mimeType, annotations, for: revision)
        if let size { object["size"] = .number(JSONNumber(size)) }
        return .object(object)
    }
}

/// A family of resources as `resources/templates/list` shows it.
public struct ResourceTemplate: Sendable, Hashable {
    /// The URIs, with variables in braces as RFC 6570 has them.
    public var uriTemplate: String
    /// Its identifier.
    public var name: String
    /// Its name for people; told to revisions of June 2025 and later.
    public var title: String?
    /// What these resources hold.
    public var description: String?
    /// The media type of all of them.
    public var mimeType: String?
    /// For whom they are, and how much they matter.
    public var annotations: ContentAnnotations?

    /// Makes a template.
    public init(
        uriTemplate: String, name: String, title: String? = nil, description: String? = nil, mimeType: String? = nil,
        annotations: ContentAnnotations? = nil
    ) {
        self.uriTemplate = uriTemplate
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
        self.annotations = annotations
    }

    func json(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject = ["uriTemplate": .string(uriTemplate), "name": .string(name)]
        object.describe(title: title, description, mimeType, annotations, for: revision)
        return .object(object)
    }
}

extension JSONObject {
    /// Adds what a resource and a template have in common.
    fileprivate mutating func describe(
        title: String?, _ description: String?, _ mimeType: String?, _ annotations: ContentAnnotations?,
        for revision: ProtocolRevision
    ) {
        if let title, revision >= .june2025 { self["title"] = .string(title) }
        if let description { self["description"] = .string(description) }
        if let mimeType { self["mimeType"] = .string(mimeType) }
        if let annotations { self["annotations"] = .object(annotations.json(for: revision)) }
    }
}

/// What a resource holds.
public struct ResourceContents: Sendable, Hashable {
    /// Text or bytes.
    public enum Body: Sendable, Hashable {
        /// Text.
        case text(String)
        /// Bytes, as base64.
        case blob(base64: String)
    }

    /// Where the resource is.
    public var uri: String
    /// Its media type.
    public var mimeType: String?
    /// What it holds.
    public var body: Body

    /// Makes contents.
    public init(uri: String, mimeType: String? = nil, body: Body) {
        self.uri = uri
        self.mimeType = mimeType
        self.body = body
    }

    /// Makes contents of text.
    public init(uri: String, mimeType: String? = nil, text: String) {
        self.init(uri: uri, mimeType: mimeType, body: .text(text))
    }

    var json: JSONObject {
        var object: JSONObject = ["uri": .string(uri)]
        if let mimeType { object["mimeType"] = .string(mimeType) }
        switch body {
        case .text(let text): object["text"] = .string(text)
        case .blob(let base64): object["blob"] = .string(base64)
        }
        return object
    }
}

/// What `resources/read` answers.
public struct ResourceReading: Sendable, Hashable {
    /// The resource, or the parts that it consists of; at least one.
    public var contents: [ResourceContents]
    /// How long a client may keep them.
    public var caching: Caching

    /// Makes an answer.
    public init(_ contents: [ResourceContents], caching: Caching = .none) {
        self.contents = contents
        self.caching = caching
    }
}

/// How long a client may keep an answer, and for whom; told to modern clients.
public struct Caching: Sendable, Hashable {
    /// The answer is out of date at once.
    public static let none = Caching(lifetime: .zero)

    /// For how long it may be kept; counted in whole milliseconds.
    public var lifetime: Duration
    /// Whether it may be given to anyone, because it says nothing of the account.
    public var isPublic: Bool

    /// Makes a hint.
    public init(lifetime: Duration, isPublic: Bool = false) {
        self.lifetime = lifetime
        self.isPublic = isPublic
    }

    var json: JSONObject {
        let (seconds, attoseconds) = lifetime.components
        // A century is as good as for ever, and keeps the sum in range.
        let milliseconds = min(max(seconds, 0), 3_153_600_000) * 1_000 + max(attoseconds, 0) / 1_000_000_000_000_000
        return ["ttlMs": .number(JSONNumber(milliseconds)), "cacheScope": isPublic ? "public" : "private"]
    }
}

/// One page of a list.
public struct Page<Item: Sendable>: Sendable {
    /// What is on it.
    public var items: [Item]
    /// The cursor of the page after it; nil on the last.
    public var next: String?
    /// How long a client may keep it; must have the same scope on all pages.
    public var caching: Caching

    /// Makes a page.
    public init(_ items: [Item], next: String? = nil, caching: Caching = .none) {
        self.items = items
        self.next = next
        self.caching = caching
    }

    /// Cuts a page out of a list that is at hand as a whole.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins, as the page before said; nil for the first.
    ///   - size: The most items of a page.
    /// - Throws: ``ProtocolError/unknownCursor`` where no page of the list as it is now begins there.
    public init(
        of list: [Item], after cursor: String?, size: Int, caching: Caching = .none
    ) throws(ProtocolError) {
        var start = 0
        if let cursor {
            guard let number = Int(cursor), String(number) == cursor, number > 0, number < list.count,
                number.isMultiple(of: size)
            else { throw .unknownCursor }
            start = number
        }
        let end = min(start + size, list.count)
        self.init(Array(list[start..<end]), next: end < list.count ? String(end) : nil, caching: caching)
    }
}

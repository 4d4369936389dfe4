import JSON

/// A prompt as `prompts/list` shows it: a text that the person lets the server prepare for the model.
public struct Prompt: Sendable, Hashable {
    /// Something that the person fills in.
    public struct Argument: Sendable, Hashable {
        /// The identifier.
        public var name: String
        /// The name for people; told to revisions of June 2025 and later.
        public var title: String?
        /// What to fill in.
        public var description: String?
        /// Whether it must be given.
        public var isRequired: Bool

        /// Makes an argument.
        public init(name: String, title: String? = nil, description: String? = nil, isRequired: Bool = false) {
            self.name = name
            self.title = title
            self.description = description
            self.isRequired = isRequired
        }
    }

    /// The identifier.
    public var name: String
    /// The name for people; told to revisions of June 2025 and later.
    public var title: String?
    /// What it is good for.
    public var description: String?
    /// What the person fills in.
    public var arguments: [Argument]

    /// Makes a prompt.
    public init(name: String, title: String? = nil, description: String? = nil, arguments: [Argument] = []) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
    }

    func json(for revision: ProtocolRevision) -> JSONValue {
        var object = Self.words(name, title, description, for: revision)
        if !arguments.isEmpty {
            object["arguments"] = .array(
                arguments.map { argument in
                    var object = Self.words(argument.name, argument.title, argument.description, for: revision)
                    if argument.isRequired { object["required"] = true }
                    return .object(object)
                })
        }
        return .object(object)
    }

    private static func words(
        _ name: String, _ title: String?, _ description: String?, for revision: ProtocolRevision
    ) -> JSONObject {
        var object: JSONObject = ["name": .string(name)]
        if let title, revision >= .june2025 { object["title"] = .string(title) }
        if let description { object["description"] = .string(description) }
        return object
    }
}

/// One message of a conversation.
public struct PromptMessage: Sendable, Hashable {
    /// Who says it.
    public enum Role: String, Sendable, Hashable {
        /// The person.
        case user
        /// The model.
        case assistant
    }

    /// Who says it.
    public var role: Role
    /// What is said.
    public var content: ContentBlock

    /// Makes a message.
    public init(role: Role = .user, _ content: ContentBlock) {
        self.role = role
        self.content = content
    }

    func json(for revision: ProtocolRevision) -> JSONValue {
        ["role": .string(role.rawValue), "content": content.json(for: revision)]
    }
}

/// What `prompts/get` answers.
public struct PromptResult: Sendable, Hashable {
    /// What the prompt is good for.
    public var description: String?
    /// What is put before the model.
    public var messages: [PromptMessage]

    /// Makes an answer.
    public init(description: String? = nil, messages: [PromptMessage]) {
        self.description = description
        self.messages = messages
    }

    func json(for revision: ProtocolRevision) -> JSONObject {
        var object = JSONObject()
        if let description { object["description"] = .string(description) }
        object["messages"] = .array(messages.map { $0.json(for: revision) })
        return object
    }
}

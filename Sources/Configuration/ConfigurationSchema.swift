package import JSON

/// The JSON Schema of the configuration file, for editors; it accepts what the reader accepts.
///
/// One rule is beyond it: that `quietHours.from` is earlier than `quietHours.to`.
package enum ConfigurationSchema {
    /// The schema, of draft 2020-12.
    package static var json: JSONValue {
        var schema: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Configuration of quo-mcp",
            "description": "What the owner of a phone workspace lets agents do. Every key is optional.",
        ]
        for member in object(at: "") { schema[member.name] = member.value }
        schema["allOf"] = [["if": isUnattended, "then": namesRecipients]]
        schema["examples"] = [
            ["profile": "guarded", "quietHours": ["from": "09:00", "to": "18:00"]],
            ["profile": "unattended", "recipients": ["allow": ["+1614"]], "budgets": ["sendsPerDay": 50]],
        ]
        return .object(schema)
    }

    private static func object(at prefix: String) -> JSONObject {
        var properties = JSONObject()
        if prefix.isEmpty {
            properties["$schema"] = ["type": "string", "description": "Where this schema is, for the editor."]
        }
        let depth = prefix.isEmpty ? 0 : prefix.split(separator: ".").count
        for setting in Setting.all where setting.path.hasPrefix(prefix.isEmpty ? "" : "\(prefix).") {
            let names = setting.components
            let isDirect = names.count == depth + 1
            let path = names.prefix(depth + 1).joined(separator: ".")
            guard properties[names[depth]] == nil else { continue }
            properties[names[depth]] = isDirect ? leaf(setting) : group(at: path)
        }
        return ["type": "object", "properties": .object(properties), "additionalProperties": false]
    }

    private static func group(at path: String) -> JSONValue {
        var schema = JSONObject()
        if let group = SettingGroup.all.first(where: { $0.path == path }) {
            schema["title"] = .string(group.title)
            schema["description"] = .string(group.summary)
        }
        for member in object(at: path) { schema[member.name] = member.value }
        return .object(schema)
    }

    private static func leaf(_ setting: Setting) -> JSONValue {
        var schema: JSONObject = ["title": .string(setting.title), "description": .string(setting.description)]
        for member in setting.schema { schema[member.name] = member.value }
        let standard = setting.write(Policy())
        if !standard.isNull { schema["default"] = standard }
        schema["examples"] = [setting.example]
        return .object(schema)
    }

    private static let isUnattended: JSONValue = [
        "anyOf": [
            ["properties": ["profile": ["const": "unattended"]], "required": ["profile"]],
            [
                "properties": [
                    "overrides": [
                        "type": "object",
                        "properties": [
                            "risks": [
                                "type": "object", "properties": ["send": ["const": "allow"]], "required": ["send"],
                            ]
                        ],
                        "required": ["risks"],
                    ]
                ],
                "required": ["overrides"],
                "not": ["properties": ["profile": ["const": "reply-only"]], "required": ["profile"]],
            ],
        ]
    ]

    private static let namesRecipients: JSONValue = [
        "properties": ["recipients": ["properties": ["allow": ["minItems": 1]], "required": ["allow"]]],
        "required": ["recipients"],
    ]
}

extension Setting {
    /// What it means, and which variable sets it too.
    var description: String { variable.map { "\(summary) Environment: \($0)." } ?? summary }
}

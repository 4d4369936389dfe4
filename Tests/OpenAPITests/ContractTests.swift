import JSON
import OpenAPI
import Testing
import tool_generator

/// The contract and the catalog of this package.
@Suite struct ContractTests {
    private static let folder = "\(#filePath)".split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/schemas/"

    private static func json(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: try Files.read(folder + name))
    }

    private static func document() throws -> Document {
        try Document(
            joining: ["quo-v1.openapi.json", "quo-2026-03-30.openapi.json"].map {
                try Document(Amendments.applied(to: json($0)))
            })
    }

    private static func plans() throws -> [ToolPlan] {
        try ToolPlan.plans(for: document(), catalog: ToolCatalog(json("tools.json")))
    }

    @Test func `every keyword of the contract is checked by the validator`() throws {
        for operation in try Self.document().operations {
            let schemas =
                operation.parameters.map(\.schema) + [operation.body?.schema].compactMap { $0 }
                + operation.responses.compactMap(\.schema)
            #expect(schemas.flatMap { SchemaValidator.unclaimed(in: $0) } == [], "\(operation.id)")
        }
    }

    @Test func `every tool breaks no host's rule`() throws {
        let plans = try Self.plans()
        #expect(plans.count == 27 + 49)
        #expect(plans.flatMap { HostSafeLint.violations(in: $0.definition) } == [])
        #expect(plans.flatMap { SchemaValidator.unclaimed(in: $0.argumentSchema) } == [])
    }

    @Test func `operations that came later say so`() throws {
        let paths = try #require(try Self.json("quo-v1.openapi.json")["paths"]?.objectValue)
        let operations = paths.flatMap { ($0.value.objectValue ?? [:]).map(\.value) }
        #expect(operations.count == 43)
        let later = operations.filter { $0["x-since"] != nil }
        #expect(later.count == 16)
        #expect(later.allSatisfy { $0["x-evidence"]?.stringValue?.isEmpty == false })
    }

    @Test func `the contract is read as amended`() throws {
        let operations = try Dictionary(uniqueKeysWithValues: Self.document().operations.map { ($0.id, $0) })
        let send = operations["sendMessage_v1"]?.body?.schema["properties"]?["to"]
        #expect(send?["maxItems"] == 10)
        let list = operations["listMessages_v1"]
        #expect(list?.parameters.first { $0.name == "participants" }?.schema["maxItems"] == 10)
        let message = list?.responses.first?.schema?["properties"]?["data"]?["items"]
        #expect(message?["required"]?.arrayValue?.contains("conversationId") == true)
        #expect(message?["properties"]?["media"]?["type"] == "array")
        #expect(message?["properties"]?["status"]?["enum"]?.arrayValue?.contains("received") == true)
        #expect(message?["properties"]?["userId"].map { SchemaOutline($0).isNullable } == true)
    }

    @Test func `a text goes to one person, a group to two to ten, and a batch to two to forty`() throws {
        func faults(_ tool: String, _ to: JSONValue) throws -> Int {
            let plan = try #require(try Self.plans().first { $0.name == tool })
            return SchemaValidator(plan.argumentSchema["properties"]?["to"] ?? true).faults(in: to).count
        }
        func people(_ count: Int) -> JSONValue { .array((0..<count).map { .string("+1555555\(1000 + $0)") }) }
        #expect(try faults("send_message", "+15555550123") == 0)
        for wrong in [["+15555550123", "+15555550124"], ["+15555550123"], "  ", 5] as [JSONValue] {
            #expect(try faults("send_message", wrong) > 0, "\(wrong)")
        }
        for (tool, most) in [("send_group_message", 10), ("send_messages", 40)] {
            #expect(try faults(tool, people(2)) == 0, "\(tool)")
            #expect(try faults(tool, people(most)) == 0, "\(tool)")
            for wrong in [people(1), people(most + 1), ["+15555550123", " "]] {
                #expect(try faults(tool, wrong) > 0, "\(tool): \(wrong)")
            }
        }
    }

    @Test func `every operation has one tool, or the reason why it has none`() throws {
        let catalog = try ToolCatalog(Self.json("tools.json"))
        let described = catalog.tools.map(\.operation)
        #expect(Set(described).count == described.count)
        #expect(Set(described).isDisjoint(with: catalog.withoutTool.keys))
        #expect(Set(described).union(catalog.withoutTool.keys) == Set(try Self.document().operations.map(\.id)))
        #expect(catalog.withoutTool.values.allSatisfy { $0.hasSuffix(".") })
    }

    @Test func `the ids and numbers of the workspace are taken by name`() throws {
        for plan in try Self.plans() {
            for argument in plan.arguments {
                let examples = (argument.schema["examples"]?.arrayValue ?? []).compactMap(\.stringValue)
                let isID = examples.contains { $0.hasPrefix("PN") || $0.hasPrefix("US") }
                #expect(!isID || argument.reference != nil, "\(plan.name).\(argument.name)")
            }
        }
    }

    @Test func `every argument is described`() throws {
        for plan in try Self.plans() {
            for argument in plan.arguments {
                #expect(argument.description != nil, "\(plan.name).\(argument.name)")
            }
        }
    }

    @Test func `the world is open where text comes from outside or goes there`() throws {
        let open = try Self.plans().filter { $0.definition["annotations"]?["openWorldHint"] == true }
        let names = open.map(\.name)
        for name in [
            "list_messages", "list_conversations", "read_thread", "inbox_triage", "get_call", "digest",
            "wait_for_reply", "send_message",
            "send_group_message", "send_messages", "create_call_webhook",
        ] {
            #expect(names.contains(name), "\(name)")
        }
        for name in ["whoami", "guard_status", "list_users", "update_contact", "mark_conversation"] {
            #expect(!names.contains(name), "\(name)")
        }
    }

    @Test func `no answer shows a webhook's key`() throws {
        for plan in try Self.plans() {
            #expect(plan.definition["outputSchema"]?["properties"]?["key"] == nil, "\(plan.name)")
        }
    }

    @Test func `every example in the contract's inputs fits its schema`() throws {
        for operation in try Self.document().operations {
            let members = operation.body.map { SchemaOutline($0.schema).members } ?? []
            for schema in operation.parameters.map(\.schema) + members.map(\.schema) {
                for example in schema["examples"]?.arrayValue ?? [] {
                    #expect(SchemaValidator(schema).faults(in: example) == [], "\(operation.id)")
                }
            }
        }
    }
}

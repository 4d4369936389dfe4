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
        try Document(Amendments.applied(to: json("quo-v1.openapi.json")))
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
        #expect(plans.count == 40)
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

    @Test func `a text goes to one person, though the contract allows a group`() throws {
        let plan = try #require(try Self.plans().first { $0.entry.name == "send_message" })
        let validator = SchemaValidator(plan.argumentSchema["properties"]?["to"] ?? true)
        #expect(validator.faults(in: ["+15555550123"]) == [])
        #expect(validator.faults(in: ["+15555550123", "+15555550124"]) != [])
        #expect(validator.faults(in: ["72975"]) != [])
    }

    @Test func `every argument is described`() throws {
        for plan in try Self.plans() {
            for argument in plan.arguments {
                #expect(argument.description != nil, "\(plan.entry.name).\(argument.name)")
            }
        }
    }

    @Test func `the world is open where text comes from outside or goes there`() throws {
        let open = try Self.plans().filter { $0.definition["annotations"]?["openWorldHint"] == true }
        let names = open.map(\.entry.name)
        #expect(names.contains("list_messages") && names.contains("get_call_transcript"))
        #expect(names.contains("send_message") && names.contains("create_call_webhook"))
        #expect(!names.contains("list_users") && !names.contains("update_contact"))
    }

    @Test func `no answer shows a webhook's key`() throws {
        for plan in try Self.plans() {
            #expect(plan.definition["outputSchema"]?["properties"]?["key"] == nil, "\(plan.entry.name)")
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

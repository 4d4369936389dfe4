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

    private static func document() throws -> Document { try Document(json("quo-v1.openapi.json")) }

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
        #expect(plans.count == 27)
        #expect(plans.flatMap { HostSafeLint.violations(in: $0.definition) } == [])
        #expect(plans.flatMap { SchemaValidator.unclaimed(in: $0.argumentSchema) } == [])
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

import JSON
import OpenAPI
import Testing
import tool_generator

extension Product {
    /// The text of the product of one contract.
    func text(contract: JSONValue, catalog: JSONValue) throws(GeneratorError) -> String {
        try text(contracts: [contract], catalog: catalog)
    }
}

/// The contract of the dated version.
@Suite struct DatedContractTests {
    private static let folder = "\(#filePath)".split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/schemas/"

    private static func json(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: try Files.read(folder + name))
    }

    private static func contract() throws -> JSONValue { try json("quo-2026-03-30.openapi.json") }

    private static func operations() throws -> [JSONObject] {
        let paths = try contract()["paths"]?.objectValue ?? [:]
        return paths.flatMap { ($0.value.objectValue ?? [:]).compactMap(\.value.objectValue) }
    }

    /// The plans of the tools of both contracts, by operation.
    private static func plans() throws -> [String: ToolPlan] {
        let documents = try ["quo-v1.openapi.json", "quo-2026-03-30.openapi.json"].map {
            try Document(Amendments.applied(to: json($0)))
        }
        let plans = try ToolPlan.plans(
            for: Document(joining: documents), catalog: ToolCatalog(json("tools.json")))
        let named = plans.compactMap { plan -> (String, ToolPlan)? in
            guard case .operation(let operation, _) = plan.subject else { return nil }
            return (operation.id, plan)
        }
        return Dictionary(uniqueKeysWithValues: named)
    }

    @Test func `all 62 operations tell their evidence and how far it is relied on`() throws {
        let operations = try Self.operations()
        #expect(operations.count == 62)
        for operation in operations {
            #expect(["seed", "public-docs", "third-party-notes"].contains(operation["x-evidence"]?.stringValue))
            #expect(["high", "medium", "low"].contains(operation["x-confidence"]?.stringValue))
            #expect(operation["summary"]?.stringValue?.isEmpty == false)
        }
        #expect(operations.count { $0["x-evidence"] == "seed" } == 4)
    }

    @Test func `what rests on third-party notes says so`() throws {
        let noted = try Self.operations().filter { $0["x-evidence"] == "third-party-notes" }
        #expect(noted.count > 30)
        for operation in noted {
            #expect(operation["description"]?.stringValue?.contains("not confirmed by the vendor") == true)
        }
    }

    @Test func `a tool of unconfirmed evidence is in the toolset of its own and says so, and no other is`() throws {
        let plans = try Self.plans()
        for operation in try Self.operations() {
            let id = (operation["operationId"] ?? operation["x-operation-name"])?.stringValue ?? ""
            guard let plan = plans[id] else { continue }
            let isConfirmed = operation["x-confidence"] == "high"
            #expect((plan.toolset == "dated") == !isConfirmed, "\(id)")
            let description = plan.definition["description"]?.stringValue ?? ""
            #expect(description.lowercased().contains("not confirmed") == !isConfirmed, "\(id)")
        }
    }

    @Test func `the server is the vendor's newer one alone`() throws {
        #expect(try Self.contract()["servers"]?.arrayValue?.map { $0["url"] } == ["https://api.quo.com"])
    }

    @Test func `every operation wants the version, which no tool asks for`() throws {
        let document = try Document(Self.contract())
        for operation in document.operations {
            let header = operation.parameters.first { $0.location == .header }
            #expect(header?.name == "Quo-Api-Version")
            #expect(header?.isRequired == true)
            #expect(header?.schema["enum"] == ["2026-03-30"])
        }
        for plan in try Self.plans().values { #expect(!plan.arguments.contains { $0.name.contains("Version") }) }
    }

    @Test func `no argument of a tool has a bracket in its name`() throws {
        for plan in try Self.plans().values {
            for argument in plan.arguments { #expect(!argument.name.contains("["), "\(plan.name)") }
        }
    }

    @Test(arguments: [
        ("listHeaderVersionedWebhookDeliveries", "createdAfter", "createdAt[gt]"),
        ("listHeaderVersionedWebhookDeliveries", "createdBefore", "createdAt[lt]"),
        ("listHeaderVersionedWebhookDeliveries", "eventTypes", "eventType[in]"),
        ("listContactNotes", "pageToken", "after"),
    ])
    func `a plain name leads to the filter that the resource takes`(id: String, name: String, filter: String) throws {
        let argument = try #require(try Self.plans()[id]?.arguments.first { $0.name == name })
        #expect(argument.destination == .parameter(filter))
    }

    @Test func `an operation without an id of the vendor's has a name of ours`() throws {
        let names = try Document(Self.contract()).operations.map(\.id)
        #expect(names.contains("getA2PRegistration") && names.contains("submitA2PRegistration"))
    }

    @Test func `operations of two contracts never share a name`() throws {
        let contract = try Self.contract()
        let document = try Document(contract)
        let error = #expect(throws: DocumentError.self) { try Document(joining: [document, document]) }
        #expect(error?.reason.contains("listUsers") == true)
        let catalog = try Self.json("tools.json")
        let text = try Product.operations.text(
            contracts: [Self.json("quo-v1.openapi.json"), contract], catalog: catalog)
        for line in [
            "package static let listUsers: ReadOperation", "package static let listUsersDated: ReadOperation",
            "package static let tasksListDated: ReadOperation", "package static let createWebhookDated: WriteOperation",
        ] { #expect(text.contains(line), "\(line)") }
        #expect(text.contains(##"id: "listUsers", version: .dated"##))
        #expect(text.contains("isArray: true, isExploded: false"))
    }
}

import HTTP
import JSON
import OpenAPI
import QuoAPI
import QuoServer
import Testing

@Suite struct ToolDefinitionTests {
    @Test(arguments: ToolDefinition.all.map(\.name))
    func `every host accepts the definition`(name: String) throws {
        let tool = try #require(ToolDefinition.all.first { $0.name == name })
        #expect(HostSafeLint.violations(in: try JSONValue(parsing: tool.definition)) == [])
    }

    @Test func `every operation has one tool, and every name is used once`() {
        #expect(ToolDefinition.generated.count == 40)
        #expect(Set(ToolDefinition.generated.map(\.name)).count == 40)
        // The three marks of a conversation have no tool each.
        let marks = Operation.all.map(\.id).filter { $0.hasPrefix("markConversation") }
        #expect(marks.count == 3)
        let operations = Set(Operation.all.map(\.id)).subtracting(marks)
        #expect(Set(ToolDefinition.generated.compactMap(\.operation?.id)) == operations)
    }

    @Test func `only reads are performed without the guard`() {
        for tool in ToolDefinition.generated {
            if case .read(let operation) = tool.action { #expect(operation.operation.method == .get) }
        }
    }

    @Test func `what hosts are told is small enough to be read`() async throws {
        let tools = ToolListing.json.arrayValue ?? []
        // A token of these definitions is about four bytes. The figure with a real tokenizer is measured by hand.
        let read = tools.map { tool in
            JSONValue.object((tool.objectValue ?? [:]).without(["title", "annotations", "outputSchema"])).bytes().count
        }
        #expect(read.reduce(0, +) < 19_000)
    }

    @Test func `a person can read the list and each tool`() throws {
        for tool in ToolDefinition.all {
            #expect(ToolListing.overview.contains("  \(tool.name) "))
            let page = try #require(ToolListing.page(for: tool.name))
            #expect(page.contains(tool.title))
            for argument in tool.arguments { #expect(page.contains("  \(argument.name) (")) }
        }
        #expect(ToolListing.page(for: "send_fax") == nil)
    }
}

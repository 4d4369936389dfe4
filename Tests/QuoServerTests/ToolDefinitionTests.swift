import Configuration
import HTTP
import JSON
import OpenAPI
import QuoAPI
import Testing

@testable import QuoServer

@Suite struct ToolDefinitionTests {
    @Test(arguments: ToolDefinition.all.map(\.name))
    func `every host accepts the definition`(name: String) throws {
        let tool = try #require(ToolDefinition.all.first { $0.name == name })
        #expect(HostSafeLint.violations(in: try JSONValue(parsing: tool.definition)) == [])
    }

    @Test func `every name is used once, and no operation has two tools`() {
        #expect(Set(ToolDefinition.all.map(\.name)).count == ToolDefinition.all.count)
        let operations = ToolDefinition.all.compactMap(\.operation?.id)
        #expect(Set(operations).count == operations.count)
        #expect(Set(operations).isSubset(of: Operation.all.map(\.id)))
    }

    @Test func `only reads are performed without the guard`() {
        for tool in ToolDefinition.all {
            if case .read(let operation) = tool.action { #expect(operation.operation.method == .get) }
        }
    }

    @Test func `what hosts are told by default is small enough to be read`() async throws {
        let tools = ToolSelection(Policy()).shown
        #expect((1...24).contains(tools.count))
        // A token of these definitions is about four bytes. The figure with a real tokenizer is measured by hand.
        let read = ToolListing.json(of: tools).arrayValue?.map { tool in
            JSONValue.object((tool.objectValue ?? [:]).without(["title", "annotations", "outputSchema"])).bytes().count
        }
        #expect((read ?? []).reduce(0, +) < 14_000)
        #expect(read?.count == tools.count)
    }

    @Test func `what an agent is told first fits what hosts pass on`() {
        let text = Instructions.text
        #expect((1...2_048).contains(text.utf16.count), "\(text.utf16.count)")
        let names = Set(ToolDefinition.all.map(\.name))
        let words = text.split { !($0.isLetter || $0 == "_") }.map(String.init).filter { $0.contains("_") }
        #expect(words.filter { !names.contains($0) && $0 != "allow_duplicate" } == [])
    }

    @Test func `a person can read the list and each tool`() throws {
        for tool in ToolDefinition.all {
            #expect(ToolListing.overview().contains("  \(tool.name) "))
            let page = try #require(ToolListing.page(for: tool.name))
            #expect(page.contains(tool.title))
            for argument in tool.arguments { #expect(page.contains("  \(argument.name) (")) }
        }
        #expect(ToolListing.page(for: "send_fax") == nil)
    }
}

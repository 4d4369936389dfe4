import JSON
import QuoServer
import Store
import TestSupport
import Testing

@testable import quo_mcp

/// What `quo-mcp approve` lists of an effect that waits.
@Suite struct PendingFormTests {
    /// The form of what a call leaves waiting in the sandbox, and the first name of the contact that it is given.
    private func form(_ tool: String, _ more: JSONObject) async throws -> (form: PendingForm, name: String) {
        let folder = try TemporaryFolder()
        let client = try Client(.sandbox, showsForms: false, folder: folder)
        let id = await client.call("list_contacts").structure["data"]?[0]?["id"] ?? .null
        let contact = await client.call("get_contact", ["contact": id, "detail": "full"]).structure
        var arguments = more
        if tool.hasSuffix("contact") { arguments["contact"] = id }
        let result = await client.call(tool, arguments).structure
        #expect(result["rule"] == "pending", "\(result)")
        let waiting = try await Store(folder: StateFolder(path: folder.path)).pendingEffects(in: nil, now: 0)
        let form = try #require(waiting.first.flatMap { PendingForm($0) })
        return (form, try #require(contact["defaultFields"]?["firstName"]?.stringValue))
    }

    @Test func `a change of a contact is listed with its name and what would be different`() async throws {
        let (form, name) = try await form("update_contact", ["company": "Elsewhere"])
        #expect(form.subject.contains(name), "\(form.subject)")
        #expect(form.gist.contains("Elsewhere") && !form.gist.contains("SANDBOX"), "\(form.gist)")
    }

    @Test func `a deletion of a contact is listed with its name and the question alone`() async throws {
        let (form, name) = try await form("delete_contact", [:])
        #expect(form.subject.contains(name), "\(form.subject)")
        #expect(form.gist == "Delete this contact?")
    }

    @Test func `a text is listed with whom it goes to and how it begins`() async throws {
        let (form, _) = try await form(
            "send_message", ["from": "Main Line", "to": "+16145550177", "text": "Hello: first\nsecond"])
        #expect(form.subject.hasSuffix("+16145550177"), "\(form.subject)")
        #expect(form.gist == #""Hello: first""#)
    }
}

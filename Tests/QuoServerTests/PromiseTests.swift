import HTTP
import JSON
import OpenAPI
import QuoAPI
import QuoServer
import Sandbox
import Synchronization
import Testing

/// The sandbox, which answers some requests as no document of the API says.
private final class OddAPI: HTTPTransport {
    private let sandbox = SandboxTransport()
    private let odd = Mutex<(answer: String, isMeant: @Sendable (HTTPRequest) -> Bool)?>(nil)

    /// Answers those requests so from now on.
    func answer(_ answer: String, to isMeant: @escaping @Sendable (HTTPRequest) -> Bool) {
        odd.withLock { $0 = (answer, isMeant) }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let response = try await sandbox.send(request)
        guard let odd = odd.withLock({ $0 }), odd.isMeant(request) else { return response }
        let status = response.status < 300 ? response.status : 200
        return HTTPResponse(status: status, body: Array(odd.answer.utf8))
    }
}

/// What a tool promises of its answers holds, whatever the API answers.
@Suite struct PromiseTests {
    private static let tools = ["get_carrier_registration", "get_organization"] + OperationTests.tools

    private func faults(of result: JSONValue, _ tool: String) throws -> [SchemaValidator.Fault] {
        let definition = try #require(ToolDefinition.all.first { $0.name == tool })
        let schema = try #require(try JSONValue(parsing: definition.definition)["outputSchema"])
        return SchemaValidator(schema).faults(in: result.structure)
    }

    private static func path(_ request: HTTPRequest) -> String { String(request.url.prefix { $0 != "?" }) }

    @Test(
        arguments: ["list_webhooks", "get_webhook"],
        [
            #"{"data":{"id":"WH1","key":"SECRET"}}"#, #"{"data":[{"id":"WH1","key":"SECRET"}]}"#,
            #"{"webhooks":[{"id":"WH1","url":"https://example.com","signingKey":"SECRET"}]}"#,
            #"{"data":[{"id":"WH1","url":"https://example.com","signing":["SECRET"]}]}"#,
            #"{"data":{"id":"WH1","url":"https://example.com","about":{"Key":"SECRET"},"note":"Bearer whsec_SECRET"}}"#,
            #"{"webhook":{"id":"WH1","keys":["SECRET"],"clientSecret":"SECRET"}}"#,
        ])
    func `no form of an answer shows the secret of a webhook`(tool: String, answer: String) async throws {
        let api = OddAPI()
        let phone = try Phone(api)
        api.answer(answer) { $0.url.contains("/webhooks") }
        let result = await phone.client.call(tool, tool == "get_webhook" ? ["webhookId": "WH1"] : [:])
        #expect(!result.text().contains("SECRET"), "\(result)")
        // The rest of what was asked for is told.
        if tool == "get_webhook", answer.hasPrefix(#"{"data":{"#) { #expect(result.structure["id"] == "WH1") }
    }

    @Test(
        arguments: tools.filter { name in
            if case .read? = ToolDefinition.all.first(where: { $0.name == name })?.action { true } else { false }
        },
        [#"{"data":[]}"#, #"{"data":{}}"#, "{}", #"{"data":"x"}"#, #"{"data":[1,null]}"#, #"{"data":{"id":7}}"#])
    func `a read keeps its promise or is an error`(tool: String, answer: String) async throws {
        let api = OddAPI()
        let phone = try Phone(api)
        let isDated = tool == "get_carrier_registration" || tool == "get_organization"
        let arguments = isDated ? [:] : try await OperationTests.arguments(for: tool, in: phone)
        let operation = try #require(ToolDefinition.all.first { $0.name == tool }?.operation)
        let end = operation.path.split(separator: "/").last ?? ""
        api.answer(answer) { request in
            // What names are looked up in is told as it is.
            let isNames = ["/phone-numbers", "/users", "/contacts"].contains { Self.path(request).hasSuffix($0) }
            return request.method == .get && (!isNames || Self.path(request).hasSuffix("/\(end)"))
        }
        let result = await phone.client.call(tool, arguments)
        let faults = try faults(of: result, tool)
        #expect(result["isError"] == true || faults.isEmpty, "\(result)")
        #expect(result["isError"] != true || result["structuredContent"] == nil, "\(result)")
    }

    @Test func `an answer of another form is told with what it says`() async throws {
        let api = OddAPI()
        let phone = try Phone(api)
        api.answer(#"{"data":[{"id":"RG1"}]}"#) { $0.method == .get }
        let result = await phone.client.call("get_carrier_registration")
        #expect(result["isError"] == true, "\(result)")
        #expect(result.resultText.contains("in another form than it promises"), "\(result.resultText)")
        #expect(result.resultText.contains("RG1"), "\(result.resultText)")
    }

    @Test func `a change that was made is told as made, whatever the API answers`() async throws {
        let api = OddAPI()
        let phone = try Phone(api)
        let arguments = try await OperationTests.arguments(for: "create_task", in: phone)
        api.answer(#"{"data":{"taskId":5,"title":"Call back"}}"#) { $0.method == .post }
        let result = await phone.client.call("create_task", arguments)
        #expect(result["isError"] != true, "\(result)")
        #expect(result.structure["performed"] == true, "\(result)")
        #expect(try faults(of: result, "create_task").isEmpty, "\(result)")
        #expect(result.structure["taskId"] == nil && result.structure["title"] == "Call back", "\(result)")
        #expect(result.resultText.contains("\"taskId\":5"), "\(result.resultText)")
    }
}

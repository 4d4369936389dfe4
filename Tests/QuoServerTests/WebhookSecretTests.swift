import Configuration
import HTTP
import JSON
import QuoAPI
import Sandbox
import Store
import Synchronization
import TestSupport
import Testing

@testable import QuoServer

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The sandbox, which notes what it wrote and the secrets that it told.
private final class TellingAPI: HTTPTransport {
    private struct State {
        var secrets: [String] = []
        var writes = 0
    }
    private let sandbox = SandboxTransport()
    private let state = Mutex(State())
    /// What happens between the answer's leaving and its arrival.
    private let onWrite: @Sendable () -> Void

    init(onWrite: @escaping @Sendable () -> Void = {}) { self.onWrite = onWrite }

    var secrets: [String] { state.withLock { $0.secrets } }
    var writes: Int { state.withLock { $0.writes } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let response = try await sandbox.send(request)
        guard request.method != .get else { return response }
        let secret = (try? JSONValue(parsing: response.body))?["data"]?["key"]?.stringValue
        state.withLock { state in
            state.writes += 1
            if let secret { state.secrets.append(secret) }
        }
        onWrite()
        return response
    }
}

/// An owner's machine on which an agent makes webhooks.
private struct Machine {
    let folder: TemporaryFolder
    let api: TellingAPI
    let client: Client
    let store: Store
    let workspace: WorkspaceID
    let log = Log()

    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func append(_ line: String) { lines.withLock { $0.append(line) } }
        var text: String { lines.withLock { $0.joined(separator: "\n") } }
    }

    init(policy: Policy = .forTests, onWrite: @escaping @Sendable (String) -> Void = { _ in }) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let credential = try Credential(key: "key")
        let workspace = try WorkspaceConnector.name(credential, .standard)
        self.workspace = workspace
        api = TellingAPI { onWrite("\(folder.path)/webhook-secrets/\(workspace.text)") }
        client = try Client(
            .transport(api, credential, .standard), policy: policy, folder: folder, log: { [log] in log.append($0) })
        store = Store(folder: try StateFolder(path: folder.path))
    }

    /// The folder of the workspace's secrets.
    var secrets: String { "\(folder.path)/webhook-secrets/\(workspace.text)" }

    /// Makes a webhook as an agent does, with the owner's approval; returns everything that was said.
    func make(_ tool: String = "create_webhook", _ arguments: JSONObject? = nil) async -> JSONValue {
        await client.call(tool, arguments ?? Self.arguments, choosing: 1)
    }

    static let arguments: JSONObject = ["url": "https://hooks.example.com/quo", "events": ["message.received"]]
}

private func mode(of path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? UInt32(status.st_mode) : 0
}

private func text(of path: String) -> String {
    guard let file = fopen(path, "rb") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
}

@Suite struct WebhookSecretTests {
    @Test(arguments: [
        ("create_webhook", "message.failed"), ("create_message_webhook", "message.received"),
        ("create_call_webhook", "call.completed"), ("create_call_summary_webhook", "call.summary.completed"),
        ("create_call_transcript_webhook", "call.transcript.completed"),
    ])
    func `a new webhook's secret is in a file of the owner's and nowhere else`(tool: String, event: String) async throws
    {
        let machine = try Machine()
        let question = await machine.client.call(tool, Machine.arguments.with("events", [.string(event)]).object)
        #expect(question.form.contains("\nHost: hooks.example.com\n"), "\(question)")
        let made = await machine.make(tool, Machine.arguments.with("events", [.string(event)]).object)
        let secret = try #require(machine.api.secrets.first)
        let id = try #require(made.structure["id"]?.stringValue)
        #expect(made.structure["performed"] == true)
        #expect(made.resultText.contains("webhook secret \(id)"), "\(made.resultText)")
        #expect(made.resultText.contains("quo-mcp listen on this machine uses it by itself"))
        let listed = await machine.client.call("list_webhooks")
        let newer = await machine.client.call("list_webhooks", [:])
        let status = await machine.client.call("guard_status")
        for said in [question, made, listed, newer, status] { #expect(!said.text().contains(secret)) }
        #expect(!machine.log.text.contains(secret))
        let holding = machine.folder.files.filter { text(of: $0).contains(secret) }
        #expect(holding == ["\(machine.secrets)/\(id)"])
        #expect(machine.folder.files.count(where: { $0.hasPrefix(machine.secrets) }) == 1)
        #expect(mode(of: "\(machine.secrets)/\(id)") & 0o777 == 0o600)
        #expect(mode(of: machine.secrets) & 0o777 == 0o700)
        #expect(mode(of: "\(machine.folder.path)/webhook-secrets") & 0o777 == 0o700)
        let kept = try await machine.store.webhookSecrets(in: machine.workspace)
        #expect(kept.map(\.text) == [secret] && kept.map(\.webhook) == [id])
        #expect(!"\(kept)".contains(secret))
    }

    @Test func `a secret that is replaced replaces the one that is kept`() async throws {
        let machine = try Machine()
        let id = try #require(await machine.make().structure["id"])
        let question = await machine.client.call("rotate_webhook_secret", ["webhookId": id])
        #expect(question.form.contains("Replace this webhook's signing secret?"), "\(question)")
        #expect(question.form.contains("https://hooks.example.com/quo"))
        let rotated = await machine.make("rotate_webhook_secret", ["webhookId": id])
        #expect(rotated.structure["performed"] == true && rotated.structure["id"] == id, "\(rotated)")
        let (old, new) = try (#require(machine.api.secrets.first), #require(machine.api.secrets.last))
        #expect(old != new)
        for said in [question, rotated] { #expect(!said.text().contains(new) && !said.text().contains(old)) }
        #expect(try await machine.store.webhookSecrets(in: nil).map(\.text) == [new])
        #expect(machine.folder.files.allSatisfy { !text(of: $0).contains(old) })
    }

    @Test func `the secret of a webhook that is gone is forgotten`() async throws {
        let machine = try Machine()
        let id = try #require(await machine.make().structure["id"])
        #expect(try await machine.store.webhookSecrets(in: nil).count == 1)
        let deleted = await machine.make("delete_webhook", ["webhookId": id])
        #expect(deleted.structure["performed"] == true, "\(deleted)")
        #expect(try await machine.store.webhookSecrets(in: nil) == [])
    }

    @Test func `nothing is requested where the secret could not be kept`() async throws {
        let elsewhere = try TemporaryFolder()
        let obstacles: [(Machine) throws -> Void] = [
            { _ = symlink(elsewhere.path, "\($0.folder.path)/webhook-secrets") },
            { _ = try $0.folder.write("x", to: "webhook-secrets") },
            { _ = mkdir("\($0.folder.path)/webhook-secrets", 0o755) },
            { machine in
                mkdir("\(machine.folder.path)/webhook-secrets", 0o700)
                _ = symlink(elsewhere.path, machine.secrets)
            },
        ]
        for obstacle in obstacles {
            let machine = try Machine()
            try obstacle(machine)
            for tool in ["create_webhook", "create_message_webhook"] {
                let refused = await machine.make(tool)
                #expect(refused.structure["performed"] == false, "\(refused)")
                #expect(refused.resultText.contains("Nothing was done: the signing secret could not be kept"))
                #expect(refused.resultText.contains("webhook-secrets"))
            }
            #expect(machine.api.writes == 0)
        }
        #expect(elsewhere.files == [])
    }

    @Test func `a link in the place of the file is replaced and never followed`() async throws {
        let elsewhere = try TemporaryFolder()
        let target = try elsewhere.write("untouched", to: "target")
        let machine = try Machine { secrets in _ = symlink(target, "\(secrets)/102") }
        let made = await machine.make()
        #expect(made.structure["id"] == "102", "\(made)")
        #expect(text(of: target) == "untouched")
        #expect(mode(of: "\(machine.secrets)/102") & UInt32(S_IFMT) == UInt32(S_IFREG))
        unlink("\(machine.secrets)/102")
        _ = symlink(target, "\(machine.secrets)/102")
        await #expect(throws: StoreError.self) { try await machine.store.webhookSecrets(in: machine.workspace) }
    }

    @Test(arguments: [
        ("create_webhook", "rotate_webhook_secret"), ("create_message_webhook", "in the Quo app"),
    ])
    func `a secret that cannot be kept after all is told as lost`(tool: String, advice: String) async throws {
        let elsewhere = try TemporaryFolder()
        let machine = try Machine { secrets in
            rename(secrets, "\(secrets)-moved")
            _ = symlink(elsewhere.path, secrets)
        }
        let made = await machine.make(tool)
        let secret = try #require(machine.api.secrets.first)
        #expect(made.structure["performed"] == true)
        #expect(made.resultText.contains("could not be kept"), "\(made.resultText)")
        #expect(made.resultText.contains(advice), "\(made.resultText)")
        #expect(!made.text().contains(secret))
        #expect((machine.folder.files + elsewhere.files).allSatisfy { !text(of: $0).contains(secret) })
    }

    @Test func `an answer without a known secret or with an id that is no name is told as lost`() async throws {
        for data: JSONValue in [
            ["id": "7"], ["id": "7", "key": ""], ["id": "../7", "key": "whsec_abc"], ["key": "whsec_abc"],
            ["id": "7", "key": "two\nlines"],
        ] {
            let server = try LoopbackServer { request in
                request.method == "POST"
                    ? .json(JSONValue.object(["data": data]).text(), status: 201) : .json(#"{"data":[]}"#)
            }
            defer { server.close() }
            let folder = try TemporaryFolder()
            let client = try Client(
                .transport(CurlTransport(), try Credential(key: "key"), try BaseURL(server.url)), folder: folder)
            let made = await client.call("create_webhook", Machine.arguments, choosing: 1)
            #expect(made.resultText.contains("could not be kept"), "\(made)")
            #expect(!made.text().contains("whsec_abc"))
            #expect(folder.files.allSatisfy { !$0.contains("webhook-secrets") && !text(of: $0).contains("whsec_abc") })
        }
    }
}

extension JSONValue {
    fileprivate var object: JSONObject { objectValue ?? [:] }
}

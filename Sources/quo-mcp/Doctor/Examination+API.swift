import Configuration
import HTTP
import JSON
import QuoAPI
import QuoServer
import Store
import Synchronization

/// The key and the API, asked with reads alone.
extension Examination {
    func api() async -> [Finding] {
        var gateway: Gateway
        let baseURL: BaseURL
        do {
            gateway = isSandbox ? .none : try Gateway.load(environment: connection)
            baseURL = try BaseURL.load(environment: connection, gateway: gateway)
        } catch {
            return [.failed("api", "its address is wrong: \(error)", remedy: "Correct the variable that it names.")]
        }
        let place = address(baseURL, gateway)
        let credential: Credential
        let source: String
        do {
            (credential, source) = try key(for: gateway)
        } catch {
            return [
                .failed("api-key", "there is none that can be used", remedy: masked("\(error)")),
                .skipped("api", "\(place): not asked without a key"),
            ]
        }
        var findings: [Finding] = []
        if gateway == .maton(connection: nil), let choice = chosenConnection {
            gateway = .maton(connection: choice)
            findings.append(.ok("connection", "\(choice) of Maton, which was chosen"))
        }
        if let warning = credential.warning {
            findings.append(
                .warning("api-key-file", "others on this machine can read it", remedy: masked(warning)))
        }
        let observed = ObservedTransport(transport, now: now)
        var options = ConnectionOptions(userAgent: "quo-mcp/\(PhoneServer.version)", timeout: timeout, gateway: gateway)
        options.retries.maximumRetries = 0
        let reader = Reader(
            Connection(
                transport: observed, baseURL: baseURL, credential: credential, pacer: NoPacing(), options: options))
        let first = await answer { () throws(APIError) in
            try await reader.read(.listPhoneNumbers, OperationArguments())
        }
        findings += [keyFinding(first, source, gateway), first.finding("api-v1", place, isNeeded: true)]
        findings.append(await datedVersion(reader, gateway, place))
        return findings + [latency(observed), clock(observed)]
    }

    private func address(_ baseURL: BaseURL, _ gateway: Gateway) -> String {
        if isSandbox { return "the simulated workspace" }
        if baseURL == .standard || baseURL == .maton { return "\(baseURL)" }
        return gateway == .none ? "the address in QUO_BASE_URL" : "Maton, at the address in QUO_BASE_URL"
    }

    /// The connection of Maton that choose_connection was approved for; nil where there is none, or nothing can be looked at.
    private var chosenConnection: String? {
        guard let folder, let access = try? WorkspaceAccess(environment: connection), let key = access.choosing else {
            return nil
        }
        return try? StoreInspection.chosenConnection(of: key, in: folder)
    }

    /// The key, and where it is from in words.
    private func key(for gateway: Gateway) throws -> (Credential, String) {
        if isSandbox { return (try Credential(key: "sandbox"), "the simulated workspace needs none") }
        let credential = try Credential.load(environment: connection, gateway: gateway)
        guard let source = Credential.Source.named(in: connection, for: gateway).first else {
            return (credential, "it is there")
        }
        let name = source.name(for: gateway)
        if environment[name] != nil || gateway != .none { return (credential, "from \(name)") }
        let file = source == .command ? "key-command" : "key"
        return (credential, "from \(file) in the configuration folder")
    }

    private func keyFinding(_ answer: APIAnswer, _ source: String, _ gateway: Gateway) -> Finding {
        switch answer {
        case .read where isSandbox: .ok("api-key", source)
        case .read(let count): .ok("api-key", "\(source); accepted, and shows \(count) of the workspace's numbers")
        case .refused(401):
            .failed(
                "api-key", "\(source); not accepted",
                remedy: "Take the key whole and without \"Bearer\", or make a new one in "
                    + (gateway == .none ? "Quo's settings under API." : "Maton's settings."))
        case .refused(403):
            .warning(
                "api-key", "\(source); accepted, but may not list the workspace's numbers",
                remedy: "Let an owner or admin of the workspace make the key.")
        default: .skipped("api-key", "\(source); whether it is accepted is not known")
        }
    }

    private func datedVersion(_ reader: Reader, _ gateway: Gateway, _ place: String) async -> Finding {
        let check = "api-2026-03-30"
        if gateway != .none { return .skipped(check, "Maton carries the version v1 alone") }
        let preference = (try? Policy.load(file: configurationFile, environment: environment))?.api ?? .automatic
        if preference == .v1 { return .skipped(check, "QUO_API is v1, so it is not used") }
        let answer = await answer { () throws(APIError) in
            try await reader.read(.listUsersDated, OperationArguments(query: [.init("limit", "1")]))
        }
        return answer.finding(check, place, isNeeded: preference == .dated)
    }

    private func answer(_ read: () async throws(APIError) -> JSONValue) async -> APIAnswer {
        do throws(APIError) {
            return .read(try await read()["data"]?.arrayValue?.count ?? 0)
        } catch {
            switch error.kind {
            case .http(let status): return .refused(status)
            case .transport(let error): return .none(error.code)
            case .undecodable, .invalidRequest: return .garbled
            }
        }
    }

    private func latency(_ observed: ObservedTransport) -> Finding {
        // The first request also looked the name up and made the connection.
        guard let fastest = observed.answers.map(\.duration).min() else {
            return .skipped("latency", "nothing was answered")
        }
        let seen = "\(Int((fastest / .milliseconds(1)).rounded())) ms for an answer"
        if fastest < .seconds(3) { return .ok("latency", seen) }
        return .warning(
            "latency", seen, remedy: "Look at the network and at proxies; agents' calls take several requests each.")
    }

    private func clock(_ observed: ObservedTransport) -> Finding {
        guard let answer = observed.answers.first(where: { $0.date != nil }), let date = answer.date else {
            return .skipped("clock", "no answer said what time it is")
        }
        let difference = abs(answer.time / 1000 - date)
        if difference <= 60 { return .ok("clock", "within \(max(1, difference)) s of the API's") }
        return .warning(
            "clock", "\(difference) s away from the API's",
            remedy: "Set this machine's clock: quiet hours go by it, and webhooks' signatures are refused.")
    }
}

/// How the API answered a read.
private enum APIAnswer {
    /// With a list of so many.
    case read(Int)
    /// With that status.
    case refused(Int)
    /// Not at all.
    case none(HTTPError.Code)
    /// With something that is none of its answers.
    case garbled

    /// - Parameter isNeeded: Whether nothing works without this version.
    func finding(_ check: String, _ place: String, isNeeded: Bool) -> Finding {
        func fault(_ seen: String, _ remedy: String) -> Finding {
            isNeeded
                ? .failed(check, "\(place): \(seen)", remedy: remedy)
                : .warning(
                    check, "\(place): \(seen)", remedy: "\(remedy) QUO_API=v1 leaves out what needs this version.")
        }
        switch self {
        case .read: return .ok(check, "\(place): answers")
        case .refused(401): return .ok(check, "\(place): answers, and does not accept the key")
        case .refused(let status) where status >= 500:
            return fault("answers with HTTP \(status)", "Quo is in trouble, or a proxy before it; try again later.")
        case .refused(429):
            return .warning(
                check, "\(place): answers that the key's requests are used up",
                remedy: "Find out which other program uses the same key.")
        case .refused(let status):
            return fault("answers with HTTP \(status)", "Check the key's rights, the plan, and QUO_BASE_URL.")
        case .none(let code): return fault(code.words, code.remedy)
        case .garbled:
            return fault("answers with what is none of the API's answers", "Check proxies and QUO_BASE_URL.")
        }
    }
}

extension HTTPError.Code {
    fileprivate var words: String {
        switch self {
        case .cannotResolve: "its name has no address"
        case .cannotConnect: "cannot be reached"
        case .tls: "no trusted connection could be made"
        case .timedOut: "did not answer in time"
        case .connectionLost: "broke off the connection"
        case .tooLarge: "answered with too much"
        case .cancelled: "was not asked to the end"
        case .unavailable: "could not be asked"
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .tls: "Check this machine's clock, and the certificate of a proxy that inspects traffic."
        case .unavailable: "Put libcurl right, which is told above."
        default: "Check the network, proxy settings and QUO_BASE_URL."
        }
    }
}

/// Carries requests, and notes when they were answered.
private final class ObservedTransport: HTTPTransport {
    struct Answered: Sendable {
        let duration: Duration
        /// The server's time in seconds since 1970, where it told it.
        let date: Int64?
        /// This machine's time then, in milliseconds since 1970.
        let time: Int64
    }

    private let transport: any HTTPTransport
    private let now: @Sendable () -> Int64
    private let noted = Mutex<[Answered]>([])

    init(_ transport: any HTTPTransport, now: @escaping @Sendable () -> Int64) {
        self.transport = transport
        self.now = now
    }

    /// The answers so far, in order.
    var answers: [Answered] { noted.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let begun = ContinuousClock.now
        let response = try await transport.send(request)
        let answered = Answered(duration: .now - begun, date: response.date, time: now())
        noted.withLock { $0.append(answered) }
        return response
    }
}

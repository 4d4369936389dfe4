import Cryptography
import Guard
import HTTP
import QuoAPI
import Store
import Webhooks

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What `quo-mcp webhook` does.
enum WebhookRequest: Equatable {
    /// Check a delivery whose headers and body were saved.
    case verify(headers: String, body: String)
    /// Send a signed sample to a URL of this machine; with a webhook's id, signed with its kept secret.
    case send(type: String, url: String, isLegacy: Bool, webhook: String?)
    /// Show the secret of a webhook that is kept, in the terminal; without one, list the webhooks.
    case secret(webhook: String?)
}

/// Checks a saved delivery, sends a sample, or shows a secret.
///
/// - Returns: The exit status; 1 where the delivery is not valid, or was not taken.
nonisolated func webhook(_ request: WebhookRequest) -> Int32 {
    do throws(WebhookFault) {
        switch request {
        case .secret(let webhook): return try showSecret(of: webhook)
        case .verify(let headers, let body):
            guard let given = webhookSecrets() else { return 1 }
            let secrets = try given.isEmpty ? keptSigners() : given.map { Signer(secret: $0) }
            guard !secrets.isEmpty else { throw WebhookFault(noSecret) }
            return verify(headers: try savedHeaders(headers), body: try contents(of: body), secrets)
        case .send(let type, let url, let isLegacy, let webhook):
            let sample = try sample(type, to: url, isLegacy)
            guard let given = webhookSecrets() else { return 1 }
            return try send(sample, try secret(of: isLegacy ? .legacy : .standard, webhook, given))
        }
    } catch {
        Output.log(error.message)
        return error.status
    }
}

/// Why a command about webhooks cannot be carried out.
private struct WebhookFault: Error {
    let message: String
    /// The exit status.
    let status: Int32

    init(_ message: String, status: Int32 = 1) { (self.message, self.status) = (message, status) }
}

// MARK: Secrets

/// Shows a secret on the terminal itself, so that whoever only reads this program's output does not get it.
private nonisolated func showSecret(of webhook: String?) throws(WebhookFault) -> Int32 {
    let kept = try keptSecrets()
    guard let webhook else {
        for secret in kept { Output.line(secret.webhook) }
        if kept.isEmpty {
            Output.log("no secret is kept; those of webhooks that agents make with this program's tools are")
        }
        return 0
    }
    let found = kept.filter { $0.webhook == webhook }
    guard !found.isEmpty else {
        throw WebhookFault(unknown(webhook))
    }
    guard let terminal = Terminal() else {
        throw WebhookFault(
            "a secret is shown to a person at a terminal alone, and there is none here; over ssh use ssh -t. quo-mcp listen on"
                + " this machine uses it without being told")
    }
    defer { terminal.close() }
    // Ids of the newer webhooks are short numbers, so two workspaces may have the same.
    for secret in found {
        if found.count > 1 { terminal.print("workspace \(secret.workspace.shortText): ") }
        terminal.print("\(secret.text.oneVisibleLine)\n")
    }
    return 0
}

private nonisolated func unknown(_ webhook: String) -> String {
    "no secret of a webhook \(webhook.oneVisibleLine) is kept; quo-mcp webhook secret lists those that are"
}

private nonisolated func keptSecrets() throws(WebhookFault) -> [KeptWebhookSecret] {
    do throws(StoreError) {
        let store = Store(folder: try stateFolder())
        return try store.wait { store throws(StoreError) in try store.webhookSecrets(in: nil) }
    } catch {
        throw WebhookFault(error.description)
    }
}

/// A secret that deliveries may be signed with.
private struct Signer {
    let secret: WebhookSecret
    /// The webhook that it is kept for; nil where the environment gives it.
    var webhook: String?
}

/// The kept secrets; what has no form of a secret came so from the API and signs nothing that is known.
private nonisolated func keptSigners() throws(WebhookFault) -> [Signer] {
    try keptSecrets().compactMap { kept in
        (try? WebhookSecret(kept.text)).map { Signer(secret: $0, webhook: kept.webhook) }
    }
}

/// The secret to sign a sample with: that of the webhook that is named, one that the environment gives, or the only kept one.
private nonisolated func secret(
    of scheme: WebhookScheme, _ webhook: String?, _ given: [WebhookSecret]
) throws(WebhookFault) -> WebhookSecret {
    if webhook == nil, !given.isEmpty {
        if let secret = given.first(where: { $0.scheme == scheme }) { return secret }
        throw WebhookFault("no secret of the \(scheme.rawValue) scheme is set in \(WebhookSecretSource.variable)")
    }
    let kept = try keptSigners()
    if kept.isEmpty, webhook == nil { throw WebhookFault(noSecret) }
    let named = kept.filter { webhook == nil || $0.webhook == webhook }
    if let webhook, named.isEmpty { throw WebhookFault(unknown(webhook)) }
    let fitting = named.filter { $0.secret.scheme == scheme }
    guard let first = fitting.first else {
        let remedy = scheme == .legacy ? "leave out --legacy" : "add --legacy"
        throw WebhookFault(
            "no secret of the \(scheme.rawValue) scheme is kept\(webhook.map { " for \($0)" } ?? ""); \(remedy)")
    }
    guard fitting.count == 1 else {
        if webhook != nil {
            throw WebhookFault(
                "webhooks of several workspaces have that id; set \(WebhookSecretSource.variable) to the secret that you mean"
            )
        }
        let ids = fitting.compactMap(\.webhook).joined(separator: ", ")
        throw WebhookFault("secrets of several webhooks are kept; say with --webhook ID which to sign with: \(ids)")
    }
    return first.secret
}

// MARK: Checking

private nonisolated func verify(headers: [HTTPHeader], body: [UInt8], _ signers: [Signer]) -> Int32 {
    let now = Timestamp.now
    do {
        let signature = try WebhookVerifier(secrets: signers.map(\.secret)).verify(
            headers: headers, body: body, now: now)
        let signer = signers.first { signer in
            (try? WebhookVerifier(secrets: [signer.secret]).verify(headers: headers, body: body, now: now)) != nil
        }
        let age = (now - signature.time) / 1000
        let event = try WebhookEvent(body)
        let type = event.typeName + (event.type == nil ? " (a type that is not known here)" : "")
        let webhook = signer?.webhook.map { ", to webhook \($0)" } ?? ""
        Output.line("valid: \(signature.scheme.rawValue) signature, \(age) s old, of a \(type)\(webhook)".madeVisible())
        return 0
    } catch let error as MalformedEvent {
        Output.line("invalid: its signature fits, but \(error)")
    } catch let error as WebhookRejection {
        Output.line("invalid: \(error)")
    } catch {
        Output.log("\(error)")
    }
    return 1
}

/// Reads header lines; a request line before them and whatever follows a blank line are left out.
private nonisolated func savedHeaders(_ path: String) throws(WebhookFault) -> [HTTPHeader] {
    let lines = String(decoding: try contents(of: path), as: UTF8.self)
        .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix { !$0.isEmpty }
    return lines.compactMap { line in
        guard let colon = line.firstIndex(of: ":"), !line[..<colon].contains(" ") else { return nil }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        return HTTPHeader(String(line[..<colon]), String(value))
    }
}

private nonisolated func contents(of path: String) throws(WebhookFault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw WebhookFault("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= 1 << 20 {
        let count = read(descriptor, &chunk, chunk.count)
        guard count >= 0 else { throw WebhookFault("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
    throw WebhookFault("\(path) is larger than a delivery may be")
}

// MARK: Sending

/// A delivery that is not signed yet.
private struct Sample {
    let name: String
    let url: String
    let id: String
    let time: Int64
    let body: [UInt8]
}

/// Makes a sample of an event, where there is such an event, and a URL of this machine to send it to.
private nonisolated func sample(
    _ name: String, to url: String, _ isLegacy: Bool
) throws(WebhookFault) -> Sample {
    guard let type = WebhookEventType(rawValue: name) else {
        let names = WebhookEventType.allCases.map(\.rawValue).joined(separator: ", ")
        throw WebhookFault("\(name.oneVisibleLine) is no type of event. There are: \(names)", status: 2)
    }
    // Such an address is let pass as plain http only on this machine.
    guard url.hasPrefix("http://"), (try? BaseURL(url)) != nil else {
        throw WebhookFault("samples are sent to this machine alone, as to http://127.0.0.1:4114/quo", status: 2)
    }
    let now = Timestamp.now
    let (id, subject) = (try randomName(), try randomName())
    let sample = WebhookSample(type, id: "EV\(id)", time: Timestamp.text(now), subject: subject)
    guard let body = isLegacy ? sample.legacyBody : sample.body else {
        let names = WebhookEventType.allCases.filter(\.isLegacy).map(\.rawValue).joined(separator: ", ")
        throw WebhookFault("the API v1 does not tell of \(name). It tells of: \(names)", status: 2)
    }
    return Sample(name: name, url: url, id: id, time: now, body: Array(body.utf8))
}

/// Signs a sample and sends it.
private nonisolated func send(_ sample: Sample, _ secret: WebhookSecret) throws(WebhookFault) -> Int32 {
    let answer: Result<HTTPResponse, any Error> = blocking {
        do {
            let signed = try WebhookSigner.headers(
                for: sample.body, id: "msg_\(sample.id)", time: sample.time, secret: secret)
            let headers = [HTTPHeader("Content-Type", "application/json")] + signed
            return .success(
                try await CurlTransport().send(
                    HTTPRequest(method: .post, url: sample.url, headers: headers, body: sample.body)))
        } catch {
            return .failure(error)
        }
    }
    switch answer {
    case .success(let response):
        Output.line("\(sample.name) was answered with \(response.status)")
        return (200..<300).contains(response.status) ? 0 : 1
    case .failure(let error): throw WebhookFault("\(error)")
    }
}

private nonisolated func randomName() throws(WebhookFault) -> String {
    do {
        return Hexadecimal.encode(try randomBytes(16))
    } catch {
        throw WebhookFault("\(error)")
    }
}

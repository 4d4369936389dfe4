import Dispatch
import Guard
import HTTP
import QuoAPI
import QuoServer
import Store
import Synchronization
import Webhooks

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where `quo-mcp listen` takes webhooks.
struct ListenRequest: Equatable {
    var host = "127.0.0.1"
    var port: UInt16 = 4114
    var path = "/quo"

    /// The address as a URL, with the port that was got.
    func url(port: UInt16) -> String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)" }

    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

/// Takes webhooks until a signal ends it.
///
/// - Returns: The exit status.
nonisolated func listen(_ request: ListenRequest, isSandbox: Bool) -> Int32 {
    // Blocked before any thread begins, so that none of them takes what is waited for below.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    if isSandbox {
        Output.log(
            "the sandbox needs no listener: each start of it is a world of its own, which tells its events to list_events and"
                + " wait_for_event by itself, and posts them to webhooks made in it that lead to this machine. To try the"
                + " listener, set QUO_API_KEY to any word instead, and post to it with quo-mcp webhook send")
        return 2
    }
    guard let given = webhookSecrets() else { return 1 }
    do {
        let access = try WorkspaceAccess(environment: connectionEnvironment())
        if let warning = access.credential.warning { Output.log(warning) }
        return withStore { folder, store throws(StoreError) in
            let workspace = try store.wait { store throws(StoreError) in try access.workspace(chosenIn: store) }
            let secrets = ListenerSecrets(given: given, store: store, workspace: workspace)
            guard try store.wait(for: { store throws(StoreError) in try secrets.areThere(in: store) }) else {
                Output.log(noSecret)
                return 1
            }
            let reception = Reception(store: store, workspace: workspace)
            try store.wait { store throws(StoreError) in
                try store.noteListener(in: workspace, now: Timestamp.now)
            }
            let receiver = WebhookReceiver(
                secrets: { try await secrets.all() }, store: store, workspace: workspace, time: { Timestamp.now },
                report: { await reception.note($0) })
            let options = HTTPListener.Options(host: request.host, port: request.port, path: request.path)
            let listener: HTTPListener
            do {
                listener = try HTTPListener(options) { headers, body in await receiver.receive(headers, body) }
            } catch {
                Output.log("\(error)")
                return 1
            }
            Output.log("taking webhooks at \(request.url(port: listener.port)); Control-C ends it")
            if !request.isLoopback {
                Output.log("other machines can reach this address; a tunnel on this machine needs 127.0.0.1 alone")
            }
            let beat = reception.beat()
            var number: Int32 = 0
            sigwait(&signals, &number)
            beat.cancel()
            // What a held database keeps from being answered is delivered again.
            let isOver = finishes(within: .seconds(5)) {
                await listener.stop()
                await reception.end()
            }
            if !isOver { Output.log("some deliveries are left without an answer; Quo delivers them again") }
            return 0
        }
    } catch {
        Output.log("\(error)")
        return 1
    }
}

/// The secrets that the environment gives, none where it gives none; nil after saying what is wrong with them.
nonisolated func webhookSecrets() -> [WebhookSecret]? {
    do {
        let source = try WebhookSecretSource(
            environment: environment([WebhookSecretSource.variable, WebhookSecretSource.fileVariable]))
        if let warning = source.warning { Output.log(warning) }
        return try WebhookSecret.list(source.text)
    } catch let error as WebhookSecretError {
        Output.log("a part of \(WebhookSecretSource.variable) is no secret: \(error)")
    } catch {
        Output.log("\(error)")
    }
    return nil
}

/// What a person is told where there is no secret at all.
nonisolated let noSecret =
    "there is no secret to know Quo's webhooks by. Set \(WebhookSecretSource.variable) to the signing secret that Quo shows"
    + " beside the webhook, or \(WebhookSecretSource.fileVariable) to a file that holds it. Those of webhooks that an agent made"
    + " with the tools of this program are kept, and used by themselves."

/// The secrets that deliveries to a listener may be signed with: those that the environment gives, and those that are kept.
private struct ListenerSecrets {
    let given: [WebhookSecret]
    let store: Store
    let workspace: WorkspaceID

    func areThere(in store: isolated Store) throws(StoreError) -> Bool {
        if !given.isEmpty { return true }
        return try !store.webhookSecrets(in: workspace).isEmpty
    }

    /// All that count now; one that is replaced while the listener runs counts at once.
    func all() async throws(StoreError) -> [WebhookSecret] {
        // What is kept came from the API; a form that it does not have now cannot be verified.
        given + (try await store.webhookSecrets(in: workspace)).compactMap { try? WebhookSecret($0.text) }
    }
}

/// What becomes of deliveries, told without anything that is in them.
private actor Reception {
    /// How often a sign of life is given.
    private static let interval: Duration = .seconds(5)
    /// How long the log is quiet about refusals after one, so that nobody can flood it.
    private static let quiet: Duration = .seconds(10)

    private let store: Store
    private let workspace: WorkspaceID
    private var counts = (stored: 0, known: 0, refused: 0, failed: 0)
    private var lastTold: ContinuousClock.Instant?

    init(store: Store, workspace: WorkspaceID) {
        self.store = store
        self.workspace = workspace
    }

    func note(_ outcome: WebhookReceiver.Outcome) async {
        switch outcome {
        case .stored(let event):
            counts.stored += 1
            if event.type?.subject == .contact { await contactsChanged() }
        case .known: counts.known += 1
        case .refused(let reason):
            counts.refused += 1
            tell("refused a delivery: \(reason)")
        case .failed(let reason):
            counts.failed += 1
            tell("could not keep an event, which Quo will deliver again: \(reason)")
        }
    }

    /// Has the index of contacts read anew when it is used next; until then it is used as it is.
    private func contactsChanged() async {
        try? await store.noteContactsChanged(of: workspace, now: Timestamp.now)
    }

    private func tell(_ line: String) {
        if let lastTold, .now < lastTold + Self.quiet { return }
        lastTold = .now
        LogOutput.standard.write(line)
    }

    /// Gives signs of life until it is cancelled.
    nonisolated func beat() -> Task<Void, Never> {
        Task.detached { [store, workspace] in
            while !Task.isCancelled {
                // A sign that cannot be given is missed by those who wait, and they ask the API then.
                try? await store.noteListener(in: workspace, now: Timestamp.now)
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    func end() async {
        try? await store.noteListenerEnd(in: workspace)
        LogOutput.standard.write(
            "took \(counts.stored) events; \(counts.known) repeated, \(counts.refused) refused, \(counts.failed) not kept"
        )
    }
}

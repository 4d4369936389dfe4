import JSON
import Synchronization

/// What the clients of a session want to be told of unasked: changes to resources and to lists.
///
/// However many want to know of a resource, the handler watches it once; the last who leaves ends the watch.
final class Subscriptions: Sendable {
    /// The most `subscriptions/listen` requests that are open at once.
    static let maximumListeners = 64
    /// The most resources that are watched at once.
    static let maximumResources = 256

    /// What one `subscriptions/listen` asks for.
    struct Filter: Sendable {
        var lists: Set<ListKind> = []
        var uris: [String] = []

        init() {}

        /// Reads a filter.
        init(_ json: JSONValue?) throws(ProtocolError) {
            guard let object = json?.objectValue else {
                throw .invalidParams("subscriptions/listen needs \"notifications\", an object")
            }
            for kind in ListKind.allCases {
                guard let isWanted = object[kind.filter], !isWanted.isNull else { continue }
                guard let isWanted = isWanted.boolValue else {
                    throw .invalidParams("\"\(kind.filter)\" must be true or false")
                }
                if isWanted { lists.insert(kind) }
            }
            guard let wanted = object["resourceSubscriptions"], !wanted.isNull else { return }
            guard let elements = wanted.arrayValue else {
                throw .invalidParams("\"resourceSubscriptions\" must be an array of URIs")
            }
            for element in elements {
                guard let uri = element.stringValue else {
                    throw .invalidParams("\"resourceSubscriptions\" must be an array of URIs")
                }
                if !uris.contains(uri) { uris.append(uri) }
                guard uris.count <= Subscriptions.maximumResources else { throw Subscriptions.tooManyResources }
            }
        }

        /// What of it a server of these capabilities does.
        func honoured(by capabilities: ServerCapabilities) -> Filter {
            var filter = Filter()
            filter.lists = lists.filter { capabilities.contains($0.capability) }
            filter.uris = capabilities.contains(.resourceSubscriptions) ? uris : []
            return filter
        }

        var json: JSONObject {
            var object = JSONObject()
            for kind in ListKind.allCases where lists.contains(kind) { object[kind.filter] = true }
            if !uris.isEmpty { object["resourceSubscriptions"] = .array(uris.map { .string($0) }) }
            return object
        }
    }

    private struct Watch {
        let serial: Int
        let task: Task<Void, Never>
    }

    private struct State {
        /// Whether a legacy client has said that it is initialized.
        var hasLegacy = false
        var legacyURIs: Set<String> = []
        var listeners: [RequestID: Filter] = [:]
        var watches: [String: Watch] = [:]
        var listWatch: Task<Void, Never>?
        var nextSerial = 0

        var wantedURIs: Set<String> {
            listeners.values.reduce(into: legacyURIs) { $0.formUnion($1.uris) }
        }
    }

    private let handler: any ServerHandler
    private let output: any LineOutput
    private let state = Mutex(State())

    init(handler: any ServerHandler, output: any LineOutput) {
        self.handler = handler
        self.output = output
    }

    deinit {
        for task in state.withLock({ Self.stop(&$0) }) { task.cancel() }
    }

    // MARK: Legacy

    /// Begins a legacy conversation, in which nothing is subscribed to yet.
    func openLegacy() {
        change { state in
            state.hasLegacy = false
            state.legacyURIs = []
        }
    }

    /// Tells of changes of all lists from now on, because the legacy client has said that it is ready.
    func confirmLegacy() {
        change { state in
            state.hasLegacy = true
            watchLists(&state)
        }
    }

    /// Serves `resources/subscribe`.
    func subscribe(_ uri: String) throws(ProtocolError) {
        let hasRoom = change { state in
            guard Self.hasRoom(for: [uri], state) else { return false }
            state.legacyURIs.insert(uri)
            return true
        }
        guard hasRoom else { throw Self.tooManyResources }
    }

    /// Serves `resources/unsubscribe`, also of what was never subscribed to.
    func unsubscribe(_ uri: String) {
        change { $0.legacyURIs.remove(uri) }
    }

    // MARK: Modern

    /// Opens a stream of notifications and acknowledges it.
    func listen(_ id: RequestID, to filter: Filter) throws(ProtocolError) {
        let refusal: ProtocolError? = change { state in
            guard state.listeners.count < Self.maximumListeners else {
                return .invalidRequest(
                    "\(Self.maximumListeners) subscriptions/listen requests are open; cancel one first")
            }
            guard Self.hasRoom(for: filter.uris, state) else { return Self.tooManyResources }
            // Under the lock, so that no notification can come before the acknowledgement.
            send(
                "notifications/subscriptions/acknowledged", ["notifications": .object(filter.json)], to: id)
            state.listeners[id] = filter
            if !filter.lists.isEmpty { watchLists(&state) }
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Whether a stream of that id is open.
    func isListening(_ id: RequestID) -> Bool {
        state.withLock { $0.listeners[id] != nil }
    }

    /// Closes the stream of that id, if there is one.
    func cancel(_ id: RequestID) {
        change { $0.listeners[id] = nil }
    }

    /// Ends everything, and returns the streams that were open.
    func end() -> [RequestID] {
        let (tasks, listeners) = state.withLock { (Self.stop(&$0), Array($0.listeners.keys)) }
        tasks.forEach { $0.cancel() }
        return listeners
    }

    // MARK: Watching

    private static let tooManyResources = ProtocolError.invalidRequest(
        "at most \(maximumResources) resources are watched at once; unsubscribe from some first")

    private static func hasRoom(for uris: [String], _ state: State) -> Bool {
        state.wantedURIs.union(uris).count <= maximumResources
    }

    /// Changes who wants what, and begins and ends watches to match.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, ended) = state.withLock { state -> (Value, [Task<Void, Never>]) in
            let value = body(&state)
            let wanted = state.wantedURIs
            var ended: [Task<Void, Never>] = []
            for (uri, watch) in state.watches where !wanted.contains(uri) {
                ended.append(watch.task)
                state.watches[uri] = nil
            }
            for uri in wanted where state.watches[uri] == nil {
                let serial = state.nextSerial
                state.nextSerial += 1
                state.watches[uri] = Watch(serial: serial, task: watch(uri, serial))
            }
            return (value, ended)
        }
        // Outside the lock: cancelling runs the handler's own code.
        ended.forEach { $0.cancel() }
        return value
    }

    private static func stop(_ state: inout State) -> [Task<Void, Never>] {
        defer {
            state.watches = [:]
            state.listWatch = nil
        }
        return state.watches.values.map(\.task) + (state.listWatch.map { [$0] } ?? [])
    }

    /// Lets the handler watch a resource, and tells of changes as fast as the client reads.
    private func watch(_ uri: String, _ serial: Int) -> Task<Void, Never> {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return Task { [handler, output, weak self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await handler.watch(uri) { continuation.yield() }
                    continuation.finish()
                }
                for await _ in changes {
                    await output.waitForRoom()
                    self?.tell(of: uri, serial)
                }
            }
            self?.forget(uri, serial)
        }
    }

    /// Forgets a watch that has ended by itself.
    private func forget(_ uri: String, _ serial: Int) {
        state.withLock { state in
            if state.watches[uri]?.serial == serial { state.watches[uri] = nil }
        }
    }

    /// Begins to follow the handler's lists, once.
    private func watchLists(_ state: inout State) {
        guard state.listWatch == nil, !handler.capabilities.isDisjoint(with: .listChanges) else { return }
        let changes = handler.listChanges()
        state.listWatch = Task { [output, weak self] in
            for await kind in changes {
                await output.waitForRoom()
                self?.tell(of: kind)
            }
        }
    }

    // MARK: Telling

    private func tell(of uri: String, _ serial: Int) {
        state.withLock { state in
            guard state.watches[uri]?.serial == serial else { return }
            let parameters: JSONObject = ["uri": .string(uri)]
            if state.legacyURIs.contains(uri) { send("notifications/resources/updated", parameters) }
            for (id, filter) in state.listeners where filter.uris.contains(uri) {
                send("notifications/resources/updated", parameters, to: id)
            }
        }
    }

    private func tell(of kind: ListKind) {
        guard handler.capabilities.contains(kind.capability) else { return }
        state.withLock { state in
            guard state.listWatch != nil else { return }
            if state.hasLegacy { send(kind.notification, [:]) }
            for (id, filter) in state.listeners where filter.lists.contains(kind) {
                send(kind.notification, [:], to: id)
            }
        }
    }

    /// Sends a notification, on the stream of that id if there is one.
    private func send(_ method: String, _ parameters: JSONObject, to listener: RequestID? = nil) {
        var parameters = parameters
        if let listener { parameters["_meta"] = [RequestMetadata.Key.subscriptionID: listener.json] }
        output.send(OutgoingMessage.notification(method, parameters: .object(parameters)).bytes())
    }
}

extension Session {
    /// Serves `subscriptions/listen`.
    func listen(_ request: Request) throws(ProtocolError) -> Route {
        let filter = try Subscriptions.Filter(request.parameters["notifications"])
        guard !requests.holds(request.id) else { throw .duplicateID }
        try subscriptions.listen(request.id, to: filter.honoured(by: handler.capabilities))
        return .kept
    }

    /// Ends all subscriptions, and answers the streams where the client still reads.
    func endSubscriptions(_ ending: RequestGate.Ending) {
        for id in subscriptions.end() where ending == .terminated {
            let result = modern([:], metadata: [RequestMetadata.Key.subscriptionID: id.json])
            output.send(OutgoingMessage.response(to: id, .success(result)).bytes())
        }
    }
}

package import HTTP
package import Store

/// Takes deliveries: believes what is signed, keeps each event once, and answers only then.
package struct WebhookReceiver: Sendable {
    /// What became of a delivery.
    package enum Outcome: Sendable {
        /// It is a new event, and is kept.
        case stored(WebhookEvent)
        /// It was kept before.
        case known
        /// It is not from Quo, or no event; the reason holds no part of it.
        case refused(String)
        /// It could not be kept; Quo delivers it again.
        case failed(String)
    }

    private let secrets: @Sendable () async throws -> [WebhookSecret]
    private let store: Store
    private let workspace: WorkspaceID
    private let time: @Sendable () -> Int64
    private let report: @Sendable (Outcome) async -> Void

    /// Makes a receiver for one workspace.
    ///
    /// - Parameters:
    ///   - secrets: Whose deliveries are believed; asked at each, so that a new secret counts at once.
    ///   - store: Where events are kept.
    ///   - time: The time in milliseconds since 1970.
    ///   - report: Told what became of each delivery, before it is answered.
    package init(
        secrets: @escaping @Sendable () async throws -> [WebhookSecret], store: Store, workspace: WorkspaceID,
        time: @escaping @Sendable () -> Int64, report: @escaping @Sendable (Outcome) async -> Void
    ) {
        self.secrets = secrets
        self.store = store
        self.workspace = workspace
        self.time = time
        self.report = report
    }

    /// Answers a delivery: 200 once it is kept, 401 where it is not believed, 400 where it is no event, 503 where it is to be
    /// delivered again.
    package func receive(_ headers: [HTTPHeader], _ body: [UInt8]) async -> HTTPResponse {
        let signature: WebhookSignature
        do {
            let verifier = WebhookVerifier(secrets: try await secrets())
            signature = try verifier.verify(headers: headers, body: body, now: time())
        } catch let rejection as WebhookRejection {
            await report(.refused("\(rejection)"))
            let status = if case .malformedHeader = rejection { 400 } else { 401 }
            return HTTPResponse(status: status, body: Array("The signature is not valid.\n".utf8))
        } catch {
            await report(.failed("\(error)"))
            return Self.unavailable
        }
        do throws(MalformedEvent) {
            return await keep(try WebhookEvent(body), signature, body)
        } catch {
            await report(.refused(error.description))
            return HTTPResponse(status: 400, body: Array("The body is no event.\n".utf8))
        }
    }

    private func keep(_ event: WebhookEvent, _ signature: WebhookSignature, _ body: [UInt8]) async -> HTTPResponse {
        let now = time()
        let record = WebhookRecord(
            delivery: signature.deliveryID ?? event.id, event: event.id, type: event.typeName,
            resourceTime: event.resourceTime ?? signature.time, receivedAt: now,
            content: String(decoding: body, as: UTF8.self))
        do throws(StoreError) {
            let isNew = try await store.keepEvent(record, in: workspace)
            await report(isNew ? .stored(event) : .known)
            return HTTPResponse(status: 200)
        } catch {
            await report(.failed(error.description))
            return Self.unavailable
        }
    }

    private static let unavailable = HTTPResponse(status: 503, body: Array("Not kept; deliver it again.\n".utf8))
}

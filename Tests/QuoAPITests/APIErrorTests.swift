import HTTP
import QuoAPI
import TestSupport
import Testing

/// The error of a send that is answered so.
private func error(status: Int, _ body: String) async throws -> APIError {
    let server = try LoopbackServer { _ in .json(body, status: status) }
    defer { server.close() }
    return try #require(await failure(of: Sample.sendMessage, Sample.text, on: try connection(to: server)))
}

@Suite struct `Error envelopes` {
    @Test func `the flat envelope of the first version`() async throws {
        let error = try await error(
            status: 400,
            #"""
            {"message":"Bad input","code":"0200400","status":400,"docs":"https://x","title":"Bad Request","trace":"t-1",
             "errors":[{"path":"/to/0","message":"Expected E.164","value":"x","schema":{"type":"string"}}]}
            """#)
        #expect(error.kind == .http(400))
        #expect(error.code == "0200400")
        #expect(error.title == "Bad Request")
        #expect(error.message == "Bad input")
        #expect(error.trace == "t-1")
        #expect(error.fields == [.init(path: "/to/0", message: "Expected E.164 (string)")])
        for part in [
            "/to/0: Expected E.164", "code 0200400", "trace t-1", "sendMessage_v1", "HTTP 400", "\"Bad input\"",
        ] {
            #expect(error.explanation.contains(part))
        }
    }

    @Test func `the wrapped envelope that the first version has been seen to send`() async throws {
        let error = try await error(
            status: 401, #"{"error":{"message":"Invalid key","key":"unauthorized","trace":"t-2"}}"#)
        #expect(error.message == "Invalid key")
        #expect(error.title == "unauthorized")
        #expect(error.trace == "t-2")
        #expect(error.code == nil)
    }

    @Test func `the envelope of the dated version has neither code nor status`() async throws {
        let error = try await error(status: 404, #"{"title":"Not Found","message":"No such thing","docs":"https://x"}"#)
        #expect(error.message == "No such thing")
        #expect(error.title == "Not Found")
        #expect(error.code == nil)
        #expect(error.status == 404)
    }

    @Test(arguments: [
        ("", "(nothing)"), ("{}", "{}"), (#"{"why":"x"}"#, #"{"why":"x"}"#), ("[1]", "[1]"),
        ("plain text", "plain text"),
        (#"{"error":"broken"}"#, "broken"), (#"{"message":17}"#, "17"),
        (#"{"message":"","errors":{}}"#, #"{"message":"","errors":{}}"#),
        ("<html><head><title>502 Bad\nGateway</title></head></html>", "502 Bad Gateway (a web page)"),
        ("<!doctype html><HTML></HTML>", "(a web page)"), ("</title><title>", "</title><title>"),
    ])
    func `anything else is told as it is`(body: String, message: String) async throws {
        #expect(try await error(status: 502, body).message == message)
    }

    @Test func `text of the API is cleaned and capped, and never holds the key`() async throws {
        let long = String(repeating: "x", count: 10_000)
        let body =
            #"{"message":"key \#(Sample.key)\u0000\u001b[31m\n\n\u202e red\u200b \#(long)","title":"\#(Sample.key)"}"#
        let error = try await error(status: 400, body)
        #expect(error.message.hasPrefix("key •••• [31m red xxx"))
        #expect(error.message.count <= 301)
        #expect(error.title == "••••")
        #expect(!error.explanation.contains(Sample.key))
        #expect(error.explanation.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }

    @Test(arguments: [
        (#"["content is too long"]"#, "content is too long"), (#"[{"path":"/to"}]"#, "/to: "),
        (#"[{"path":"/to","schema":{"type":"array"}}]"#, "/to: array expected"),
        (#"[{"message":"no"},{},7,null,{"path":[]}]"#, "no"),
    ])
    func `a fault is told as far as it is known`(errors: String, told: String) async throws {
        let error = try await error(status: 400, #"{"message":"m","errors":\#(errors)}"#)
        #expect(error.explanation.contains("At fault: \(told)."))
    }

    @Test func `a flood of field errors is capped`() async throws {
        let fields = Array(repeating: #"{"path":["a",0],"message":"m"}"#, count: 500).joined(separator: ",")
        let error = try await error(status: 400, #"{"message":"m","errors":[\#(fields)]}"#)
        #expect(error.fields.count == 20)
        #expect(error.fields.first == .init(path: "a/0", message: "m"))
    }
}

@Suite struct `Explanations` {
    @Test(arguments: [
        (400, "0206400", "A2P Registration Not Approved", "registration"),
        (400, "0101400", "Too Many Participants", "exactly one"),
        (400, "0801400", "Invalid Custom Field Item", "custom field definitions"),
        (400, "0305400", "Invalid Version", "webhook"),
        (400, "0200400", "Bad Request", "Correct what it names"),
        (401, "0200401", "Unauthorized", "API key"),
        (402, "0200402", "Not Enough Credits", "prepaid credit"),
        (402, "", "Not Enough Credits", "prepaid credit"),
        (402, "0201402", "Subscription Expired", "subscription has lapsed"),
        (402, "", "Subscription Expired", "subscription has lapsed"),
        (402, "0600402", "Limit", "open tasks"),
        (402, "", "Other", "billing"),
        (403, "0202403", "Not Phone Number User", "does not belong to this phone number"),
        (403, "", "Not Phone Number User", "does not belong to this phone number"),
        (403, "0204403", "A2P 10DLC Daily Message Cap Reached", "tomorrow"),
        (403, "", "International messaging is disabled", "abroad"),
        (403, "", "Forbidden", "may not do this"),
        (403, "", "The contact is synced from another source", "synced from another app"),
        (403, "", "Daily message cap reached", "tomorrow"),
        (403, "", "Restricted", "may not reach that region"),
        (403, "", "Upgrade your plan", "Business or Scale plan"),
        (404, "0200404", "Not Found", "identifier"),
        (405, "", "Method Not Allowed", "Quo refused the request"),
        (409, "0800409", "Conflict", "The contact conflicts"),
        (409, "", "Contact exists", "The contact conflicts"),
        (409, "0400409", "Conflict", "conflicts with what exists"),
        (422, "", "Cannot Retry", "as it is"),
        (429, "", "Too Many Requests", "10 requests a second"),
        (500, "0201500", "Unknown", "failed inside"),
        (308, "", "Moved", "QUO_BASE_URL"),
    ])
    func `every known refusal says what to do`(status: Int, code: String, title: String, part: String) async throws {
        let text = try await error(status: status, #"{"message":"m","code":"\#(code)","title":"\#(title)"}"#)
            .explanation
        #expect(text.contains(part))
    }

    @Test(arguments: [
        (ReadOperation.getCallVoicemails, 404, "has no voicemail"), (.getCallSummary, 403, "Business or Scale plan"),
        (.getCallTranscript, 403, "Business or Scale plan"), (.getUserById, 403, "may not do this"),
        (.getUserById, 404, "identifier"), (.getUserById, 409, "conflicts with what exists"),
    ])
    func `a refusal that has another meaning for an operation says so`(
        operation: ReadOperation, status: Int, part: String
    ) {
        let error = APIError(kind: .http(status), operationID: operation.operation.id, message: "m")
        #expect(error.explanation.contains(part))
    }

    private static let uncertain: [APIError.Kind] =
        [302, 303, 408, 499, 500, 502, 503, 504].map { .http($0) } + [.undecodable]
        + [.cannotResolve, .cannotConnect, .tls, .timedOut, .connectionLost, .tooLarge, .cancelled, .unavailable]
        .map { .transport(HTTPError($0, "What happened.", mayHaveReachedServer: true)) }

    @Test(arguments: uncertain)
    func `nothing that may have happened is said to be worth a repetition`(kind: APIError.Kind) {
        let error = APIError(
            kind: kind, operationID: "sendMessage_v1", message: "What happened.", retryAfter: .seconds(1),
            outcome: .mayHavePerformed)
        let text = error.explanation
        #expect(text.contains("Nobody knows whether it was performed"))
        #expect(text.contains("must not be repeated before someone has looked"))
        #expect(!text.lowercased().contains("again"))
        #expect(!text.lowercased().contains("retry"))
    }

    @Test(arguments: uncertain)
    func `the same failure of a read leaves no doubt`(kind: APIError.Kind) {
        let error = APIError(kind: kind, operationID: "getContactById_v1", message: "What happened.")
        #expect(!error.explanation.contains("Nobody knows"))
    }

    @Test(
        arguments: [.http(408), .http(499), .http(503), .transport(.init(.timedOut, "", mayHaveReachedServer: true))]
            as [APIError.Kind])
    func `a read that failed for a passing reason can be tried later`(kind: APIError.Kind) {
        #expect(APIError(kind: kind, operationID: "x", message: "m").explanation.contains("try again later"))
    }

    @Test func `what the API advises comes before the warning`() {
        let error = APIError(
            kind: .http(503), operationID: "x", message: "Please retry.", outcome: .mayHavePerformed)
        let quote = error.explanation.firstRange(of: "Please retry.")
        let warning = error.explanation.firstRange(of: "must not be repeated")
        #expect(quote.flatMap { quote in warning.map { quote.upperBound < $0.lowerBound } } == true)
    }
}

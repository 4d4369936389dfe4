import HTTP
import JSON
import QuoAPI
import Store
import Synchronization
import TestSupport

@testable import Directory

/// An API of lines, members and contacts that a test fills.
final class AddressBook: HTTPTransport {
    private struct State {
        var lines: [JSONValue] = [line("PN1", "Front desk", "+16145550100")]
        var members: [JSONValue] = []
        var contacts: [JSONValue] = []
        var requests: [String] = []
        var failures: [String: Int] = [:]
        var intervention: (@Sendable (String) async -> Void)?
    }

    private let state = Mutex(State())

    /// The paths and queries so far, without the host.
    var requests: [String] { state.withLock { $0.requests } }
    func count(_ path: String) -> Int { requests.count { $0.hasPrefix(path) } }

    func setLines(_ lines: [JSONValue]) { state.withLock { $0.lines = lines } }
    func setMembers(_ members: [JSONValue]) { state.withLock { $0.members = members } }
    func setContacts(_ contacts: [JSONValue]) { state.withLock { $0.contacts = contacts } }
    /// Answers requests of a path with a status; nil answers properly again.
    func fail(_ path: String, with status: Int?) { state.withLock { $0.failures[path] = status } }
    /// Calls a closure after each request was counted and its answer made, and before that is given.
    func intervene(_ body: (@Sendable (String) async -> Void)?) { state.withLock { $0.intervention = body } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let target = String(request.url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" })
        let (answer, intervention) = state.withLock { state in
            state.requests.append(target)
            return (Self.answer(target, state), state.intervention)
        }
        await intervention?(target)
        return answer
    }

    private static func answer(_ target: String, _ state: State) -> HTTPResponse {
        let parts = target.split(separator: "?", maxSplits: 1)
        let path = String(parts[0])
        if let status = state.failures[path] {
            return HTTPResponse(status: status, body: Array(#"{"message":"no"}"#.utf8))
        }
        let all: [JSONValue]
        switch path {
        case "/v1/phone-numbers": all = state.lines
        case "/v1/users": all = state.members
        case "/v1/contacts": all = state.contacts
        case "/v1/contact-custom-fields":
            all = [["name": "Inbound Lead", "key": "inbound-lead", "type": "boolean"]]
        default:
            let id = path.split(separator: "/").last.map { String($0) }
            guard let contact = state.contacts.first(where: { $0["id"]?.stringValue == id }) else {
                return HTTPResponse(status: 404, body: Array(#"{"message":"Not found"}"#.utf8))
            }
            let answer: JSONValue = ["data": contact]
            return HTTPResponse(status: 200, body: answer.bytes())
        }
        let token = target.split(separator: "&").first { $0.hasPrefix("pageToken=") }
        let start = token.flatMap { Int($0.dropFirst(10)) } ?? 0
        let end = min(all.count, start + 50)
        let page: JSONValue = [
            "data": .array(Array(all[start..<end])), "totalItems": 0,
            "nextPageToken": end < all.count ? .string(String(end)) : .null,
        ]
        return HTTPResponse(status: 200, body: page.bytes())
    }
}

func line(_ id: String, _ name: String, _ number: String) -> JSONValue {
    [
        "id": .string(id), "name": .string(name), "number": .string(number), "formattedNumber": nil,
        "users": [["id": "US1"]], "restrictions": ["messaging": ["US": "unrestricted"]],
    ]
}

func member(_ id: String, _ first: String?, _ last: String?, _ email: String) -> JSONValue {
    [
        "id": .string(id), "email": .string(email), "firstName": first.map { .string($0) } ?? .null,
        "lastName": last.map { .string($0) } ?? .null, "role": "member",
    ]
}

func contact(
    _ id: String, _ first: String? = nil, _ last: String? = nil, company: String? = nil, role: String? = nil,
    numbers: [String] = [], emails: [String] = [], fields: [String: JSONValue] = [:]
) -> JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    func items(_ values: [String], _ label: String) -> JSONValue {
        .array(values.map { ["name": .string(label), "value": .string($0), "id": "i"] })
    }
    let custom = fields.sorted { $0.key < $1.key }.map { key, value -> JSONValue in
        ["name": .string(key), "key": .string(key), "id": "f", "type": "string", "value": value]
    }
    return [
        "id": .string(id), "externalId": nil, "source": "public-api", "sourceUrl": nil,
        "defaultFields": [
            "firstName": text(first), "lastName": text(last), "company": text(company), "role": text(role),
            "phoneNumbers": items(numbers, "mobile"), "emails": items(emails, "work"),
        ],
        "customFields": .array(custom), "createdAt": "2026-01-31T09:00:00Z", "updatedAt": "2026-01-31T09:00:00Z",
    ]
}

/// The contacts that most tests are about.
let people: [JSONValue] = [
    contact("c1", "Ana", "López", company: "Example Bakery", numbers: ["+16145550123"], emails: ["ana@example.com"]),
    contact("c2", "Ana", "Silva", role: "Plumber", numbers: ["+16145550124", "+16145550125"]),
    contact("c3", "Bo", nil, company: "Łódź Taxi", numbers: ["(614) 555-0126"], fields: ["region": "North"]),
    contact("c4", "Søren", "Kierkegaard", company: "Example Bakery", emails: ["sk@example.org"]),
    contact("c5", "Christopher", "O’Brien", numbers: ["+16145550127"], fields: ["tags": ["vip", "north"]]),
]

/// A time of day that a test moves.
final class TestTime: Sendable {
    private let milliseconds = Mutex<Int64>(1_781_107_200_000)
    var now: Int64 { milliseconds.withLock { $0 } }
    func advance(by duration: Duration) { milliseconds.withLock { $0 += Int64(duration / .milliseconds(1)) } }
}

/// A directory over an address book and a real state folder.
struct Fixture {
    let book: AddressBook
    let time: TestTime
    let folder: TemporaryFolder
    let store: Store
    let directory: Directory
    let workspace = WorkspaceID(text: "w1")

    init(
        _ contacts: [JSONValue] = people, book: AddressBook? = nil, folder: TemporaryFolder? = nil,
        time: TestTime = TestTime(), clock: any Clock<Duration> = ContinuousClock()
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        self.time = time
        self.book = book ?? AddressBook()
        if book == nil { self.book.setContacts(contacts) }
        store = Store(folder: try StateFolder(path: folder.path))
        let connection = Connection(
            transport: self.book, credential: try Credential(key: "key"), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "tests", retries: RetryPolicy(maximumRetries: 0)))
        directory = Directory(
            reader: Reader(connection), store: store, workspace: workspace, time: { time.now }, clock: clock)
    }

    /// The fault of something that must not be resolved.
    func fault<Value>(_ body: (Directory) async throws -> Value) async throws -> ReferenceFault? {
        do {
            _ = try await body(directory)
            return nil
        } catch let fault as ReferenceFault {
            return fault
        }
    }
}

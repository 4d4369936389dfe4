import Configuration
import HTTP
import JSON
import QuoAPI
import QuoServer
import TestSupport

/// An API on a real socket that answers reads as a test says, takes every write, and remembers what was written.
struct RecordingAPI {
    let client: Client
    private let server: LoopbackServer

    /// Starts an API whose reads answer by path; a path without an answer is not found.
    init(_ answers: [String: JSONValue], policy: Policy = .forTests) throws {
        var answers = answers
        answers["/v1/phone-numbers"] = ["data": [["id": "PN1", "name": "Main", "number": "+15550001111"]]]
        answers["/v1/messages"] = ["data": []]
        answers["/v1/contacts"] = answers["/v1/contacts"] ?? ["data": [.object(oddContact)]]
        let known = answers
        server = try LoopbackServer { request in
            let path = String(request.target.prefix { $0 != "?" })
            switch request.method {
            case "GET": return known[path].map { .json($0.text()) } ?? .json(#"{"message":"none"}"#, status: 404)
            case "DELETE": return .response(status: 204)
            default: return .json(#"{"data":{"id":"C1"}}"#)
            }
        }
        client = try Client(
            .transport(CurlTransport(), try Credential(key: "key"), try BaseURL(server.url)), policy: policy,
            keeping: server)
    }

    /// The contact, as a call names it: by the id, since its name may come in any shape.
    static let contact: JSONValue = "C1"

    /// Starts an API with a contact whose id is `C1`, and custom fields.
    init(contact answer: JSONValue, fields: JSONValue = []) throws {
        try self.init(["/v1/contacts/C1": answer, "/v1/contact-custom-fields": ["data": fields]])
    }

    /// What was asked for, in order.
    var targets: [String] { server.requests.map(\.target) }

    /// The bodies that were written.
    var written: [JSONValue] {
        server.requests.filter { $0.method != "GET" }.map { (try? JSONValue(parsing: $0.body)) ?? .null }
    }

    /// Updates the contact and approves; returns the body that was written.
    func update(_ changes: JSONObject) async -> JSONValue {
        var arguments = changes
        arguments["contact"] = Self.contact
        _ = await client.call("update_contact", arguments, choosing: 1)
        return written.last ?? .null
    }

    /// The form, or the explanation instead of it, of an update.
    func answer(toUpdate changes: JSONObject) async -> JSONValue {
        var arguments = changes
        arguments["contact"] = Self.contact
        return await client.call("update_contact", arguments)
    }
}

/// A contact with some of everything, some of it odd.
let oddContact: JSONObject = [
    "id": "C1", "externalId": "crm-1", "source": "public-api", "sourceUrl": nil, "colour": "red",
    "defaultFields": [
        "firstName": "Ana", "lastName": "Ruiz", "company": "Bakery", "role": nil, "birthday": "1990-01-01",
        "addresses": [["id": "a1", "value": "1 Main St"]],
        "emails": [
            ["id": "e1", "name": "work", "value": "a@example.com", "isPrimary": true],
            ["name": "home", "value": "b@example.com"],
        ],
        "phoneNumbers": [
            ["id": "p1", "name": "main", "value": "+15555550101"], ["id": "p2", "name": nil, "value": "555 0199"],
            ["id": "p3", "name": "", "value": "911"],
        ],
    ],
    "customFields": [
        ["id": "f1", "key": "plan", "name": "Plan", "type": "string", "value": "gold"],
        ["id": "f2", "key": "options", "name": "Options", "type": "multi-select", "value": ["a,b", "c"]],
        ["id": "f3", "name": "Keyless", "type": "string", "value": "kept"],
    ],
]

extension JSONObject {
    /// This object with a member set, or taken away by nil.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        var copy = self
        copy[name] = value
        return .object(copy)
    }
}

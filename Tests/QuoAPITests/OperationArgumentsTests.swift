import QuoAPI
import Testing

@Suite struct `Paths and queries` {
    @Test func `a list repeats its bare name, and plus signs are encoded`() throws {
        let target = try Sample.listMessages.operation.target(for: Sample.messagesArguments)
        #expect(target == "/v1/messages?phoneNumberId=PN1&participants=%2B15550100&participants=%2B15550101")
    }

    @Test func `a bracketed list repeats its name with brackets`() throws {
        let target = try Sample.listMessages.operation.target(
            for: Sample.messagesArguments, bracketed: ["participants"])
        #expect(
            target == "/v1/messages?phoneNumberId=PN1&participants%5B%5D=%2B15550100&participants%5B%5D=%2B15550101")
    }

    @Test func `a query value cannot begin another parameter`() throws {
        var arguments = Sample.messagesArguments
        arguments.query.append(.init("maxResults", "1&phoneNumberId=PN2#é %"))
        let target = try Sample.listMessages.operation.target(for: arguments)
        #expect(target.hasSuffix("&maxResults=1%26phoneNumberId%3DPN2%23%C3%A9%20%25"))
    }

    @Test func `an empty list leaves the parameter out`() throws {
        var arguments = Sample.messagesArguments
        arguments.query.append(.init("tags", []))
        #expect(try !Sample.listMessages.operation.target(for: arguments).contains("tags"))
    }

    @Test(arguments: [
        ("CT1", "CT1"), ("...", "..."), ("a..b", "a..b"), ("-._~", "-._~"), ("a b+c", "a%20b%2Bc"),
        ("é:=", "%C3%A9%3A%3D"),
    ])
    func `a path value stays in its segment`(value: String, segment: String) throws {
        let target = try Sample.getContact.operation.target(for: OperationArguments(path: ["id": value]))
        #expect(target == "/v1/contacts/" + segment)
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "../webhooks/WH1", "\\..", "..\\webhooks", "%2f..", "%2F", "..%5cx", "%5C", "%2e%2e",
        "%2E.",
        ".%2e", "%252e%252e", "%00", "a%", "a?b", "a#b", "..;", "a;b", "\u{0}", "a\r\nX: y", "a\u{7F}", "a\u{85}b",
        "\u{202E}a", "a\u{200B}",
    ])
    func `a path value that could name another resource is refused`(value: String) {
        let error = #expect(throws: APIError.self) {
            try Sample.getContact.operation.target(for: OperationArguments(path: ["id": value]))
        }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.fields.map(\.path) == ["id"])
        #expect(error?.explanation.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 } == true)
    }

    @Test(arguments: [
        OperationArguments(), OperationArguments(path: ["id": "CT1", "other": "x"]),
        OperationArguments(path: ["id": "CT1"], query: [.init("unknown", "x")]),
    ])
    func `what does not fit the operation is refused`(arguments: OperationArguments) {
        let error = #expect(throws: APIError.self) { try Sample.getContact.operation.target(for: arguments) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.explanation.contains("Nothing was sent") == true)
    }

    @Test(
        arguments: [
            [.init("phoneNumberId", "PN1")], [.init("phoneNumberId", "PN1"), .init("participants", [])],
            [.init("phoneNumberId", ["PN1", "PN2"]), .init("participants", "+1")],
        ] as [[OperationArguments.QueryItem]])
    func `a query that lacks a required parameter or repeats a single one is refused`(
        query: [OperationArguments.QueryItem]
    ) {
        #expect(throws: APIError.self) {
            try Sample.listMessages.operation.target(for: OperationArguments(query: query))
        }
    }
}

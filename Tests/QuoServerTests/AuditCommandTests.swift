import Testing

/// `quo-mcp audit` as a person reads it.
@Suite struct AuditCommandTests {
    @Test func `what was done in the sandbox is marked`() throws {
        let program = try Program()
        let done = try program.run("--sandbox", "call", "create_contact", #"{"firstName": "Ana"}"#)
        #expect(done.status == 0, "\(done)")
        let lines = try program.run("audit").output.split(separator: "\n")
        let line = try #require(lines.first { $0.contains("create_contact") })
        #expect(line.split(separator: " ").contains("sandbox"), "\(lines)")
    }
}

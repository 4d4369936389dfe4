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

    @Test func `times are told in the owner's zone, which the heading names, and days begin in it`() throws {
        let program = try Program()
        _ = try program.run("--sandbox", "call", "create_contact", #"{"firstName": "Ana"}"#)
        func shown(_ zone: String, _ words: String...) throws -> (heading: String, day: String, hour: Int) {
            let lines = try program.run(["audit"] + words, environment: ["QUO_TIME_ZONE": zone, "TZ": "UTC"])
                .output.split(separator: "\n")
            try #require(lines.count > 1, "\(lines)")
            let words = lines[1].split(separator: " ")
            return (String(lines[0]), String(words[0]), try #require(Int(words[1].prefix(2))))
        }
        let (east, west) = (try shown("Pacific/Kiritimati"), try shown("Pacific/Honolulu"))
        #expect(east.heading.hasPrefix("TIME (Pacific/Kiritimati)"))
        #expect(west.heading.hasPrefix("TIME (Pacific/Honolulu)"))
        // They are 24 hours apart: the same hour, unless one passed between the two.
        #expect(east.day > west.day)
        #expect(try shown("Mars/X").heading.hasPrefix("TIME (UTC)"))
        #expect(try shown("Pacific/Kiritimati", "--since", east.day).day == east.day)
        let later = try program.run(
            "audit", "--since", east.day, environment: ["QUO_TIME_ZONE": "Pacific/Honolulu", "TZ": "UTC"])
        #expect(later.output.contains("no such lines"), "\(later)")
    }
}

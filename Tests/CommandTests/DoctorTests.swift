import JSON
import TestSupport
import Testing

@testable import quo_mcp

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct DoctorTests {
    private let surroundings: Surroundings

    init() throws { surroundings = try Surroundings() }

    @Test func `nothing that is secret or somebody's is told, and nothing is changed`() async throws {
        let server = try LoopbackServer { _ in
            .json(
                #"{"data": [{"id": "PN1", "name": "Maria Main", "number": "+16145550100"}], "message": "Maria Main"}"#,
                status: 422)
        }
        defer { server.close() }
        try surroundings.write(
            #"{"recipients": {"allow": ["+1614555017x"], "+16145550177": 1}, "Maria": 2}"#,
            to: ".config/quo-mcp/config.json")
        try surroundings.write(
            #"{"mcpServers": {"quo": {"command": "/nowhere/quo-mcp", "env": {"QUO_API_KEY": "key-in-clear"}}}}"#,
            to: ".cursor/mcp.json")
        let before = try surroundings.listing()
        let found = await surroundings.examination(at: server.url).findings()
        let text = found.map { $0.text + $0.json.text() }.joined(separator: "\n")
        for secret in [Surroundings.key, "key-in-clear", "Maria", "614", "5550", surroundings.home] {
            #expect(!text.contains(secret), "\(secret)")
        }
        #expect(found["policy"]?.state == .failed && found["policy"]?.seen.contains("~/.config/quo-mcp") == true)
        #expect(found["host-key"]?.state == .warning && found["host-entry"]?.state == .failed)
        #expect(found.allSatisfy { $0.state == .ok || $0.state == .skipped || $0.remedy != nil })
        #expect(try surroundings.listing() == before)
    }

    @Test(arguments: [
        ("QUO_API_KEY", "k", true), ("MATON_API_KEY", "k", true), ("MATON_API_KEY", "${env:MATON_API_KEY}", false),
        ("MATON_API_KEY_FILE", "/k", false),
    ])
    func `a key in clear in a host's file is told`(variable: String, value: String, isTold: Bool) throws {
        try surroundings.write(
            #"{"mcpServers": {"quo": {"command": "/nowhere/quo-mcp", "env": {"\#(variable)": "\#(value)"}}}}"#,
            to: ".cursor/mcp.json")
        #expect((surroundings.examination().hosts()["host-key"] != nil) == isTold)
    }

    @Test func `the libraries are told with their versions`() {
        let found = surroundings.examination().libraries()
        for name in ["libcurl", "libcrypto", "sqlite"] {
            #expect(found[name]?.state == .ok && found[name]?.seen.contains(".") == true, "\(found)")
        }
    }

    @Test(arguments: [("QUO_LOG", "loud"), ("QUO_TOOL_LIMIT", "many"), ("QUO_TOOL_LIMIT", "0")])
    func `a variable that would be passed over is told in one line`(name: String, value: String) {
        let wrong = surroundings.examination(variables: [name: value])
        #expect(
            wrong.complaintsAboutVariables.count == 1 && wrong.complaintsAboutVariables[0].hasPrefix("\(name) must be"))
        #expect(wrong.settings().map(\.state) == [.warning])
        let right = surroundings.examination(variables: ["QUO_LOG": "INFO", "QUO_TOOL_LIMIT": "40"])
        #expect(right.complaintsAboutVariables.isEmpty && right.settings().map(\.state) == [.ok])
    }

    @Test(arguments: [
        ("read-only", "nothing is sent"), ("guarded", "you approve"), ("reply-only", "wrote or called"),
        ("unattended", "is wrong"),
    ])
    func `the profile is told with what it means`(profile: String, words: String) {
        let found = surroundings.examination(variables: ["QUO_PROFILE": profile]).policy()
        #expect(found.contains { $0.seen.contains(words) }, "\(found)")
    }

    // MARK: - Hosts

    /// A program that answers as a server does, or not at all.
    private func program(_ script: String, at name: String = "bin/quo-mcp") throws -> String {
        try surroundings.write("#!/bin/sh\n\(script)\n", to: name, mode: 0o700)
    }

    private func install(_ command: String, more: String = "", in file: String = ".cursor/mcp.json") throws {
        try surroundings.write(#"{"mcpServers": {"quo": {"command": "\#(command)"}\#(more)}}"#, to: file)
    }

    @Test func `an entry is started as its host would, and others are only named`() async throws {
        let program = try program(
            """
            read line; echo '{"jsonrpc":"2.0","id":1,"result":{}}'; read line; read line
            echo '{"jsonrpc":"2.0","id":2,"result":{"tools":[{},{},{}]}}'
            """)
        try install(program, more: #", "other": {"command": "touch", "args": ["\#(surroundings.home)/touched"]}"#)
        let found = surroundings.examination().hosts()
        let entry = try #require(found["host-entry"])
        #expect(entry.state == .ok && entry.seen.contains("offers 3 tools; beside it: other"), "\(found)")
        #expect(found["approvals"]?.state == .warning)
        #expect(access("\(surroundings.home)/touched", F_OK) != 0)
    }

    @Test(arguments: [
        (#"{"QUO_PROFILE": "unattended"}"#, "", "QUO_PROFILE is \"unattended\", which needs recipients.allow"),
        (#"{"QUO_PROFILE": "unatended"}"#, "", "QUO_PROFILE must be "),
        (#"{"QUO_TOOLSETS": "core,taks"}"#, "", "QUO_TOOLSETS names what is not a toolset; did you mean tasks?"),
        (#"{"QUO_TIME_ZONE": "+16145550177"}"#, "", "QUO_TIME_ZONE "),
        ("{}", #""--toolsets", "taks""#, "QUO_TOOLSETS names what is not a toolset"),
        ("{}", #""--config", "/nowhere/16145550177""#, ": the file as a whole is wrong"),
    ])
    func `an entry whose server would send nothing is told, with why`(
        variables: String, arguments: String, expected: String
    ) async throws {
        let program = try program(
            """
            read line; echo '{"jsonrpc":"2.0","id":1,"result":{}}'; read line; read line
            echo '{"jsonrpc":"2.0","id":2,"result":{"tools":[{},{},{}]}}'
            """)
        try surroundings.write(
            #"{"mcpServers": {"quo": {"command": "\#(program)", "args": [\#(arguments)], "env": \#(variables)}}}"#,
            to: ".cursor/mcp.json")
        let entry = try #require(surroundings.examination().hosts()["host-entry"])
        #expect(entry.state == .failed && entry.seen.contains("sends and changes nothing: "), "\(entry)")
        #expect(entry.seen.contains(expected) && !entry.seen.contains("+1614"), "\(entry)")
    }

    @Test(arguments: ["exit 3", "sleep 60", "echo nonsense; cat >/dev/null"])
    func `an entry that does not answer fails`(script: String) async throws {
        try install(try program(script))
        let entry = surroundings.examination(timeout: .milliseconds(400)).hosts()["host-entry"]
        #expect(entry?.state == .failed, "\(String(describing: entry))")
    }

    @Test func `what comes with a project is not started`() async throws {
        let program = try program("touch \(surroundings.home)/touched", at: "project/quo-mcp")
        try install(program, in: "project/.cursor/mcp.json")
        let found = surroundings.examination(workingFolder: "\(surroundings.home)/project").hosts()
        #expect(found["host-entry"]?.state == .skipped, "\(found)")
        #expect(access("\(surroundings.home)/touched", F_OK) != 0)
    }

    @Test func `a host whose file cannot be read is named`() async throws {
        try surroundings.write("{nonsense", to: ".cursor/mcp.json")
        let found = surroundings.examination().hosts()
        #expect(found.contains { $0.state == .warning && $0.seen.contains("~/.cursor/mcp.json of Cursor") }, "\(found)")
    }

    // MARK: - The key

    @Test func `the key of the configuration folder counts where no variable names one`() throws {
        let files = try #require(KeyFiles(environment: ["HOME": surroundings.home]))
        #expect(files.variables(besides: [:]).isEmpty)
        try surroundings.write("pass show quo\n", to: ".config/quo-mcp/key-command")
        #expect(files.variables(besides: [:]) == ["QUO_API_KEY_COMMAND": "pass show quo"])
        #expect(files.variables(besides: ["QUO_API_KEY": "key"]).isEmpty)
        #expect(files.variables(besides: ["QUO_API_KEY": "${QUO_API_KEY}"]).count == 1)
        chmod(files.command, 0o622)
        #expect(files.variables(besides: [:]).isEmpty, "others could say what is run")
        try surroundings.write("key\n", to: ".config/quo-mcp/key")
        #expect(files.variables(besides: [:]) == ["QUO_API_KEY_FILE": files.key])
    }
}

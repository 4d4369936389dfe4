import TestSupport
import Testing

@testable import quo_mcp

/// What a person is told who typed a command line wrong.
@Suite struct UsageTests {
    @Test(arguments: [
        (["aprove"], "unknown command aprove; did you mean approve?"),
        (["--toolset", "core"], "unknown option --toolset; did you mean --toolsets?"),
        (["--frobnicate"], "unknown option --frobnicate"),
        (["tools", "--toolsets", "cor"], "unknown --toolsets name cor; did you mean core?"),
        (["tools", "--toolsets", "core, send_mesage"], "did you mean send_message?"),
        (["tools", "--exclude-tools", "core"], "unknown --exclude-tools name core; quo-mcp tools lists what is known"),
        (["tools", "find_contact"], "unknown tool find_contact; did you mean find_contacts?"),
        (["call", "whoam"], "unknown tool whoam; did you mean whoami?"),
        (["audit", "--event", "approve"], "unknown --event name approve; did you mean approved?"),
        (["audit", "--event", "frob"], "unknown --event name frob"),
        (["audit", "--tool", "send-mesage"], "did you mean send_message?"),
        (["install", "curser"], "unknown host curser; did you mean cursor?"),
        (["install", "cursor", "--profile", "gaurded"], "unknown --profile name gaurded; did you mean guarded?"),
        (["install", "cursor", "--sandbox", "--toolsets", "nope"], "unknown --toolsets name nope"),
    ])
    func `an unknown name is refused with the nearest that is known`(words: [String], expected: String) throws {
        let error = #expect(throws: UsageError.self) { try Invocation(parsing: words) }
        #expect(error?.message.contains(expected) == true, "\(String(describing: error))")
    }

    @Test(arguments: ["core", "core, send_message,tasks", "all", "whoami", ""])
    func `toolsets and tools can be chosen together`(names: String) throws {
        #expect(throws: Never.self) { try Invocation(parsing: ["tools", "--toolsets", names]) }
    }

    @Test(arguments: AuditRequest.events) func `every event of the audit can be asked for`(event: String) throws {
        #expect(throws: Never.self) { try Invocation(parsing: ["audit", "--event", event]) }
    }

    @Test(arguments: [
        ["call", "whoami", "{"], ["call", "whoami", "[]"], ["call", "whoam"], ["tools", "whoam"],
        ["tools", "--toolsets", "cor"], ["audit", "--event", "frob"], ["optout", "add", "one"],
        ["optout", "remove", "one"], ["webhook", "send", "message.recieved", "http://127.0.0.1:4114/quo"],
        ["webhook", "send", "message.received", "https://example.com/quo"], ["listen", "--listen", "4114"],
    ])
    func `a wrong command line ends with 2 and says why`(words: [String]) throws {
        let result = try Program().run(["--sandbox"] + words)
        #expect(result.status == 2 && !result.errors.isEmpty, "\(result)")
    }

    @Test func `a path may begin with the home folder, in an option as in a variable`() throws {
        let program = try Program()
        let key = try program.folder.write("a-key", to: "key")
        let entry = try program.run("install", "zed", "--print", "--key-file", "~/key")
        #expect(entry.status == 0 && entry.output.contains("\"\(key)\""), "\(entry)")
        let variable = try program.run("install", "zed", "--print", environment: ["QUO_API_KEY_FILE": "~/key"])
        #expect(variable.status == 0 && variable.output.contains("\"\(key)\""), "\(variable)")
        _ = try program.folder.write(#"{"readOnly": true}"#, to: "policy.json")
        let policy = try program.run("config", "--config", "~/policy.json", environment: ["QUO_MCP_STATE": "~/state"])
        #expect(policy.status == 0 && policy.output.contains("\(program.folder.path)/policy.json"), "\(policy)")
        let state = try program.run("audit", environment: ["QUO_MCP_STATE": "~/state"])
        #expect(state.status == 0, "\(state)")
    }

    @Test(arguments: CommandDescription.all) func `the help of a command tells it and its options, and no others`(
        command: CommandDescription
    ) throws {
        #expect(try Invocation(parsing: [command.name, "--help"]).command == .help(command))
        #expect(try Invocation(parsing: ["help", command.name]).command == .help(command))
        let text = help(of: command)
        for option in OptionDescription.all where !["--sandbox", "--help"].contains(option.name) {
            let isListed = text.split(separator: "\n").contains { "\($0) ".hasPrefix("  \(option.name) ") }
            #expect(isListed == command.options.contains(option.name), "\(option.name)")
        }
        #expect(text.contains("quo-mcp [--sandbox] \(command.name)") && text.hasSuffix("quo-mcp --help tells all."))
    }

    @Test func `the help of no command is of all, and of none that there is refused`() throws {
        for words in [["--help"], ["help"], ["-h"]] {
            #expect(try Invocation(parsing: words).command == .help(nil))
        }
        let error = #expect(throws: UsageError.self) { try Invocation(parsing: ["help", "aprove"]) }
        #expect(error?.message.contains("did you mean approve?") == true)
    }

    @Test func `a server goes on without a toolset that it does not know, and names the nearest`() throws {
        let result = try Program().run("serve", "--sandbox", "--toolsets", "cor")
        #expect(result.status == 0 && result.errors.contains("did you mean core?"), "\(result)")
    }

    @Test func `the quiet hours are shown as the sandbox has them, with where that is from`() throws {
        func hours(_ words: String..., environment: [String: String] = [:], file: String = "{}") throws -> [String] {
            let program = try Program()
            let path = try program.folder.write(file, to: "settings.json")
            let result = try program.run(words + ["config", "--config", path], environment: environment)
            let line = result.output.split(separator: "\n").first { $0.contains("quietHours.enabled") }
            return (line ?? "").split(separator: " ").dropFirst().map(String.init)
        }
        #expect(try hours() == ["true", "default"])
        #expect(try hours("--sandbox") == ["false", "the", "sandbox"])
        #expect(try hours(environment: ["QUO_SANDBOX": "1"]) == ["false", "the", "sandbox"])
        #expect(try hours("--sandbox", environment: ["QUO_QUIET_HOURS": "09:00-17:00"]) == ["true", "QUO_QUIET_HOURS"])
        #expect(try hours("--sandbox", file: #"{"quietHours": {"from": "09:00"}}"#) == ["true", "default"])
    }

    @Test func `a zone that is none is told where the policy is shown`() throws {
        let result = try Program().run("config", environment: ["QUO_TIME_ZONE": "Mars/X"])
        #expect(result.status == 1 && result.errors.contains("QUO_TIME_ZONE"), "\(result)")
        #expect(result.errors.contains("Mars/X"), "\(result.errors)")
    }

    @Test(arguments: [
        (["QUO_TOOLSETS": "core,taks"], "{}"), (["QUO_TOOL_LIMIT": "0"], "{}"), (["QUO_TIME_ZONE": "Mars/X"], "{}"),
        ([:], #"{"toolsets": ["taks"]}"#), (["QUO_TOOLSETS": "core"], #"{"toolsets": ["taks"]}"#),
        ([:], #"{"timeZone": "Mars/X"}"#), (["QUO_TIME_ZONE": "UTC"], #"{"timeZone": "Mars/X"}"#),
    ])
    func `a fault in a setting lets a call in the terminal change nothing`(
        environment: [String: String], file: String
    ) throws {
        let program = try Program()
        let path = try program.folder.write(file, to: "settings.json")
        let result = try program.run(
            ["--sandbox", "--config", path, "call", "delete_contact", #"{"contact": "Daniel Park"}"#],
            environment: environment)
        #expect(result.status == 1 && result.output.contains(#""rule": "policy""#), "\(result)")
        #expect(result.errors.contains("nothing is sent or changed"), "\(result.errors)")
    }

    @Test func `a call in the terminal reaches what is not offered to agents, but nothing that is excluded`() throws {
        let program = try Program()
        let few = try program.run("--sandbox", "call", "list_webhooks", environment: ["QUO_TOOL_LIMIT": "1"])
        #expect(few.status == 0 && few.errors.isEmpty, "\(few)")
        let none = try program.run(
            "--sandbox", "call", "list_webhooks", environment: ["QUO_EXCLUDE_TOOLS": "list_webhooks"])
        #expect(none.status == 1, "\(none)")
    }
}

import JSON
import TestSupport
import Testing

@testable import quo_mcp

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// `quo-mcp contract diff` as a person and a program run it.
@Suite struct ContractCommandTests {
    private static let schemas: String? = #filePath.firstRange(of: "/Tests/QuoServerTests").map {
        #filePath[..<$0.lowerBound] + "/schemas"
    }

    /// The first version's contract with one part replaced by another.
    private func contract(_ part: String = "", _ other: String = "") throws -> String {
        let schemas = try #require(Self.schemas)
        let file = try #require(fopen(schemas + "/quo-v1.openapi.json", "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = try JSONValue(parsing: Array(bytes[..<count])).text()
        if part.isEmpty { return text }
        let place = try #require(text.firstRange(of: part), "\(part) is not in the contract")
        return text[..<place.lowerBound] + other + text[place.upperBound...]
    }

    /// The contract without one operation, and with another that is new.
    private func changedContract() throws -> String {
        try contract(#""/v1/users/{userId}":"#, #""/v1/staff/{userId}":"#)
    }

    // MARK: The command line

    @Test func `a file is compared, for a person or for a program`() throws {
        #expect(
            try Invocation(parsing: ["contract", "diff", "a.json"]).command
                == .contractDiff(file: "a.json", isJSON: false))
        for words in [
            ["contract", "diff", "a.json", "--json"], ["--json", "contract", "diff", "a.json"],
            ["contract", "--json", "diff", "a.json"],
        ] {
            #expect(try Invocation(parsing: words).command == .contractDiff(file: "a.json", isJSON: true))
        }
        #expect(
            try Invocation(parsing: ["contract", "diff", "diff"]).command == .contractDiff(file: "diff", isJSON: false))
    }

    @Test(arguments: [
        (["contract"], "contract needs diff FILE"), (["contract", "diff"], "contract needs diff FILE"),
        (["contract", "a.json"], "contract needs diff FILE"),
        (["contract", "show", "a.json"], "contract needs diff FILE"),
        (["contract", "diff", "a.json", "b.json"], "unexpected argument b.json"),
        (["contract", "diff", "a.json", "--legacy"], "--legacy goes with webhook only"),
        (["contract", "diff", "a.json", "--config", "x"], "--config goes with"),
        (["contract", "diff", "a.json", "--yaml"], "unknown option --yaml"),
    ])
    func `anything else is a mistake in the command line`(words: [String], message: String) throws {
        let error = #expect(throws: UsageError.self) { try Invocation(parsing: words) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a mistake in the command line ends with 2`() throws {
        let result = try Program().run("contract", "diff")
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.errors == "quo-mcp: contract needs diff FILE; see quo-mcp --help\n")
    }

    // MARK: What it says

    @Test func `no difference ends with 0`() throws {
        let program = try Program()
        let file = try program.folder.write(try contract(), to: "contract.json")
        let told = try program.run("contract", "diff", file)
        #expect(told.status == 0)
        #expect(told.output == "0 differences, 43 operations compared\n")
        #expect(told.errors.isEmpty)
        let json = try program.run("contract", "diff", "--json", file)
        #expect(json.status == 0 && json.errors.isEmpty)
        #expect(
            try JSONValue(parsing: Array(json.output.utf8)) == ["compared": 43, "differences": [], "warnings": []])
    }

    @Test func `differences end with 1 and are told by operation`() throws {
        let program = try Program()
        let file = try program.folder.write(try changedContract(), to: "contract.json")
        let told = try program.run("contract", "diff", file)
        #expect(told.status == 1)
        #expect(
            told.output == """
                GET /v1/users/{userId}
                  operation removed
                GET /v1/staff/{userId}
                  operation added
                2 differences, 42 operations compared

                """)
        #expect(told.errors.isEmpty)
        let json = try program.run("contract", "diff", "--json", file)
        #expect(json.status == 1 && json.errors.isEmpty)
        #expect(
            try JSONValue(parsing: Array(json.output.utf8))["differences"] == [
                ["operation": "GET /v1/users/{userId}", "place": "", "change": "operation removed"],
                ["operation": "GET /v1/staff/{userId}", "place": "", "change": "operation added"],
            ])
    }

    @Test func `the published flaw, a text where examples wants a list, is told and changes nothing`() throws {
        let program = try Program()
        let flawed = try contract(
            #""minimum":1,"maximum":100,"default":50}"#, #""examples":"50","minimum":1,"maximum":100,"default":50}"#)
        let file = try program.folder.write(flawed, to: "contract.json")
        let told = try program.run("contract", "diff", file)
        #expect(told.status == 0)
        #expect(told.output == "0 differences, 43 operations compared\n")
        #expect(told.errors.hasPrefix("quo-mcp: warning: #/paths/"), "\(told.errors)")
        #expect(told.errors.hasSuffix("/schema/examples: must be a list, and is of the type string\n"))
        #expect(told.errors.split(separator: "\n").count == 1)
        let json = try program.run("contract", "diff", "--json", file)
        #expect(json.status == 0 && json.errors.isEmpty)
        let warnings = try JSONValue(parsing: Array(json.output.utf8))["warnings"]?.arrayValue ?? []
        #expect(warnings.count == 1)
        #expect(warnings[0].stringValue?.contains("must be a list") == true)
    }

    @Test func `what cannot be compared ends with 1`() throws {
        let program = try Program()
        let broken = try contract(
            ##"schema":{"$ref":"#/components/schemas/NewMessage"}"##, ##"schema":{"$ref":"#/no"}"##)
        let told = try program.run("contract", "diff", try program.folder.write(broken, to: "contract.json"))
        #expect(told.status == 1 && told.errors.isEmpty)
        #expect(told.output.contains("  body: could not be compared: #/paths/"), "\(told.output)")
        #expect(told.output.hasSuffix("1 difference, 43 operations compared\n"))
    }

    @Test(arguments: [
        ("", "not JSON"), ("openapi: 3.1.0", "not JSON"), ("[]", "not an OpenAPI 3 document"),
        (#"{"openapi":"2.0","paths":{}}"#, "not an OpenAPI 3 document"),
        (#"{"openapi":"3.1.0"}"#, "not an OpenAPI document"),
        (#"{"openapi":"3.1.0","paths":{}}"#, "there is nothing to compare"),
    ])
    func `a file that is no such document ends with 2`(text: String, reason: String) throws {
        let program = try Program()
        let file = try program.folder.write(text, to: "contract.json")
        for words in [["contract", "diff", file], ["contract", "diff", file, "--json"]] {
            let result =
                try words.count == 3
                ? program.run(words[0], words[1], words[2]) : program.run(words[0], words[1], words[2], words[3])
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(result.errors.hasPrefix("quo-mcp: \(file): \(reason)"), "\(result.errors)")
        }
    }

    @Test func `a file that cannot be read ends with 2, whatever its name`() throws {
        let program = try Program()
        let pipe = "\(program.folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, reason) in [
            ("\(program.folder.path)/none", "No such file"), (program.folder.path, "Is a directory"),
            (pipe, "not JSON"),
        ] {
            let result = try program.run("contract", "diff", path)
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(result.errors.contains(reason), "\(result.errors)")
        }
        let steering = try program.run("contract", "diff", "/none\u{1B}[2J\nsecond")
        #expect(steering.status == 2 && !steering.errors.contains("\u{1B}"))
        #expect(steering.errors.split(separator: "\n").count == 1)
    }

    @Test func `what a document says cannot steer the terminal`() throws {
        let program = try Program()
        let text = try contract(#""/v1/users/{userId}":"#, ##""/v1/\u001b[2J\u202estaff":"##)
        let told = try program.run("contract", "diff", try program.folder.write(text, to: "contract.json"))
        #expect(told.status == 1)
        #expect(!told.output.contains("\u{1B}") && !told.output.contains("\u{202E}"), "\(told.output)")
    }
}

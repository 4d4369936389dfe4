import Configuration
import JSON
import OpenAPI
import Testing

struct FaultTests {
    /// A file and everything that is wrong with it.
    static let files: [(String, [String])] = [
        (#"{"profil": "read-only"}"#, ["profil is not known; did you mean profile?"]),
        (
            #"{"budgets": {"sends_per_day": 1}}"#,
            ["budgets.sends_per_day is not known; did you mean budgets.sendsPerDay?"]
        ),
        (#"{"sendsPerDay": 1}"#, ["sendsPerDay is not known; did you mean budgets.sendsPerDay?"]),
        (#"{"quietHours": {"form": "09:00"}}"#, ["quietHours.form is not known; did you mean quietHours.from?"]),
        (
            #"{"audit": {"colour": 1}}"#,
            ["audit.colour is not known; known here are clearText, keepDays"]
        ),
        (#"{"recipients": []}"#, ["recipients must be an object, not a list"]),
        (#"{"recipients": null}"#, ["recipients must be an object, not null"]),
        (
            #"{"overrides": {"risks": {"read": "deny"}}}"#,
            ["overrides.risks.read is not known; known here are write, send, destructive, exposing"]
        ),
        (#"[]"#, ["must hold a JSON object, not a list"]), (#"{"$schema": 1}"#, ["$schema must be a text, not 1"]),
        (
            #"{"profile": "open"}"#,
            [#"profile must be one of "read-only", "guarded", "reply-only", "unattended", not "open""#]
        ),
        (
            #"{"budgets": {"sendsPerDay": "200"}}"#,
            [#"budgets.sendsPerDay must be a whole number from 0 to 1000000, not "200""#]
        ),
        (
            #"{"recipients": {"allow": ["+1614", "614"]}}"#,
            [
                #"recipients.allow[1] must be a number like "+16145550123" or a prefix like "+1614" or "+1614555*", not "614""#
            ]
        ),
        (#"{"overrides": {"tools": {"Send": "deny"}}}"#, ["overrides.tools.Send is not the name of a tool"]),
        (
            #"{"overrides": {"tools": {"send_message": "never"}}}"#,
            [#"overrides.tools.send_message must be one of "allow", "approve", "deny", not "never""#]
        ),
        (
            #"{"profil": "guarded", "readOnly": "no", "audit": {"keepDays": 0}}"#,
            [
                "profil is not known; did you mean profile?", #"readOnly must be true or false, not "no""#,
                "audit.keepDays must be a whole number from 1 to 36500, not 0",
            ]
        ),
    ]

    @Test(arguments: files) func `the reader names everything that is wrong`(text: String, expected: [String]) throws {
        #expect(try faults(text) == expected)
    }

    @Test(arguments: files) func `the schema refuses what the reader refuses`(text: String, expected: [String]) throws {
        #expect(SchemaValidator(ConfigurationSchema.json).faults(in: try JSONValue(parsing: text)) != [])
    }

    @Test(arguments: [
        ("{\n  // mine\n}", "line 2, column 3: a member's name must be a string, at: // mine; JSON has no comments"),
        (
            "{\"profile\": \"guarded\",\n \"profile\": \"unattended\"}",
            "line 2, column 2: a member's name occurs twice, at: \"profile\": \"unattended\"}"
        ), ("", "line 1, column 1: the text ends where a value should be"),
        (
            "{\"readOnly\": true,}",
            "line 1, column 19: a member's name must be a string, at: }; is there a comma too many before it?"
        ), ("{\"a\": tru}", "line 1, column 7: an unknown word, at: tru}"),
    ])
    func `text that is not JSON is an error with its place`(text: String, expected: String) throws {
        #expect(try faults(text) == ["is not JSON: \(expected)"])
    }

    @Test func `faults of the file and of variables are told together, one a line`() throws {
        let folder = try Folder()
        let file = try folder.write(#"{"readOnly": 1}"#)
        let error = #expect(throws: ConfigurationError.self) {
            try Policy.load(file: file, environment: ["QUO_PROFILE": "open", "QUO_READONLY": "1"])
        }
        #expect(
            error?.description == """
                \(file): readOnly must be true or false, not 1.
                QUO_PROFILE must be one of "read-only", "guarded", "reply-only", "unattended", not "open".
                QUO_READONLY is not known; did you mean QUO_READ_ONLY?
                """)
    }

    @Test func `variables of other purposes are left alone`() throws {
        let names = [
            "QUO_API_KEY", "QUO_API_KEY_FILE", "QUO_API_KEY_COMMAND", "QUO_BASE_URL", "QUO_SANDBOX", "QUO_MCP_STATE",
            "QUO_READ_ONLY_X_Y_Z", "QUO_GATEWAY", "PROFILE", "QUOTA_PROFILE",
        ]
        #expect(try faults(environment: Dictionary(uniqueKeysWithValues: names.map { ($0, "x") })) == [])
    }

    @Test func `what does not show in a value is escaped in the message`() throws {
        #expect(try faults("{\"profile\": \"guarded\u{202E}\"}").first?.hasSuffix(#"not "guarded\u{202e}""#) == true)
        #expect(try faults("{\"pro\u{200B}filexyz\": 1}").first?.hasPrefix(#"pro\u{200b}filexyz is not known"#) == true)
        let found = try faults(environment: ["QUO_PROFILE\u{202E}": "guarded"])
        #expect(found == [#"QUO_PROFILE\u{202e} is not known; did you mean QUO_PROFILE?"#])
    }
}

struct RuleTests {
    static let needsRecipients = "which needs recipients.allow to name whom texts may reach without a person"
    /// Files that are right value by value.
    static let unbounded: [(String, String)] = [
        (#"{"profile": "unattended"}"#, #"profile is "unattended", \#(needsRecipients)"#),
        (#"{"profile": "unattended", "recipients": {"allow": []}}"#, #"profile is "unattended", \#(needsRecipients)"#),
        (#"{"profile": "unattended", "readOnly": true}"#, #"profile is "unattended", \#(needsRecipients)"#),
        (
            #"{"profile": "unattended", "overrides": {"risks": {"send": "approve"}}}"#,
            #"profile is "unattended", \#(needsRecipients)"#
        ),
        (
            #"{"overrides": {"risks": {"send": "allow"}}, "recipients": {"deny": ["+1900"]}}"#,
            #"overrides.risks.send is "allow", \#(needsRecipients)"#
        ),
    ]
    static let bounded = [
        #"{"profile": "unattended", "recipients": {"allow": ["+1614"]}}"#,
        #"{"overrides": {"risks": {"send": "allow"}}, "recipients": {"allow": ["+1614"]}}"#,
        #"{"profile": "reply-only", "overrides": {"risks": {"send": "allow"}}}"#,
        #"{"overrides": {"risks": {"send": "deny"}}}"#, #"{"$schema": "config.schema.json"}"#,
    ]

    @Test(arguments: unbounded) func `sends without a person need an allow-list`(text: String, expected: String) throws
    {
        #expect(try faults(text) == [expected])
        #expect(SchemaValidator(ConfigurationSchema.json).faults(in: try JSONValue(parsing: text)) != [])
    }

    @Test(arguments: bounded) func `what bounds them is enough`(text: String) throws {
        #expect(try faults(text) == [])
        #expect(SchemaValidator(ConfigurationSchema.json).faults(in: try JSONValue(parsing: text)) == [])
    }

    @Test func `a variable cannot lift the bounds either`() throws {
        #expect(
            try faults(environment: ["QUO_PROFILE": "unattended"]) == [
                #"QUO_PROFILE is "unattended", \#(Self.needsRecipients)"#
            ])
        let replies = #"{"profile": "reply-only", "overrides": {"risks": {"send": "allow"}}}"#
        #expect(
            try faults(replies, environment: ["QUO_PROFILE": "guarded"]) == [
                #"overrides.risks.send is "allow", \#(Self.needsRecipients)"#
            ])
        let listed = #"{"recipients": {"allow": ["+1614"]}}"#
        #expect(try policy(listed, environment: ["QUO_PROFILE": "unattended"]).profile == .unattended)
    }

    @Test func `a fault in the allow-list is not told twice`() throws {
        #expect(try faults(#"{"profile": "unattended", "recipients": {"allow": ["614"]}}"#).count == 1)
        #expect(try faults(#"{"profile": "unattended", "recipients": 1}"#).count == 1)
        #expect(try faults("no", environment: ["QUO_PROFILE": "unattended"]).count == 1)
    }

    @Test(arguments: [
        (#"{"quietHours": {"from": "21:00", "to": "08:00"}}"#, "quietHours.to leaves no time from 21:00 to 08:00"),
        (#"{"quietHours": {"from": "21:00"}}"#, "quietHours.from leaves no time from 21:00 to 21:00"),
        (#"{"quietHours": {"to": "08:00"}}"#, "quietHours.to leaves no time from 08:00 to 08:00"),
    ])
    func `hours that name the night instead of the day are refused`(text: String, expected: String) throws {
        let found = try faults(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func `names are held to those that there are, where these are known`() throws {
        let names = KnownNames(toolsets: ["core", "messages"], tools: ["send_message", "list_contacts"])
        let text = """
            {"toolsets": ["core", "mesages"], "tools": ["list_contact"], "excludeTools": ["send_message", "xyz"],
             "overrides": {"tools": {"send_mesage": "deny"}}}
            """
        #expect(try faults(text) == [])
        #expect(
            try faults(text, names: names) == [
                "toolsets names mesages, which is not a toolset; did you mean messages?",
                "tools names list_contact, which is not a tool; did you mean list_contacts?",
                "excludeTools names xyz, which is not a tool; quo-mcp tools lists what there is",
                "overrides.tools names send_mesage, which is not a tool; did you mean send_message?",
            ])
    }
}

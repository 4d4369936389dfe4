import JSON
import OpenAPI
import Testing
import tool_generator

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A contract of a few operations that shows every way in which one becomes a tool.
private enum Sample {
    static let contract = ##"""
        {"openapi":"3.1.0","paths":{
          "/v1/notes":{
            "get":{"operationId":"listNotes_v1","summary":"List notes","parameters":[
              {"name":"pageToken","in":"query","description":"Page.","schema":{"type":"string"}},
              {"name":"maxResults","in":"query","required":true,"schema":{"type":"integer","maximum":50,"default":10}},
              {"name":"inboxId","in":"query","required":true,"schema":{"$ref":"#/components/schemas/Inbox"}},
              {"name":"since","in":"query","schema":{"type":"string","format":"date-time"}}],
              "responses":{"200":{"content":{"application/json":{"schema":{"type":"object","properties":{
                "data":{"type":"array","items":{"$ref":"#/components/schemas/Note"}},
                "nextPageToken":{"type":["string","null"]}},"required":["data"]}}}},
                "404":{"content":{"application/json":{"schema":{"allOf":[{"properties":{"code":{"type":"string"}}}],
                  "properties":{"code":{"const":"0100404"},"title":{"const":"Not \"Found\"#"}}}}}},
                "500":{"description":"No code"}}},
            "post":{"operationId":"createNote_v1","requestBody":{"required":true,"content":{"application/json":{"schema":{
              "type":"object","required":["fields","text"],"properties":{
                "text":{"type":"string","maxLength":20,"description":"The \"text\"#."},
                "fields":{"type":"object","required":["name"],"properties":{
                  "name":{"type":["string","null"]},"phones":{"type":"array","items":{"type":"object"}}}},
                "kind":{"type":"string","enum":["a","b"],"default":"a"}}}}}},
              "responses":{"201":{"content":{"application/json":{"schema":{"type":"object","properties":{
                "data":{"$ref":"#/components/schemas/Note"}}}}}}}}},
          "/v1/notes/{id}":{
            "get":{"operationId":"getNote_v1","parameters":[
              {"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
              "responses":{"200":{"content":{"application/json":{"schema":{"type":"object","properties":{
                "data":{"$ref":"#/components/schemas/Note"}}}}}}}},
            "delete":{"operationId":"deleteNote_v1","parameters":[
              {"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
              "responses":{"204":{"description":"Gone"}}}}},
         "components":{"schemas":{
           "Inbox":{"type":"string","title":"Inbox","description":"An inbox.","pattern":"^PN(.*)$","examples":["PN1"]},
           "Note":{"type":"object","required":["id","label","key"],"properties":{"id":{"type":"string"},
             "label":{"type":["string","null"]},"size":{"type":"integer"},"key":{"type":"string"},
             "tags":{"type":["array","null"],"items":{"type":"string"}},"value":{"type":["string","number"]}}}}}}
        """##

    static let catalog = ##"""
        {"toolsets":{"core":"Notes."},"tools":{
          "listNotes_v1":{"name":"list_notes","title":"List notes","toolset":"core","risk":"read","idempotent":true,
            "description":"Notes.","parameters":{"since":{"hidden":"Misleading."},
              "inboxId":{"description":"Where.","example":"PN2"}}},
          "createNote_v1":{"name":"create_note","title":"Create a note","toolset":"core","risk":"send","idempotent":false,
            "description":"Makes one.","parameters":{
              "name":{"field":"fields.name","example":"Ana"},
              "phones":{"field":"fields.phones","form":"labelled","description":"Label: number."}},
            "additional":{"dry":{"type":"array","items":"string","description":"Only try.","example":["x"]}}},
          "getNote_v1":{"name":"get_note","title":"Get a note","toolset":"core","risk":"read","idempotent":true,
            "description":"One note.","parameters":{}},
          "deleteNote_v1":{"name":"delete_note","title":"Delete a note","toolset":"core","risk":"destructive",
            "idempotent":true,"description":"Deletes one.","parameters":{}}}}
        """##

    /// A tool that is composed of several requests, as a member of an object.
    static let composed = ##"""
        "tidy_notes":{"title":"Tidy notes","toolset":"core","risk":"destructive","idempotent":true,"outside":true,
          "description":"Tidies.","arguments":{
            "since":{"type":"string","description":"From when."},
            "who":{"type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"},"description":"Whose.",
              "required":true,"example":["Ana"]},
            "words":{"type":"string","minLength":0,"description":"Any."}},
          "answer":{"properties":{"tidied":{"type":"integer"}},"required":["tidied"]}}
        """##

    /// The catalog with composed tools in it.
    static func composing(_ tools: String) -> String {
        catalog.replacing(##"{"toolsets""##, with: ##"{"composed":{\##(tools)},"toolsets""##)
    }

    static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    static func plans() throws -> [String: ToolPlan] {
        let plans = try ToolPlan.plans(for: Document(json(contract)), catalog: ToolCatalog(json(catalog)))
        return Dictionary(uniqueKeysWithValues: plans.map { ($0.name, $0) })
    }

    /// The faults after each text in the catalog or the contract was replaced by another.
    static func faults(
        replacing old: String, with new: String, inContract isContract: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String] {
        let text = isContract ? contract : catalog
        try #require(text.contains(old), sourceLocation: sourceLocation)
        let changed = try json(text.replacing(old, with: new))
        let other = try json(isContract ? catalog : contract)
        do throws(GeneratorError) {
            _ = try Product.operations.text(
                contract: isContract ? changed : other, catalog: isContract ? other : changed)
            return []
        } catch { return error.faults }
    }
}

@Suite struct GeneratorTests {
    @Test func `a product that is the same already is not touched, so that nothing is compiled anew`() throws {
        var path = Array("/tmp/quo-mcp-generated-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        try #require(descriptor >= 0)
        close(descriptor)
        defer { unlink(path) }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        func modified() -> time_t {
            var status = stat()
            #if canImport(Darwin)
                return stat(path, &status) == 0 ? status.st_mtimespec.tv_sec : -1
            #else
                return stat(path, &status) == 0 ? status.st_mtim.tv_sec : -1
            #endif
        }
        try Files.save("let a = 1\n", to: name)
        let long = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
        try #require(utimes(path, long) == 0)
        try Files.save("let a = 1\n", to: name)
        #expect(modified() == 1)
        try Files.save("let a = 2\n", to: name)
        #expect(modified() > 1)
        #expect(try Files.read(name) == Array("let a = 2\n".utf8))
    }

    @Test func `a list's definition is host-safe and complete`() throws {
        let plan = try #require(try Sample.plans()["list_notes"])
        let expected = try Sample.json(
            #"""
            {"name":"list_notes","title":"List notes","description":"Notes.",
             "inputSchema":{"type":"object","properties":{"inboxId":{"type":"string","description":"Where."},
               "pageToken":{"type":"string","description":"Page."},"maxResults":{"type":"integer"}},"required":["inboxId"]},
             "outputSchema":{"type":"object","properties":{"data":{"type":"array","items":{"type":"object"}},
               "nextPageToken":{"type":"string"}},"required":["data"]},
             "annotations":{"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false}}
            """#)
        #expect(plan.definition.text() == expected.text())
    }

    @Test func `the full schema keeps patterns, limits and examples, and no prose`() throws {
        let plan = try #require(try Sample.plans()["list_notes"])
        let expected = try Sample.json(
            #"""
            {"type":"object","properties":{
              "inboxId":{"type":"string","pattern":"^PN(.*)$","examples":["PN2"]},"pageToken":{"type":"string"},
              "maxResults":{"type":"integer","maximum":50}},"required":["inboxId"],"additionalProperties":false}
            """#)
        #expect(plan.argumentSchema.text() == expected.text())
        #expect(plan.arguments.map(\.name) == ["inboxId", "pageToken", "maxResults"])
        #expect(plan.arguments.map(\.defaultValue) == [nil, nil, 10])
    }

    @Test func `members of the body are flattened, and what a form makes is text`() throws {
        let plan = try #require(try Sample.plans()["create_note"])
        #expect(plan.arguments.map(\.name) == ["text", "name", "phones", "kind", "dry"])
        #expect(
            plan.arguments.map(\.destination) == [
                .body(["text"], .plain), .body(["fields", "name"], .plain), .body(["fields", "phones"], .labelled),
                .body(["kind"], .plain), .server,
            ])
        let expected = try Sample.json(
            #"""
            {"type":"object","properties":{"text":{"type":"string","maxLength":20},
              "name":{"type":"string","examples":["Ana"]},
              "phones":{"type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"}},
              "kind":{"type":"string","enum":["a","b"]},
              "dry":{"type":"array","items":{"type":"string"},"examples":[["x"]]}},
             "required":["text","name"],"additionalProperties":false}
            """#)
        #expect(plan.argumentSchema.text() == expected.text())
        #expect(plan.definition["inputSchema"]?["properties"]?["text"]?["description"] == ##"The "text"#."##)
    }

    @Test func `a member of an optional object is optional`() throws {
        let contract = Sample.contract.replacing(##""required":["fields","text"]"##, with: ##""required":["text"]"##)
        let document = try Document(Sample.json(contract))
        let plans = try ToolPlan.plans(for: document, catalog: ToolCatalog(Sample.json(Sample.catalog)))
        let plan = try #require(plans.first { $0.name == "create_note" })
        #expect(plan.arguments.filter(\.isRequired).map(\.name) == ["text"])
    }

    @Test func `an answer is plain, without secrets, and promises no more than there is`() throws {
        let plans = try Sample.plans()
        let note = try Sample.json(
            #"""
            {"type":"object","properties":{"id":{"type":"string"},"label":{"type":"string"},"size":{"type":"integer"},
              "tags":{"type":"array","items":{"type":"string"}},"value":{}},"required":["id"]}
            """#)
        #expect(plans["get_note"]?.definition["outputSchema"]?.text() == note.text())
        let created = plans["create_note"]?.definition["outputSchema"]
        let performance = ["performed", "explanation", "rule", "status"]
        #expect(
            created?["properties"]?.objectValue?.names == performance + ["id", "label", "size", "tags", "value"])
        #expect(created?["required"] == nil)
        let deleted = plans["delete_note"]?.definition["outputSchema"]
        #expect(deleted?["properties"]?.objectValue?.names == performance + ["id"])
    }

    @Test(arguments: [
        ("list_notes", true, false, true, false), ("create_note", false, true, false, true),
        ("delete_note", false, true, true, false),
    ])
    func `hints follow the risk`(
        name: String, isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool, isOpenWorld: Bool
    ) throws {
        let annotations: JSONValue = [
            "readOnlyHint": .bool(isReadOnly), "destructiveHint": .bool(isDestructive),
            "idempotentHint": .bool(isIdempotent), "openWorldHint": .bool(isOpenWorld),
        ]
        #expect(try Sample.plans()[name]?.definition["annotations"] == annotations)
    }

    @Test func `operations become Swift`() throws {
        let text = try Product.operations.text(
            contract: Sample.json(Sample.contract), catalog: Sample.json(Sample.catalog))
        for line in [
            "extension ReadOperation {", "extension WriteOperation {",
            "    package static let listNotes: ReadOperation = ReadOperation(",
            ##"            id: "listNotes_v1", version: .v1, method: .get, path: #"/v1/notes"#,"##,
            ##"                Operation.Parameter(name: #"inboxId"#, location: .query, isRequired: true, isArray: false, schema: #"{"type":"string","pattern":"^PN(.*)$","examples":["PN1"]}"#),"##,
            ###"                Operation.DocumentedError(status: 404, code: #"0100404"#, title: ##"Not "Found"#"##),"###,
            "    package static let deleteNote: WriteOperation = WriteOperation(", "            successStatus: 204,",
            "            successSchema: nil,",
            """
                package static let all: [Operation] = [
                    ReadOperation.listNotes.operation,
                    WriteOperation.createNote.operation,
                    ReadOperation.getNote.operation,
                    WriteOperation.deleteNote.operation,
                ]
            """,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("status: 500"))
    }

    @Test func `an amended contract is generated as amended`() throws {
        let amended = Sample.contract
            .replacing(
                ##""maximum":50,"default":10"##,
                with: ##""maximum":50,"default":10,"x-amended":{"maximum":100,"default":null,"minimum":1}"##
            )
            .replacing(
                ##"{"const":"0100404"}"##,
                with: ##"{"const":"0100404","x-amended":{"const":null,"enum":["0100404","0101404"]}}"##
            )
            .replacing(
                ##"{"const":"Not \"Found\"#"}"##,
                with: ##"{"const":"","x-amended":{"const":null,"enum":["Not Found","Gone"]}}"##)
        try #require(amended != Sample.contract)
        let text = try Product.operations.text(contract: Sample.json(amended), catalog: Sample.json(Sample.catalog))
        #expect(text.contains(##"schema: #"{"type":"integer","maximum":100,"minimum":1}"#"##))
        #expect(text.contains(##"DocumentedError(status: 404, code: #"0100404"#, title: #"Not Found"#)"##))
        #expect(text.contains(##"DocumentedError(status: 404, code: #"0101404"#, title: #"Gone"#)"##))
        #expect(!text.contains("x-amended"))
    }

    @Test(
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), (#"{"a":1,"x-amended":{"a":2}}"#, #"{"a":2}"#),
            (#"{"a":1,"b":2,"x-amended":{"a":null,"c":{"d":3}}}"#, #"{"b":2,"c":{"d":3}}"#),
            (#"{"a":{"b":1,"c":2},"x-amended":{"a":{"b":null}}}"#, #"{"a":{"c":2}}"#),
            (#"{"a":[1,2],"x-amended":{"a":[3]}}"#, #"{"a":[3]}"#),
            (#"[{"a":{"b":1,"x-amended":{"b":2}},"x-amended":{"c":3}}]"#, #"[{"a":{"b":2},"c":3}]"#),
        ])
    func `an amendment is a merge patch of the object that it stands in`(text: String, expected: String) throws {
        #expect(try Amendments.applied(to: Sample.json(text)) == Sample.json(expected))
    }

    @Test func `an operation may have no tool, for a reason`() throws {
        let entry = ##""getNote_v1":{"name":"get_note""##
        let start = try #require(Sample.catalog.firstRange(of: entry)).lowerBound
        let end = try #require(Sample.catalog.firstRange(of: ##""deleteNote_v1""##)).lowerBound
        func catalog(_ withoutTool: String, dropsEntry: Bool) throws -> ToolCatalog {
            var text = Sample.catalog
            if dropsEntry { text.removeSubrange(start..<end) }
            return try ToolCatalog(
                Sample.json(text.replacing(##"{"toolsets""##, with: ##"{"withoutTool":\##(withoutTool),"toolsets""##)))
        }
        let document = try Document(Sample.json(Sample.contract))
        let plans = try ToolPlan.plans(
            for: document, catalog: catalog(##"{"getNote_v1":"Merged."}"##, dropsEntry: true))
        #expect(plans.map(\.name) == ["list_notes", "create_note", "delete_note"])
        for (withoutTool, dropsEntry, fault) in [
            ("{}", true, "operation getNote_v1 has no entry"),
            (##"{"getNote_v1":"Merged."}"##, false, "operation getNote_v1 has two entries"),
            (##"{"getMemo_v1":"Merged."}"##, false, "getMemo_v1 is no operation of the contract"),
        ] {
            let catalog = try catalog(withoutTool, dropsEntry: dropsEntry)
            let error = #expect(throws: GeneratorError.self) { try ToolPlan.plans(for: document, catalog: catalog) }
            #expect(error?.faults == ["schemas/tools.json: \(fault)"])
        }
        #expect(throws: GeneratorError.self) { try catalog(##"{"getNote_v1":""}"##, dropsEntry: true) }
    }

    @Test func `a parameter may have another name, and be a reference`() throws {
        let catalog = Sample.catalog.replacing(
            ##""inboxId":{"description":"Where.","example":"PN2"}"##,
            with: ##""inboxId":{"description":"Where.","example":"Main","rename":"inbox","reference":"line"}"##)
        try #require(catalog != Sample.catalog)
        let plans = try ToolPlan.plans(
            for: Document(Sample.json(Sample.contract)), catalog: ToolCatalog(Sample.json(catalog)))
        let plan = try #require(plans.first { $0.name == "list_notes" })
        let inbox = try #require(plan.arguments.first)
        #expect(inbox.name == "inbox" && inbox.isRequired && inbox.reference == .line)
        #expect(inbox.destination == .parameter("inboxId"))
        #expect(inbox.schema == ["type": "string", "pattern": #"\S"#, "examples": ["Main"]])
        let text = try Product.tools.text(contract: Sample.json(Sample.contract), catalog: Sample.json(catalog))
        let line = ##"Argument(name: #"inbox"#, destination: .parameter(#"inboxId"#), reference: .line),"##
        #expect(text.contains(line))
    }

    @Test func `a list of references keeps its limits and nothing else of the contract's schema`() throws {
        let contract = Sample.contract.replacing(
            ##"{"name":"since","in":"query","schema":{"type":"string","format":"date-time"}}"##,
            with: ##"{"name":"since","in":"query","schema":{"type":"array","minItems":1,"maxItems":4,"##
                + ##""items":{"type":"string","pattern":"^[0-9]+$"}}}"##)
        let catalog = Sample.catalog.replacing(
            ##""since":{"hidden":"Misleading."}"##, with: ##""since":{"description":"Who.","reference":"number"}"##)
        try #require(contract != Sample.contract && catalog != Sample.catalog)
        let plans = try ToolPlan.plans(for: Document(Sample.json(contract)), catalog: ToolCatalog(Sample.json(catalog)))
        let argument = try #require(plans.first?.arguments.first { $0.name == "since" })
        #expect(
            argument.schema == [
                "type": "array", "items": ["type": "string", "pattern": #"\S"#], "minItems": 1, "maxItems": 4,
            ])
    }

    @Test func `a tool with a shape takes the wish for all fields`() throws {
        let catalog = Sample.catalog.replacing(
            ##""description":"One note.""##, with: ##""description":"One note.","shape":"message""##)
        try #require(catalog != Sample.catalog)
        let plans = try ToolPlan.plans(
            for: Document(Sample.json(Sample.contract)), catalog: ToolCatalog(Sample.json(catalog)))
        let plan = try #require(plans.first { $0.name == "get_note" })
        #expect(plan.arguments.map(\.name) == ["id", "detail"])
        #expect(plan.arguments.last?.destination == .server)
        #expect(plan.arguments.last?.schema == ["type": "string", "enum": ["full"]])
        let answer: JSONValue = ["type": "object", "properties": ["id": ["type": "string"]], "required": ["id"]]
        #expect(plan.definition["outputSchema"] == answer)
        let text = try Product.tools.text(contract: Sample.json(Sample.contract), catalog: Sample.json(catalog))
        #expect(text.contains("        shape: .message,\n"))
    }

    @Test func `a composed tool is its own definition`() throws {
        let catalog = try ToolCatalog(Sample.json(Sample.composing(Sample.composed)))
        let plans = try ToolPlan.plans(for: Document(Sample.json(Sample.contract)), catalog: catalog)
        let plan = try #require(plans.first)
        #expect(plans.map(\.name) == ["tidy_notes", "list_notes", "create_note", "get_note", "delete_note"])
        #expect(plan.arguments.map(\.name) == ["who", "since", "words"])
        #expect(plan.arguments.map(\.destination) == [.server, .server, .server])
        let definition = try Sample.json(
            #"""
            {"name":"tidy_notes","title":"Tidy notes","description":"Tidies.",
             "inputSchema":{"type":"object","properties":{"who":{"type":"array","items":{"type":"string"},
               "description":"Whose."},"since":{"type":"string","description":"From when."},
               "words":{"type":"string","description":"Any."}},"required":["who"]},
             "outputSchema":{"type":"object","properties":{"tidied":{"type":"integer"}},"required":["tidied"]},
             "annotations":{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":true,"openWorldHint":true}}
            """#)
        #expect(plan.definition.text() == definition.text())
        let schema = try Sample.json(
            #"""
            {"type":"object","properties":{
              "who":{"type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"},"examples":[["Ana"]]},
              "since":{"type":"string","pattern":"\\S"},"words":{"type":"string","minLength":0}},
             "required":["who"],"additionalProperties":false}
            """#)
        #expect(plan.argumentSchema.text() == schema.text())
    }

    @Test func `composed tools become cases, apart by whether they change something`() throws {
        let reading = Sample.composed.replacing(##""risk":"destructive""##, with: ##""risk":"read""##)
            .replacing("tidy_notes", with: "count_notes")
        let catalog = try Sample.json(Sample.composing(Sample.composed + "," + reading))
        let text = try Product.tools.text(contract: Sample.json(Sample.contract), catalog: catalog)
        for line in [
            "    package static let tidyNotes: ToolDefinition = ToolDefinition(",
            "        action: .change(.tidyNotes, .destructive),", "        action: .answer(.countNotes),",
            ##"    case countNotes = #"count_notes"#"##, ##"    case tidyNotes = #"tidy_notes"#"##,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        let start = try #require(text.firstRange(of: "enum ChangingTool")).lowerBound
        #expect(text[..<start].contains("case countNotes") && !text[..<start].contains("case tidyNotes"))
    }

    @Test(arguments: [
        (#""risk":"destructive""#, #""risk":"bad""#, "tidy_notes.risk must be one of read, write, send"),
        (#""toolset":"core","#, #""toolset":"x","#, "tidy_notes is in an unknown toolset x"),
        (#""outside":true"#, #""outsiders":true"#, "tidy_notes has an unknown key outsiders"),
        (#""idempotent":true"#, #""idempotent":1"#, "tidy_notes.idempotent must be true or false"),
        (#""description":"Whose.","#, "", "tidy_notes.who.description must be a text on one line"),
        (#""example":["Ana"]"#, #""example":[]"#, "tidy_notes.who: the example"),
        (#""minLength":0"#, #""size":0"#, "tidy_notes.words: #/size: is not claimed"),
        (#"{"type":"integer"}"#, #"{"size":1}"#, "tidy_notes.answer: #/properties/tidied/size: is not claimed"),
        ("tidy_notes", "get_note", "two tools are called get_note"),
    ])
    func `a fault of a composed tool is named`(old: String, new: String, fault: String) throws {
        try #require(Sample.composed.contains(old))
        let catalog = try Sample.json(Sample.composing(Sample.composed.replacing(old, with: new)))
        let error = #expect(throws: GeneratorError.self) {
            try Product.tools.text(contract: Sample.json(Sample.contract), catalog: catalog)
        }
        #expect(
            error?.faults.contains { $0.hasPrefix("schemas/tools.json: \(fault)") } == true, "\(error?.faults ?? [])")
    }

    @Test func `tools become Swift`() throws {
        let text = try Product.tools.text(contract: Sample.json(Sample.contract), catalog: Sample.json(Sample.catalog))
        for line in [
            "    package static let createNote: ToolDefinition = ToolDefinition(",
            "        action: .write(.createNote, .send),", "        action: .read(.listNotes),",
            ##"            Argument(name: #"phones"#, destination: .body([#"fields"#, #"phones"#], .labelled)),"##,
            ##"            Argument(name: #"maxResults"#, destination: .parameter(#"maxResults"#), defaultValue: #"10"#),"##,
            ##"            Argument(name: #"dry"#, destination: .server),"##,
            ##"        (name: #"core"#, line: #"Notes."#),"##,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test(arguments: [
        (#"{"a":1}"#, ##"#"{"a":1}"#"##), (##"a"#b"##, ###"##"a"#b"##"###), (##"\(a)\#(b)"##, ###"##"\(a)\#(b)"##"###),
        ("", ##"#""#"##),
    ])
    func `a literal holds any text`(text: String, literal: String) {
        #expect(SwiftSource.literal(text) == literal)
    }

    @Test(arguments: [
        (
            #""getNote_v1":{"name":"get_note""#, #""getOther_v1":{"name":"get_note""#,
            "operation getNote_v1 has no entry"
        ),
        (
            #""getNote_v1":{"name":"get_note""#, #""getOther_v1":{"name":"get_note""#,
            "getOther_v1 is no operation of the contract"
        ),
        (#""name":"get_note""#, #""name":"list_notes""#, "two tools are called list_notes"),
        (#""since":{"#, #""sinse":{"#, "listNotes_v1: sinse is no parameter and no member of the body"),
        (#""fields.name""#, #""fields.nam""#, "createNote_v1: name: the field fields.nam is not in the body"),
        (#""field":"fields.name""#, #""field":"name""#, "createNote_v1: name: the field is not nested"),
        (#""hidden":"Misleading.""#, #""hiden":"Misleading.""#, "listNotes_v1.since has an unknown key hiden"),
        (
            #""example":"PN2""#, #""reference":"dog""#,
            "listNotes_v1.inboxId.reference must be one of line, member, contact, number"
        ),
        (#""example":"PN2""#, #""rename":"pageToken""#, "listNotes_v1: two arguments are called pageToken"),
        (
            #""description":"One note.""#, #""description":"One note.","shape":"note""#,
            "getNote_v1.shape must be one of call, contact, conversation, line, member, message"
        ),
        (#""idempotent":false"#, #""idempotent":"no""#, "createNote_v1.idempotent must be true or false"),
        (
            #""risk":"send""#, #""risk":"sending""#,
            "createNote_v1.risk must be one of read, write, send, destructive, exposing"
        ),
        (#""risk":"send""#, #""risk":"read""#, "createNote_v1 is a POST, which its risk read does not fit"),
        (#""labelled""#, #""labeled""#, "createNote_v1.phones.form must be labelled or keyed"),
        (#""form":"labelled","#, "", "create_note: phones is an array of something else than scalars"),
        (#""title":"Get a note""#, #""title":"Get\na note""#, "getNote_v1.title must be a text on one line"),
        (
            #""title":"Get a note","toolset":"core""#, #""title":"Get a note","toolset":"x""#,
            "getNote_v1 is in an unknown toolset x"
        ),
        (
            #""name":"get_note""#, #""name":"getNote""#,
            "getNote: the name must be snake_case of at most 40 characters [tool-name]"
        ),
        (
            #""example":"PN2""#, #""example":"US2""#,
            #"listNotes_v1: inboxId: the example must start with PN, unlike "US2""#
        ),
        (
            #""description":"Where.","example":"PN2""#, #""hidden":"Internal.""#,
            "listNotes_v1: inboxId is hidden, yet required and without a default"
        ),
        (
            #""description":"Where.""#, #""default":"US1""#,
            #"listNotes_v1: inboxId: the default must start with PN, unlike "US1""#
        ),
        (#""dry":{"#, #""text":{"#, "createNote_v1: two arguments are called text"),
        (
            #""dry":{"#, #""properties":{"#,
            "create_note.properties: no property may have this name [properties-property]"
        ),
        (
            #""phones":{"field""#, #""fields":{},"phones":{"field""#,
            "createNote_v1: fields has an entry, and so have its members"
        ),
    ])
    func `a fault of the catalog is named`(old: String, new: String, fault: String) throws {
        #expect(try Sample.faults(replacing: old, with: new).contains("schemas/tools.json: \(fault)"))
    }

    @Test(arguments: [
        (#""pattern":"^PN(.*)$""#, #""nullable":true"#, "listNotes_v1, inboxId: #/nullable: is not claimed"),
        (
            #""operationId":"getNote_v1""#, #""operationId":"get-note""#,
            "schemas/tools.json: operation get-note has no entry"
        ),
        ("#/components/schemas/Inbox", "#/components/schemas/Box", "names nothing"),
        (
            #""text":{"type":"string","maxLength":20"#, #""text":{"type":"object""#,
            "create_note: text is neither a scalar nor"
        ),
        (
            #""in":"query","description":"Page.""#, #""in":"header","description":"Page.""#,
            "pageToken travels in a header"
        ),
    ])
    func `a fault of the contract is named`(old: String, new: String, fault: String) throws {
        let faults = try Sample.faults(replacing: old, with: new, inContract: true)
        #expect(faults.contains { $0.contains(fault) })
    }

    @Test func `the same texts make the same Swift`() throws {
        let contract = try Sample.json(Sample.contract)
        let catalog = try Sample.json(Sample.catalog)
        for product in Product.allCases {
            let first = try product.text(contract: contract, catalog: catalog)
            #expect(try product.text(contract: contract, catalog: catalog) == first)
        }
    }

    @Test func `a document is served as it is written`() throws {
        let text = "# Say\n\n\"\"\"# ##\"\"\"\n\\#(x) \\\n    indented\n"
        let source = try DocumentsSource.text([(name: "say.txt", bytes: Array(text.utf8))])
        #expect(source.contains("###\"\"\"\n\(text)\n\"\"\"###"), "\(source)")
        #expect(source.contains(##"Document(name: #"say.txt"#"##))
    }

    @Test func `a document that is no text is refused`() {
        let error = #expect(throws: GeneratorError.self) {
            try DocumentsSource.text([(name: "bad.txt", bytes: [0x41, 0xFF])])
        }
        #expect(error?.faults == ["bad.txt is not UTF-8"])
    }
}

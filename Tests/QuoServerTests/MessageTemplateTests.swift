import JSON
import Testing

@testable import Directory
@testable import QuoServer

@Suite struct MessageTemplateTests {
    private static let ana = Person(
        [
            "id": "C1",
            "defaultFields": ["firstName": " Ana ", "lastName": "Silva", "company": "Bakery {role}", "role": nil],
            "customFields": [["key": "gate-code", "value": "42"], ["key": "Plan", "value": "go\u{200B}ld\nplated"]],
        ], region: nil)

    private static let recipient = Recipient(number: "+16145550101", contact: ana)

    @Test(arguments: [
        ("Hello", "Hello"), ("", ""), ("Hi {first_name}!", "Hi Ana!"), ("{First_Name} {last_name}", "Ana Silva"),
        ("{name}", "Ana Silva"), ("Code {gate-code}.", "Code 42."), ("{plan}", "gold plated"),
        ("{first_name}{last_name}", "AnaSilva"), ("a {} b", "a {} b"), ("{ { }", "{ { }"), ("{", "{"), ("}", "}"),
        ("{{first_name}}", "{Ana}"), ("{a,b}", "{a,b}"), ("1 { 2 {first_name", "1 { 2 {first_name"),
    ])
    func `places are filled with what is known, and other braces are words`(text: String, filled: String) throws {
        #expect(try MessageTemplate(text).filled(for: Self.recipient) == filled)
    }

    @Test func `what a place was filled with is not filled again`() throws {
        #expect(try MessageTemplate("{company}").filled(for: Self.recipient) == "Bakery {role}")
    }

    @Test(arguments: [
        ("{role}", "{role} is empty for Ana Silva"), ("Hi {surname}", "{surname} is no field"),
        ("Hi {surname}", "{gate-code}"), ("{first name}", "{first name} is no field"),
    ])
    func `a place that cannot be filled is a fault`(text: String, words: String) {
        let fault = #expect(throws: ArgumentFault.self) { try MessageTemplate(text).filled(for: Self.recipient) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test func `nobody is greeted whose name is not known`() throws {
        let stranger = Recipient(number: "+16145550199", contact: nil)
        #expect(try MessageTemplate("Hello").filled(for: stranger) == "Hello")
        let fault = #expect(throws: ArgumentFault.self) { try MessageTemplate("{first_name}").filled(for: stranger) }
        #expect(fault?.message.contains("cannot be filled for +16145550199, who is no contact") == true)
    }

    @Test func `each gets a text of their own`() async throws {
        let phone = try Phone(.sandbox)
        let arguments: JSONObject = [
            "from": "Main", "to": ["Maria Santos", "Terrence Wu"], "text": "Hello {first_name} of {company}",
        ]
        let form = await phone.client.call("send_messages", arguments).form
        #expect(
            form.contains("Hello Maria of Santos Catering") && form.contains("Hello Terrence of Riverside Yoga"),
            "\(form)")
        let result = await phone.client.call("send_messages", arguments, choosing: 1)
        #expect(result.structure["sent"] == 2, "\(result)")
        let again = await phone.client.call("send_messages", arguments)
        #expect(again.form.isEmpty && again.structure["sent"] != 2, "\(again)")
    }

    @Test func `a preview shows what each sending tool would send`() async throws {
        let phone = try Phone(.sandbox)
        for (to, text) in [(["Maria Santos"], "Hi Maria"), (["Maria Santos", "Terrence Wu"], "Hi Maria")] {
            let people = JSONValue.array(to.map { .string($0) })
            let preview = await phone.client.call(
                "preview_message", ["from": "Main", "to": people, "text": "Hi {first_name}"]
            ).structure
            #expect(preview["messages"]?[0]?["text"]?.stringValue == text, "\(preview)")
            let tool = try #require(preview["sendWith"]?.stringValue)
            let arguments: JSONObject = [
                "from": "Main", "to": to.count == 1 ? people[0] ?? .null : people, "text": "Hi {first_name}",
            ]
            #expect(await phone.client.call(tool, arguments).form.contains(text), "\(tool)")
        }
    }

    @Test(
        arguments: [
            (["text": "Hi {first_name}", "texts": ["a", "b"]], "- text: give either text or texts"),
            ([:], "- text: give either text or texts"),
            (["texts": ["a", "b", "c"]], "- texts: has 3 texts for 2 people"),
            (["text": "{role} of {company}"], "- to[1]: {role} is empty for Terrence Wu"),
            (["texts": ["Hello {first_name}", "{surname}"]], "- texts[1]: {surname} is no field"),
        ] as [(JSONObject, String)])
    func `texts that do not fit the people are faults, and nobody is asked`(
        texts: JSONObject, fault: String
    ) async throws {
        var arguments: JSONObject = ["from": "Main", "to": ["Maria Santos", "Terrence Wu"]]
        for member in texts { arguments[member.name] = member.value }
        let result = try await Phone(.sandbox).client.call("send_messages", arguments)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains(fault), "\(result.resultText)")
    }
}

import JSON

/// Plays an agent's session against the sandbox over real MCP, told as a story.
///
/// - Returns: The exit status; 1 where anything went otherwise than the story tells.
func playDemo() -> Int32 {
    do {
        let server = try ServerProcess(executable: try ServerProcess.ownExecutable(), arguments: ["--sandbox"])
        try Story(server: server).play()
        let status = server.stop()
        Output.line("\nThe host closes the connection, and the server exits with \(status).")
        return status
    } catch let error as ServerProcessError {
        Output.log("the demo failed: \(error.message)")
        return 1
    } catch {
        Output.log("the demo failed: \(error)")
        return 1
    }
}

/// What an agent and its user do with the phone.
private struct Story {
    let server: ServerProcess

    func play() throws {
        chapter("The host starts quo-mcp and asks what it is")
        let discovered = try server.request("server/discover")
        let name = discovered["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"]?.stringValue ?? "?"
        tell(
            "\(name) speaks MCP \(discovered["supportedVersions"]?[0]?.stringValue ?? "?") and tells the agent how to work with a phone."
        )
        let tools = try server.request("tools/list")["tools"]?.arrayValue ?? []
        tell("It offers \(tools.count) tools.")

        chapter("The user says: \u{201C}Anything new on the main line? Answer if someone needs us.\u{201D}")
        let line = try first(of: call("list_phone_numbers", [:]))
        tell("The agent finds the inbox: \(line["name"]?.stringValue ?? "?"), \(line["number"]?.stringValue ?? "?").")
        let (person, messages) = try newestQuestion(on: line)
        tell("It reads the latest thread in which the other side wrote last:")
        for message in messages.reversed() {
            let author = message["direction"] == "incoming" ? person : "us"
            quote("\(author): \(message["text"]?.stringValue ?? "")")
        }

        chapter("The agent drafts a reply and asks to send it")
        let draft: JSONObject = [
            "from": line["id"] ?? .null, "to": [.string(person)],
            "content": "Thanks for your message! We have seen it and are looking into it.",
        ]
        agentCalls("send_message", draft)
        tell("Nothing is sent yet. The host shows the user this form:")
        let first = try ask("send_message", draft)
        show(first.form)
        tell("The user reads it and declines.")
        pause(milliseconds: 1200)
        let declined = try answer(first, with: ["action": "decline"])
        try expect(declined["isError"] == true, "a declined message must not be sent")
        quote(declined["structuredContent"]?["explanation"]?.stringValue ?? "")

        chapter("The user changes their mind, and the agent asks again")
        let second = try ask("send_message", draft)
        tell(
            "It is a fresh form: the first one is used up. This time the user chooses \u{201C}\(second.approval)\u{201D}."
        )
        let sent = try answer(second, with: second.acceptance)
        let message = sent["structuredContent"]
        try expect(message?["performed"] == true, "an approved message must be sent: \(sent)")
        tell(
            "Accepted by the API as \(message?["id"]?.stringValue ?? "?"), status \(message?["status"]?.stringValue ?? "?")."
        )
        let replayed = try answer(second, with: second.acceptance)
        try expect(replayed["structuredContent"]?["performed"] == false, "an approval must work once")
        tell("The same approval sent once more does nothing:")
        quote(replayed["structuredContent"]?["explanation"]?.stringValue ?? "")
        tell("A few seconds later the agent looks how it went:")
        let status = try deliveredStatus(of: message?["id"] ?? .null)
        quote("status: \(status)")
        try expect(status == "delivered", "the message must be delivered")

        try updateContact()
        chapter("That was the sandbox")
        tell("Nothing left this machine. README.md tells how to connect a host and a real workspace.")
    }

    /// The newest thread of a line with one other person who wrote last, and its latest messages, newest first.
    private func newestQuestion(on line: JSONValue) throws -> (person: String, messages: [JSONValue]) {
        let conversations = try call("list_conversations", ["phoneNumbers": [line["id"] ?? .null], "maxResults": 30])
        for conversation in conversations["data"]?.arrayValue ?? [] {
            guard let participants = conversation["participants"]?.arrayValue, participants.count == 1,
                let person = participants[0].stringValue
            else { continue }
            let thread = try call(
                "list_messages",
                ["phoneNumberId": line["id"] ?? .null, "participants": [.string(person)], "maxResults": 4])
            let messages = thread["data"]?.arrayValue ?? []
            let isStop = messages.contains { $0["text"]?.stringValue?.uppercased().hasPrefix("STOP") == true }
            if let newest = messages.first, newest["direction"] == "incoming", messages.count > 1, !isStop {
                return (person, messages)
            }
        }
        throw ServerProcessError("no thread of the sandbox waits for an answer")
    }

    private func deliveredStatus(of id: JSONValue) throws -> String {
        var status = "unknown"
        for _ in 0..<10 {
            status = try call("get_message", ["id": id])["status"]?.stringValue ?? "unknown"
            if status == "delivered" { break }
            pause(milliseconds: 500)
        }
        return status
    }

    private func updateContact() throws {
        chapter("The user says: \u{201C}Note that this customer moved to a new company.\u{201D}")
        let contact = try contactWithTwoNumbers()
        let id = contact["id"] ?? .null
        tell("The contact has two numbers, and the API would drop what an update does not mention.")
        for number in numbers(of: contact) { quote(number) }
        let change: JSONObject = ["id": id, "company": "Harbour & Sons", "phoneNumbers": ["new office: +15555550199"]]
        agentCalls("update_contact", change)
        let question = try ask("update_contact", change)
        show(question.form)
        tell("The user chooses \u{201C}\(question.approval)\u{201D}. Afterwards the contact reads:")
        let updated = try answer(question, with: question.acceptance)
        try expect(updated["structuredContent"]?["performed"] == true, "an approved change must be made: \(updated)")
        let now = try call("get_contact", ["id": id])
        for number in numbers(of: now) { quote(number) }
        quote("company: \(now["defaultFields"]?["company"]?.stringValue ?? "none")")
        let kept = Set(numbers(of: contact)).isSubset(of: numbers(of: now))
        try expect(kept && numbers(of: now).count == numbers(of: contact).count + 1, "no number may be lost")
    }

    private func contactWithTwoNumbers() throws -> JSONValue {
        let contacts = try call("list_contacts", ["maxResults": 50])
        for contact in contacts["data"]?.arrayValue ?? [] where numbers(of: contact).count == 2 {
            let source = contact["source"]?.stringValue
            if source == nil || source == "public-api" { return contact }
        }
        throw ServerProcessError("no contact of the sandbox has two numbers")
    }

    private func numbers(of contact: JSONValue) -> [String] {
        (contact["defaultFields"]?["phoneNumbers"]?.arrayValue ?? []).map {
            "\($0["name"]?.stringValue ?? ""): \($0["value"]?.stringValue ?? "")"
        }
    }
}

// MARK: - Speaking to the server

extension Story {
    /// A question that came back instead of a result.
    private struct Question {
        let tool: String
        let arguments: JSONObject
        let key: String
        let form: String
        let field: String
        let approval: String
        let state: JSONValue

        /// The answer of a user who approves.
        var acceptance: JSONValue { ["action": "accept", "content": .object([field: .string(approval)])] }
    }

    private func call(_ tool: String, _ arguments: JSONObject) throws -> JSONValue {
        let result = try server.request("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
        guard result["isError"] != true, let content = result["structuredContent"] else {
            throw ServerProcessError("\(tool) failed: \(result.text())")
        }
        return content
    }

    private func ask(_ tool: String, _ arguments: JSONObject) throws -> Question {
        let result = try server.request("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
        guard let request = result["inputRequests"]?.objectValue?.first, let state = result["requestState"],
            let field = request.value["params"]?["requestedSchema"]?["properties"]?.objectValue?.first,
            let approval = field.value["enum"]?.arrayValue?.last?.stringValue
        else { throw ServerProcessError("\(tool) asked nothing: \(result.text())") }
        return Question(
            tool: tool, arguments: arguments, key: request.name,
            form: request.value["params"]?["message"]?.stringValue ?? "", field: field.name, approval: approval,
            state: state)
    }

    private func answer(_ question: Question, with response: JSONValue) throws -> JSONValue {
        try server.request(
            "tools/call",
            [
                "name": .string(question.tool), "arguments": .object(question.arguments),
                "inputResponses": .object([question.key: response]), "requestState": question.state,
            ])
    }

    private func first(of page: JSONValue) throws -> JSONValue {
        guard let item = page["data"]?[0] else { throw ServerProcessError("an empty list") }
        return item
    }

    private func expect(_ condition: Bool, _ rule: String) throws {
        if !condition { throw ServerProcessError(rule) }
    }
}

// MARK: - Telling

extension Story {
    private func chapter(_ title: String) {
        Output.line(Output.isTerminal ? "\n\u{1B}[1m\(title)\u{1B}[0m" : "\n\(title)")
    }
    private func tell(_ text: String) { Output.line("  \(text)") }
    private func quote(_ text: String) { Output.line("    | \(text)") }

    private func agentCalls(_ tool: String, _ arguments: JSONObject) {
        tell("\(tool) \(JSONValue.object(arguments).text())")
    }

    private func show(_ form: String) {
        let lines = form.split(separator: "\n", omittingEmptySubsequences: false)
        Output.line("    +" + String(repeating: "-", count: 76))
        for line in lines { Output.line("    | \(line)") }
        Output.line("    +" + String(repeating: "-", count: 76))
    }
}

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

        chapter("The user says: \u{201C}Who is waiting for an answer?\u{201D}")
        let workspace = try call("whoami", [:])
        let lines = (workspace["numbers"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        tell("The agent learns whose phone this is: \(lines.joined(separator: ", ")). Then it looks who waits:")
        agentCalls("inbox_triage", ["limit": 5])
        let triage = try call("inbox_triage", ["limit": 5])
        let waiting = triage["waiting"]?.arrayValue ?? []
        for item in waiting { quote(summary(of: item)) }
        try reply()
        try refuseToGuess()
        try updateContact()
        chapter("That was the sandbox")
        tell("Nothing left this machine. README.md tells how to connect a host and a real workspace.")
    }

    /// Who waits, since when, and the latest of what they said.
    private func summary(of item: JSONValue) -> String {
        let event = item["events"]?.arrayValue?.last
        let words = event?["text"] ?? event?["voicemail"] ?? event?["call"]
        let since = item["waitingSince"]?.stringValue ?? "?"
        return "\(name(of: item) ?? "Someone"), \(since): \(words?.stringValue ?? "")"
    }

    /// The name of the one known person who waits; the number of one who is no contact.
    private func name(of item: JSONValue) -> String? {
        item["with"]?[0]?.stringValue.map { text in
            text.firstRange(of: " (").map { String(text[..<$0.lowerBound]) } ?? text
        }
    }

    /// Answers somebody who waits at any hour and has one number, after a change of mind.
    private func reply() throws {
        let person = "Daniel Park"
        chapter("The user says: \u{201C}Answer \(person).\u{201D}")
        tell("The agent reads the thread, by name:")
        let thread: JSONObject = ["with": [.string(person)], "limit": 4]
        agentCalls("read_thread", thread)
        for entry in entries(of: try call("read_thread", thread)) { quote(words(of: entry)) }
        let draft: JSONObject = [
            "to": .string(person), "from": "Main Line",
            "text": "Thanks for your message! We have seen it and are looking into it.",
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
        try expect(sent["structuredContent"]?["performed"] == true, "an approved message must be sent: \(sent)")
        quote(sent["structuredContent"]?["next"]?.stringValue ?? "")
        let replayed = try answer(second, with: second.acceptance)
        try expect(replayed["structuredContent"]?["performed"] == false, "an approval must work once")
        tell("The same approval sent once more does nothing:")
        quote(replayed["structuredContent"]?["explanation"]?.stringValue ?? "")
        try expect(try isDelivered(draft["text"], thread), "the message must be delivered")
        tell("A few seconds later the thread shows that it arrived.")
    }

    /// Whether the latest text of a thread is this one and arrives; only what did not arrive has a status.
    private func isDelivered(_ text: JSONValue?, _ thread: JSONObject) throws -> Bool {
        for _ in 0..<10 {
            let latest = entries(of: try call("read_thread", thread)).last
            if latest?["text"] == text, latest?["status"] == nil { return true }
            pause(milliseconds: 500)
        }
        return false
    }

    private func entries(of thread: JSONValue) -> [JSONValue] {
        (thread["days"]?.arrayValue ?? []).flatMap { $0["entries"]?.arrayValue ?? [] }
    }

    private func words(of entry: JSONValue) -> String {
        let said = entry["from"]?.stringValue.map { "\($0): \(entry["text"]?.stringValue ?? "")" }
        return said ?? entry["call"]?.stringValue ?? ""
    }

    private func refuseToGuess() throws {
        chapter("The user says: \u{201C}Text Maria that we are on our way.\u{201D}")
        let draft: JSONObject = ["to": "Maria", "from": "Main Line", "text": "We are on our way!"]
        agentCalls("send_message", draft)
        let result = try server.request("tools/call", ["name": "send_message", "arguments": .object(draft)])
        try expect(result["isError"] == true, "a name that several have must not be texted")
        tell("There is more than one Maria, and nobody is chosen by guessing:")
        let lines = result["content"]?[0]?["text"]?.stringValue?.split(separator: "\n") ?? []
        for line in lines where !line.hasPrefix("SANDBOX") { quote(String(line)) }
    }

    private func updateContact() throws {
        let name = "Marcus Bell"
        chapter("The user says: \u{201C}\(name) moved to a new company.\u{201D}")
        let before = try contact(name)
        tell("The contact has two numbers, and the API would drop what an update does not mention.")
        for number in numbers(of: before) { quote(number) }
        let change: JSONObject = [
            "contact": .string(name), "company": "Harbour & Sons", "phoneNumbers": ["new office: +16145550199"],
        ]
        agentCalls("update_contact", change)
        let question = try ask("update_contact", change)
        show(question.form)
        tell("The user chooses \u{201C}\(question.approval)\u{201D}. Afterwards the contact reads:")
        let updated = try answer(question, with: question.acceptance)
        try expect(updated["structuredContent"]?["performed"] == true, "an approved change must be made: \(updated)")
        let now = try contact(name)
        for number in numbers(of: now) { quote(number) }
        quote("company: \(now["company"]?.stringValue ?? "none")")
        let kept = Set(numbers(of: before)).isSubset(of: numbers(of: now))
        try expect(kept && numbers(of: now).count == numbers(of: before).count + 1, "no number may be lost")
    }

    private func contact(_ name: String) throws -> JSONValue {
        let found = try call("find_contacts", ["query": .string(name), "limit": 1])
        guard let contact = found["contacts"]?[0] else {
            throw ServerProcessError("\(name) is no contact of the sandbox")
        }
        return contact
    }

    private func numbers(of contact: JSONValue) -> [String] {
        (contact["numbers"]?.arrayValue ?? []).compactMap(\.stringValue)
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

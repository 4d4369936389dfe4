import Configuration
import FuzzSupport
import JSON
import OpenAPI

@testable import QuoServer

/// The tools that do not wait for anything.
let tools = ToolDefinition.all.filter { !$0.name.hasPrefix("wait_") }
let promises = tools.map { tool in
    SchemaValidator((try? JSONValue(parsing: tool.definition))?["outputSchema"] ?? true)
}

/// An input is a byte of choices, the name of a tool, its arguments, and what the API answers, each on a line.
///
/// The call is answered with what the tool promises, a cursor that it gives is taken, nothing invisible and no key is told,
/// and nothing is written unless the form for it was approved.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            let choices = input.line().first ?? 0
            let name = input.line()
            let arguments = (try? JSONValue(parsing: input.line()))?.objectValue ?? [:]
            let place = tools.firstIndex { Array($0.name.utf8) == name }
            let phone = ScriptedPhone()
            while !input.isAtEnd { phone.add(input.line()) }
            let call = Call(
                tool: place ?? name.reduce(0) { ($0 * 31 + Int($1)) % tools.count }, arguments: arguments,
                isApproved: choices & 2 != 0)
            wait {
                let client = Client(phone, isOfFirstVersion: choices & 1 != 0)
                await call.check(with: client)
                await client.end()
            }
        }
    }
}

/// One call, and what must hold of it.
struct Call: Sendable {
    let tool: Int
    let arguments: JSONObject
    let isApproved: Bool

    func check(with client: Client) async {
        let name = tools[tool].name
        var answer = await client.call(name, arguments)
        let needsApproval = tools[tool].risk?.needsApproval ?? true
        require(client.phone.writeCount <= (needsApproval ? 0 : 1), "\(name) writes nothing before it is approved")
        if isApproved, let approval = Approval(of: answer) {
            answer = await client.call(name, arguments, approval)
            let count = name == "send_messages" ? arguments["to"]?.arrayValue?.count ?? 1 : 1
            require(client.phone.writeCount <= count, "\(name) writes once what was approved")
        }
        check(answer)
        guard tools[tool].arguments.contains(where: { $0.name == "cursor" }),
            let cursor = answer["structuredContent"]?["more"]?["cursor"]
        else { return }
        var next = arguments
        next["cursor"] = cursor
        let page = await client.call(name, next)
        check(page)
        require(!page.text().contains("is none that an answer"), "\(name) takes the cursor \(cursor)")
    }

    private func check(_ answer: JSONValue) {
        let text = answer.text()
        require(!text.contains(Client.key), "no key is in \(text)")
        require(!text.contains("failed inside quo-mcp"), "nothing is wrong with the program itself: \(text)")
        let concealed = text.unicodeScalars.first {
            $0 != "\u{200D}" && [.control, .format].contains($0.properties.generalCategory)
        }
        require(concealed == nil, "nothing in \(text) is invisible")
        // What the API answers is passed on by some tools, whatever it promised.
        guard case .answer = tools[tool].action, answer["isError"] != true,
            let content = answer["structuredContent"]
        else { return }
        let faults = promises[tool].faults(in: content)
        require(faults.isEmpty, "\(tools[tool].name) keeps what it promises: \(faults) of \(content)")
    }
}

import Directory
import Guard
import JSON
import PhoneNumbers

/// The tool `whoami`: the workspace's numbers and members, and what this server may do.
struct Whoami {
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let lines = try await desk.directory.lines()
        let members = try await desk.directory.members()
        let isFull = arguments["detail"] == "full"
        let told = lines.map { line -> JSONValue in
            var object: JSONObject = [
                "id": .string(line.id), "name": .string(line.name.cleaned.onOneLine), "number": .string(line.number),
            ]
            let users = line.users.map { id in members.first { $0.id == id }?.name ?? id }
            if !users.isEmpty { object["members"] = .array(users.map { .string($0.cleaned.onOneLine) }) }
            if isFull { object["restrictions"] = line.restrictions }
            return .object(object)
        }
        let people = members.map { member -> JSONValue in
            var object: JSONObject = ["name": .string(member.name.cleaned.onOneLine)]
            object["role"] = member.role.isEmpty ? nil : .string(member.role)
            object["email"] = member.email.isEmpty ? nil : .string(member.email)
            if isFull || members.count(where: { $0.name == member.name }) > 1 { object["id"] = .string(member.id) }
            return .object(object)
        }
        let status = try await desk.status()
        let shown = AnswerBudget.fitting(told, reserved: 8_000)
        let rest = AnswerBudget.bytes - JSONValue.array(Array(told.prefix(shown))).bytes().count
        let named = AnswerBudget.fitting(people, reserved: AnswerBudget.bytes - rest + 3_000)
        var result: JSONObject = [
            "numbers": .array(Array(told.prefix(shown))), "members": .array(Array(people.prefix(named))),
        ]
        if shown < told.count || named < people.count {
            result["note"] = .string(
                "\(told.count - shown) numbers and \(people.count - named) members more: list_phone_numbers and list_users, in the "
                    + "toolset admin")
        }
        result["profile"] = status["profile"]
        result["mayChange"] = status["changes"]
        result["settings"] = status["settings"]
        result["timeNow"] = .string(desk.clock.stamp(desk.now))
        return result
    }
}

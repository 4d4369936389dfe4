import Directory
import Guard
import JSON

/// Puts ids and numbers in the place of what a person would say.
struct References {
    let directory: Directory

    /// Arguments as the API takes them, and what each name turned out to be.
    struct Resolved {
        let arguments: JSONObject
        /// What was found by name, for the answer; empty where the call gave ids and numbers.
        let used: JSONObject
    }

    /// Resolves every argument of a tool that names something of the workspace.
    ///
    /// - Throws: ``ReferenceFault`` where a name matches nothing or several.
    func resolve(_ arguments: JSONObject, for tool: ToolDefinition) async throws -> Resolved {
        var result = arguments
        var used = JSONObject()
        for argument in tool.arguments {
            guard let reference = argument.reference, let value = arguments[argument.name] else { continue }
            var found: [(given: String, value: String, name: String)] = []
            for text in (value.arrayValue ?? [value]).compactMap(\.stringValue) {
                let (value, name) = try await resolve(text, reference, of: tool, inbox: arguments["inbox"]?.stringValue)
                found.append((text, value, name))
            }
            let values = found.map { JSONValue.string($0.value) }
            result[argument.name] = value.arrayValue == nil ? values.first : .array(values)
            let named = found.filter { $0.given != $0.value }.map { JSONValue.string($0.name) }
            if !named.isEmpty { used[argument.name] = named.count == 1 ? named[0] : .array(named) }
        }
        return Resolved(arguments: result, used: used)
    }

    private func resolve(
        _ text: String, _ reference: ToolDefinition.Reference, of tool: ToolDefinition, inbox: String?
    ) async throws -> (value: String, name: String) {
        switch reference {
        case .line:
            // The API's word for all lines.
            if text == "*" { return (text, "all numbers") }
            let line = try await directory.line(text)
            return (line.id, "\(line.name.cleaned.onOneLine) (\(line.number))")
        case .member:
            let member = try await directory.member(text)
            return (member.id, "\(member.name.cleaned.onOneLine) (\(member.id))")
        case .contact:
            // What is to be changed is named exactly and read anew; what is only read may be named by a part.
            let contact =
                tool.isReading ? try await directory.contact(text) : try await directory.contactToChange(text)
            return (contact.id, "\(contact.name.cleaned.onOneLine) (\(contact.id))")
        case .number:
            let person = try await directory.correspondent(text, region: try await region(of: inbox))
            guard let number = person.numbers.first else {
                throw InvalidArguments(faults: [
                    ArgumentFault(path: "", message: "\(person.name ?? text.onOneLine) has no number on file")
                ])
            }
            return (number, [person.name?.cleaned.onOneLine, number].compactMap { $0 }.joined(separator: ", "))
        }
    }

    /// The country in which numbers are read: that of the line that the call names, or of the first.
    private func region(of inbox: String?) async throws -> String? {
        if let inbox { return try await directory.line(inbox).region }
        return try await directory.lines().first?.region
    }
}

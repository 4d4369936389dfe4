import Directory
import JSON
package import QuoAPI

/// Turns the validated arguments of a tool into those of its operation.
struct ArgumentBinding {
    let tool: ToolDefinition
    /// The custom fields of the workspace by key; only tools with keyed arguments need them.
    var customFields: [CustomField] = []

    /// Puts every argument where its definition says, and fills in the defaults.
    ///
    /// - Throws: ``InvalidArguments`` with every fault of the forms that the schema cannot express.
    func bind(_ arguments: JSONObject) throws -> OperationArguments {
        var path: [String: String] = [:]
        var query: [OperationArguments.QueryItem] = []
        var body: JSONValue?
        var faults: [ArgumentFault] = []
        guard let operation = tool.operation else { return OperationArguments() }
        if operation.bodySchema != nil { body = .object([:]) }
        for argument in tool.arguments {
            guard let value = try arguments[argument.name] ?? argument.defaultValue.map({ try JSONValue(parsing: $0) })
            else { continue }
            switch argument.destination {
            case .server: continue
            case .parameter(let name):
                let parameter = operation.parameters.first { $0.name == name }
                if parameter?.location == .path {
                    path[name] = value.parameterText
                } else {
                    let values = value.arrayValue ?? [value]
                    query.append(OperationArguments.QueryItem(name, values.map(\.parameterText)))
                }
            case .body(let names, let form):
                let converted = convert(value, form, at: argument.name, &faults)
                body = (body ?? .object([:])).setting(converted, at: names[...])
            }
        }
        if !faults.isEmpty { throw InvalidArguments(faults: faults) }
        return OperationArguments(path: path, query: query, body: body)
    }

    private func convert(
        _ value: JSONValue, _ form: ToolDefinition.Form, at name: String, _ faults: inout [ArgumentFault]
    ) -> JSONValue {
        let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
        switch form {
        case .plain: return value
        case .labelled:
            guard let kind = ContactItemKind(argument: name) else { return value }
            let items = texts.enumerated().compactMap { index, text -> JSONValue? in
                collect(at: "\(name)[\(index)]", &faults) { () throws(ArgumentFault) in
                    let item = try LabelledItem(parsing: text, kind)
                    return ["name": .string(item.label ?? kind.defaultLabel), "value": .string(item.value)]
                }
            }
            return .array(items)
        case .keyed:
            let items = texts.enumerated().compactMap { index, text -> JSONValue? in
                collect(at: "\(name)[\(index)]", &faults) { () throws(ArgumentFault) in
                    let item = try KeyedItem(parsing: text, definitions: customFields)
                    return ["key": .string(item.key), "value": item.value]
                }
            }
            return .array(items)
        }
    }
}

/// One argument that does not fit.
struct ArgumentFault: Error, Equatable {
    /// Where it is, for example `to[0]`; empty for the arguments as a whole, or where the caller knows the place.
    let path: String
    /// What is wrong with it.
    let message: String
    /// A value that would do.
    var example: JSONValue?
}

/// Runs a conversion and, where it throws, notes the fault at its path.
func collect<Value>(
    at path: String, _ faults: inout [ArgumentFault], _ convert: () throws(ArgumentFault) -> Value
) -> Value? {
    do {
        return try convert()
    } catch {
        faults.append(ArgumentFault(path: path, message: error.message, example: error.example))
        return nil
    }
}

/// The arguments of a call do not fit the tool; nothing was requested.
struct InvalidArguments: Error {
    /// Every fault that was found.
    let faults: [ArgumentFault]

    /// All faults in words, each on a line with its path and an example.
    func explanation(tool: String) -> String {
        let lines = faults.map { fault in
            let place = fault.path.isEmpty ? "arguments" : fault.path
            let example = fault.example.map { " Example: \($0.text())" } ?? ""
            return "- \(place): \(fault.message).\(example)"
        }
        return "The arguments of \(tool) do not fit; nothing was requested.\n" + lines.joined(separator: "\n")
            + "\nCorrect \(faults.count == 1 ? "it" : "them") and call again."
    }
}

extension ToolDefinition {
    /// The operation that the tool performs; nil where it is this server's own.
    package var operation: Operation? {
        switch action {
        case .read(let read): read.operation
        case .write(let write, _): write.operation
        case .answer, .change: nil
        }
    }
}

extension JSONValue {
    /// The value as the text of a path or query parameter.
    fileprivate var parameterText: String { stringValue ?? text() }

    /// This object with a value put at the end of a path of names, making objects on the way.
    fileprivate func setting(_ value: JSONValue, at names: ArraySlice<String>) -> JSONValue {
        guard let name = names.first else { return value }
        var object = objectValue ?? [:]
        object[name] = (object[name] ?? .object([:])).setting(value, at: names.dropFirst())
        return .object(object)
    }
}

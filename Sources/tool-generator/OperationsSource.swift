import JSON
package import OpenAPI

/// Writes the operations of a contract as Swift for the module QuoAPI.
package enum OperationsSource {
    /// The whole file.
    ///
    /// - Throws: ``GeneratorError`` where the contract has what the client cannot do.
    package static func text(_ document: Document) throws(GeneratorError) -> String {
        var reads: [String] = []
        var writes: [String] = []
        var all: [String] = []
        var names: Set<String> = []
        for operation in document.operations {
            let kind = operation.method == "GET" ? "ReadOperation" : "WriteOperation"
            let name = SwiftSource.name(of: operation)
            if !names.insert(name).inserted {
                throw GeneratorError(["\(operation.pointer): two operations would be called \(name) in Swift"])
            }
            let declaration = try declaration(operation, name: name, kind: kind)
            if kind == "ReadOperation" { reads.append(declaration) } else { writes.append(declaration) }
            all.append("\(kind).\(name).operation")
        }
        return """
            \(SwiftSource.header)
            import HTTP

            extension ReadOperation {
            \(reads.joined(separator: "\n\n"))
            }

            extension WriteOperation {
            \(writes.joined(separator: "\n\n"))
            }

            extension Operation {
                /// Every operation of the contracts, in their order.
                package static let all: [Operation] = \(SwiftSource.list(all, indentation: 4))
            }

            """
    }

    private static func declaration(
        _ operation: Document.Operation, name: String, kind: String
    ) throws(GeneratorError) -> String {
        guard let success = operation.responses.first(where: { (200..<300).contains($0.status) }) else {
            throw GeneratorError(["\(operation.pointer): documents no success"])
        }
        for parameter in operation.givenParameters where parameter.location != .path && parameter.location != .query {
            throw GeneratorError(["\(operation.pointer): \(parameter.name) is neither in the path nor in the query"])
        }
        guard operation.id.wholeMatch(of: /[A-Za-z][A-Za-z0-9_.]*/) != nil else {
            throw GeneratorError(["\(operation.pointer): \(operation.id) cannot be a name in Swift"])
        }
        let summary = (operation.summary ?? operation.id).split(whereSeparator: \.isNewline).joined(separator: " ")
        let body = operation.body?.schema.schemaWithout(prose)
        let answer = success.schema?.schemaWithout(prose.union(["examples", "example", "default", "deprecated"]))
        return """
                /// \(summary).
                package static let \(name): \(kind) = \(kind)(
                    Operation(
                        id: "\(operation.id)", version: .\(operation.isDated ? "dated" : "v1"), method: .\(operation.method.lowercased()), path: \(SwiftSource.literal(operation.path)),
                        parameters: \(SwiftSource.list(operation.givenParameters.map(parameter), indentation: 12)),
                        bodySchema: \(SwiftSource.literal(body)),
                        successStatus: \(success.status),
                        successSchema: \(SwiftSource.literal(answer)),
                        errors: \(SwiftSource.list(operation.responses.flatMap(errors), indentation: 12)),
                        statuses: \(operation.responses.map(\.status)), isBodyRequired: \(operation.body?.isRequired ?? false)\(deprecation(operation.isDeprecated))))
            """
    }

    private static let prose: Set<String> = ["title", "description", "$comment"]

    private static func parameter(_ parameter: Document.Parameter) -> String {
        let schema = parameter.schema.schemaWithout(prose)
        let isArray = SchemaOutline(schema).plainType == "array"
        return "Operation.Parameter(name: \(SwiftSource.literal(parameter.name)), "
            + "location: .\(parameter.location.rawValue), isRequired: \(parameter.isRequired), isArray: \(isArray), "
            + (parameter.isExploded || parameter.location != .query ? "" : "isExploded: false, ")
            + "schema: \(SwiftSource.literal(schema))\(deprecation(parameter.isDeprecated)))"
    }

    private static func deprecation(_ isDeprecated: Bool) -> String { isDeprecated ? ", isDeprecated: true" : "" }

    /// The errors of one status that have codes of their own; one without tells no more than its status.
    private static func errors(_ response: Document.Response) -> [String] {
        guard !(200..<300).contains(response.status), let schema = response.schema else { return [] }
        let members = SchemaOutline(schema).members
        func values(_ name: String) -> [String] {
            members.first { $0.name == name }.flatMap { SchemaOutline($0.schema).stringValues } ?? []
        }
        let titles = values("title")
        return values("code").enumerated().map { place, code in
            let title = place < titles.count ? titles[place] : ""
            return "Operation.DocumentedError(status: \(response.status), code: \(SwiftSource.literal(code)), "
                + "title: \(SwiftSource.literal(title)))"
        }
    }
}

package import JSON
import OpenAPI

/// What the program can write.
package enum Product: String, CaseIterable, Sendable {
    /// The operations, for QuoAPI.
    case operations
    /// The tools, for QuoServer.
    case tools

    /// The text of the product.
    ///
    /// - Throws: ``GeneratorError`` with every fault of the contracts or the catalog.
    package func text(contracts: [JSONValue], catalog: JSONValue) throws(GeneratorError) -> String {
        let document: Document
        do throws(DocumentError) {
            var documents: [Document] = []
            for contract in contracts { documents.append(try Document(Amendments.applied(to: contract))) }
            document = try Document(joining: documents)
        } catch { throw GeneratorError(["the contract, \(error)"]) }
        try Self.checkClaims(document)
        let catalog = try ToolCatalog(catalog)
        // Whatever is written, all is checked: a fault is found by the first target that is built.
        let plans = try ToolPlan.plans(for: document, catalog: catalog)
        switch self {
        case .operations: return try OperationsSource.text(document)
        case .tools: return ToolsSource.text(plans, catalog: catalog)
        }
    }

    /// A keyword that the validator does not know would be a promise that nobody keeps.
    private static func checkClaims(_ document: Document) throws(GeneratorError) {
        var faults: [String] = []
        for operation in document.operations {
            let parameters = operation.parameters.map { ($0.name, $0.schema) }
            let body = operation.body.map { [("the body", $0.schema)] } ?? []
            let answers = operation.responses.compactMap { response in
                response.schema.map { ("the answer \(response.status)", $0) }
            }
            for (name, schema) in parameters + body + answers {
                faults += SchemaValidator.unclaimed(in: schema).map { "\(operation.id), \(name): \($0)" }
            }
        }
        if !faults.isEmpty { throw GeneratorError(faults) }
    }
}

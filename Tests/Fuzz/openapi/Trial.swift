import ContractDiff
import FuzzSupport
import JSON
import OpenAPI

/// Any document is read or refused; what is read is in the document, and each schema can be looked through.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            guard let json = try? JSONValue(parsing: bytes) else { return }
            _ = SchemaValidator.unclaimed(in: json)
            guard json["openapi"] != nil else { return read(json) }
            if let document = try? Document(json) { read(document, json) }
            if let comparison = try? ContractComparison(bytes) { _ = comparison.lines }
        }
    }
}

func read(_ document: Document, _ json: JSONValue) {
    for operation in document.operations {
        let isThere = JSONPointer(fragment: operation.pointer)?.value(in: json)?.objectValue != nil
        // A reference leads to the operation under another place than its own.
        require(isThere || operation.pointer.contains("%"), "\(operation.pointer) is there")
        let schemas = operation.parameters.map(\.schema) + operation.responses.compactMap(\.schema)
        for schema in schemas { read(schema) }
        if let body = operation.body { read(body.schema) }
        let statuses = operation.responses.map(\.status)
        require(Set(statuses).count == statuses.count, "each status is there once")
    }
}

func read(_ schema: JSONValue) {
    let outline = SchemaOutline(schema)
    _ = (outline.types, outline.isNullable, outline.plainType, outline.stringValues, outline.format, outline.items)
    let members = outline.members
    require(Set(members.map(\.name)).count == members.count, "each member is there once")
    _ = outline.schemaWithoutNull
    _ = try? HostSafeSchema(
        members.map {
            HostSafeSchema.Property(name: $0.name, schema: $0.schema, description: nil, isRequired: $0.isRequired)
        })
    let faults = SchemaValidator(schema).faults(in: ["a": 1, "b": ["x", "x"], "c": "2026-01-31T09:00:00Z"])
    require(faults.count <= SchemaValidator.maximumFaults, "faults are bounded")
}

import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Reads the catalog and the contracts, or documents, and writes the product.
func run(_ arguments: [String]) throws(GeneratorError) {
    if arguments.count >= 4, arguments[1] == "documents" {
        var documents: [(name: String, bytes: [UInt8])] = []
        for path in arguments[3...] {
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            documents.append((name, try Files.read(path)))
        }
        try Files.save(DocumentsSource.text(documents), to: arguments[2])
        return
    }
    guard arguments.count >= 5, let product = Product(rawValue: arguments[1]) else {
        throw GeneratorError([
            "usage: tool-generator operations|tools OUTPUT TOOLS.json CONTRACT.json...",
            "       tool-generator documents OUTPUT DOCUMENT...",
        ])
    }
    var contracts: [JSONValue] = []
    for path in arguments[4...] { contracts.append(try json(path)) }
    let text = try product.text(contracts: contracts, catalog: json(arguments[3]))
    try Files.save(text, to: arguments[2])
}

/// The JSON of a file.
func json(_ path: String) throws(GeneratorError) -> JSONValue {
    let bytes = try Files.read(path)
    do throws(JSONParseError) { return try JSONValue(parsing: bytes) } catch {
        throw GeneratorError(["\(path): \(error)"])
    }
}

do throws(GeneratorError) {
    try run(CommandLine.arguments)
} catch {
    Files.report(error.description)
    exit(1)
}

import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Reads the catalog and the contracts, and writes the product.
func run(_ arguments: [String]) throws(GeneratorError) {
    guard arguments.count >= 5, let product = Product(rawValue: arguments[1]) else {
        throw GeneratorError(["usage: tool-generator operations|tools OUTPUT TOOLS.json CONTRACT.json..."])
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

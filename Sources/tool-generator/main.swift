import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Reads the two files, and writes the product.
func run(_ arguments: [String]) throws(GeneratorError) {
    guard arguments.count == 5, let product = Product(rawValue: arguments[1]) else {
        throw GeneratorError(["usage: tool-generator operations|tools CONTRACT.json TOOLS.json OUTPUT"])
    }
    let text = try product.text(contract: json(arguments[2]), catalog: json(arguments[3]))
    try Files.save(text, to: arguments[4])
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

import JSON
import OpenAPI

/// How a request proves who makes it, in the one form that all equal spellings of it share.
///
/// What a document calls its schemes does not count, only what they are.
struct ContractSecurity: Hashable {
    /// What this program's client does, with every request.
    static let own = ContractSecurity(ways: [["apiKey in the header authorization"]])

    /// The ways of which one is enough, each with every proof that it takes; an empty one asks for none.
    private let ways: Set<Set<String>>

    private init(ways: Set<Set<String>>) { self.ways = ways }

    /// Reads what a document or an operation requires.
    ///
    /// - Throws: ``DocumentError`` where it is not of that form.
    init(_ requirements: JSONValue, at pointer: JSONPointer, resolver: ReferenceResolver) throws(DocumentError) {
        guard let list = requirements.arrayValue else { throw DocumentError(pointer, "must be a list") }
        var ways: Set<Set<String>> = []
        for (index, requirement) in list.enumerated() {
            let (members, _) = try resolver.object(requirement, at: pointer.appending(String(index)))
            var proofs: Set<String> = []
            for member in members {
                let scopes = (member.value.arrayValue ?? []).compactMap(\.stringValue).sorted()
                let addition = scopes.isEmpty ? "" : " for \(scopes.joined(separator: ", "))"
                proofs.insert(try Self.words(forScheme: member.name, resolver) + addition)
            }
            ways.insert(proofs)
        }
        // A list of no ways asks for no proof, as does an empty way alone.
        self.ways = ways.isEmpty ? [[]] : ways
    }

    private static func words(
        forScheme name: String, _ resolver: ReferenceResolver
    ) throws(DocumentError) -> String {
        let place = JSONPointer().appending("components").appending("securitySchemes").appending(name)
        let (scheme, _) = try resolver.object(["$ref": .string(place.description)], at: JSONPointer())
        switch (scheme["type"]?.stringValue, scheme["in"]?.stringValue, scheme["scheme"]?.stringValue) {
        case ("apiKey"?, let location?, _):
            return "apiKey in the \(location) \((scheme["name"]?.stringValue ?? "").lowercased())"
        case (let type?, _, let scheme?): return "\(type) \(scheme.lowercased())"
        case (let type?, _, nil): return type
        case (nil, _, _): throw DocumentError(place, "has no type")
        }
    }

    /// The change to another, in words; nil where it is the same.
    func change(to other: Self) -> String? { self == other ? nil : "was \(summary), now \(other.summary)" }

    /// What is required, in a few words.
    private var summary: String {
        ways.map { $0.isEmpty ? "none" : $0.sorted().joined(separator: " and ") }.sorted().joined(separator: " or ")
    }
}

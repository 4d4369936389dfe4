import FuzzSupport
import JSON
import OpenAPI

@testable import Configuration

let validator = SchemaValidator(ConfigurationSchema.json)

/// The reader of the owner's file and the schema of that file agree on what is right.
///
/// A policy that is read can be told, and
/// refuses nothing less for it. Variables come as lines of name=value before a file.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            var environment: [String: String] = [:]
            if bytes.first != UInt8(ascii: "{") {
                while case let line = String(decoding: input.line(), as: UTF8.self), !line.isEmpty {
                    let name = line.prefix { $0 != "=" }
                    environment[String(name)] = String(line.dropFirst(name.count + 1))
                }
            }
            var reader = PolicyReader()
            if let json = try? JSONValue(parsing: input.remainder) {
                reader.read(json, from: "config.json")
                let isRight = reader.faults.isEmpty
                let faults = validator.faults(in: json)
                let mayDiffer = reader.faults.contains { $0.description.contains("leaves no time") }
                require(
                    faults.isEmpty == isRight || mayDiffer,
                    "\(json): the reader says \(reader.faults), the schema \(faults)")
            }
            reader.read(environment.withoutPlaceholders)
            for fault in reader.faults { require(!hides("\(fault)"), "nothing in \(fault) is invisible") }
            guard reader.faults.isEmpty else { return }
            _ = (reader.policy.listing, reader.policy.json)
            let isReadOnly = environment.withoutPlaceholders["QUO_READ_ONLY"] == "1"
            require(!isReadOnly || reader.policy.isReadOnly, "nothing undoes read-only")
        }
    }
}

/// Whether a text has a character that shows nothing or turns others round.
func hides(_ text: String) -> Bool {
    text.unicodeScalars.contains {
        $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
    }
}

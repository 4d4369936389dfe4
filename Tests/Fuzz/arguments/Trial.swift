import FuzzSupport
import JSON
import OpenAPI
import QuoAPI

@testable import QuoServer

let tools = ToolDefinition.all
let schemas = tools.map { (try? JSONValue(parsing: $0.argumentSchema)) ?? false }

/// The first line is the name of a tool, or a schema; the rest are arguments.
///
/// They are put right once and for all, judged the
/// same each time, and what is said of them hides nothing.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            let first = input.line()
            guard let arguments = (try? JSONValue(parsing: input.remainder))?.objectValue else { return }
            if let schema = try? JSONValue(parsing: first) {
                check(arguments, against: schema)
                return
            }
            let name = String(decoding: first, as: UTF8.self)
            let place = tools.firstIndex { $0.name == name } ?? first.reduce(0) { ($0 * 31 + Int($1)) % tools.count }
            guard let coerced = check(arguments, against: schemas[place], isOwn: true),
                let bound = try? ArgumentBinding(tool: tools[place]).bind(coerced),
                let operation = tools[place].operation
            else { return }
            guard let target = try? operation.target(for: bound) else { return }
            require(
                target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request of \(tools[place].name) is plain ASCII")
            require(
                target.utf8.prefix { $0 != 0x3F }.count { $0 == 0x2F } == operation.path.utf8.count { $0 == 0x2F },
                "a value adds no step to the path")
        }
    }
}

/// Puts arguments right and judges them; returns them where they fit.
@discardableResult
func check(_ arguments: JSONObject, against schema: JSONValue, isOwn: Bool = false) -> JSONObject? {
    let coerced = ArgumentCoercion.coerce(arguments, schema: schema)
    require(ArgumentCoercion.coerce(coerced, schema: schema) == coerced, "what was put right stays")
    let validator = SchemaValidator(schema)
    let faults = validator.faults(in: .object(coerced))
    require(faults == validator.faults(in: .object(coerced)), "the same arguments are judged the same")
    require(faults.count <= SchemaValidator.maximumFaults, "faults are bounded")
    if isOwn { for fault in faults { require(!hides("\(fault)"), "nothing in \(fault) is invisible") } }
    return faults.isEmpty ? coerced : nil
}

/// Whether a text has a character that shows nothing or turns others round.
func hides(_ text: String) -> Bool {
    text.unicodeScalars.contains {
        $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
    }
}

import Directory
import JSON
import OpenAPI

/// A contact with the arguments of a tool laid over it.
///
/// The API's PATCH replaces: lists that are sent replace whole lists, and those left out of a sent object are deleted. So the
/// whole contact is written back with the ids of its items.
struct ContactMerge {
    /// The body that writes the merged contact.
    let body: JSONValue
    /// One line for each difference; empty where the contact is already as asked.
    let differences: [String]
    /// One line for everything that stays.
    let unchanged: [String]

    /// Lays a tool's arguments over a contact.
    ///
    /// - Throws: ``InvalidArguments`` with every fault, for example something to remove that is not there, or that the same
    ///   call gives.
    init(contact: Contact, arguments: JSONObject, customFields definitions: [CustomField]) throws {
        var draft = ContactDraft(contact)
        var faults: [ArgumentFault] = []
        for name in Contact.scalars {
            guard let value = arguments[name]?.stringValue else { continue }
            if value.trimmed.isEmpty {
                faults.append(ArgumentFault(path: name, message: "is blank; to take it away, name it in remove"))
            } else {
                draft.set(name, value)
            }
        }
        for kind in ContactItemKind.allCases {
            for (path, text) in Self.texts(kind.member, in: arguments) {
                let item = collect(at: path, &faults) { () throws(ArgumentFault) in
                    try LabelledItem(parsing: text, kind)
                }
                if let item { draft.put(item, kind, from: path) }
            }
        }
        for (path, text) in Self.texts("customFields", in: arguments) {
            let item = collect(at: path, &faults) { () throws(ArgumentFault) in
                try KeyedItem(parsing: text, definitions: definitions)
            }
            if let item { draft.put(item, from: path) }
        }
        for (path, text) in Self.texts("remove", in: arguments) {
            guard let target = draft.target(of: text) else {
                let present = draft.present.joined(separator: ", ")
                faults.append(
                    ArgumentFault(
                        path: path, message: "the contact has no \"\(text)\" to remove; it has: \(present)"))
                continue
            }
            if let giver = draft.giver(of: target) {
                faults.append(
                    ArgumentFault(path: path, message: "\"\(text)\" is also given in \(giver); keep one of the two"))
            } else {
                draft.remove(target)
            }
        }
        if !faults.isEmpty { throw InvalidArguments(faults: faults) }
        for name in Contact.origin {
            if let value = arguments[name]?.stringValue { draft.set(name, value) }
        }
        body = .object(draft.body)
        differences = draft.differences
        unchanged = draft.unchanged
    }

    private static func texts(_ name: String, in arguments: JSONObject) -> [(path: String, text: String)] {
        let texts = arguments[name]?.arrayValue?.compactMap(\.stringValue) ?? []
        return texts.enumerated().map { (path: "\(name)[\($0.offset)]", text: $0.element) }
    }
}

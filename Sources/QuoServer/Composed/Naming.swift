import Directory
import Guard
import JSON
import PhoneNumbers
import QuoAPI

/// Somebody to read about: a number that may be a contact's, or a contact with its numbers.
struct Correspondent: Sendable {
    /// The numbers in E.164, the one that was asked for first.
    let numbers: [String]
    /// The name; nil where no contact has the number.
    let name: String?
    /// The contact's id; nil where the call gave a number.
    let contactID: String?
}

extension Directory {
    /// The contacts who have these numbers, as far as the index knows them now; costs no request.
    func people(with numbers: [String]) async -> [String: Person] {
        var people: [String: Person] = [:]
        for number in numbers {
            let matches = try? await find(number, limit: 1, within: .zero).matches
            guard let person = matches?.first?.person, person.numbers.contains(where: { $0.value == number }) else {
                continue
            }
            people[number] = person
        }
        return people
    }

    /// Whom a reference means for reading: a number in any usual writing, or a contact by id, name or email.
    ///
    /// - Throws: ``ReferenceFault`` where a name matches nothing or several.
    ///
    /// - Parameter isExact: Whether a name must be the whole name of one contact.
    func correspondent(
        _ reference: String, region: String?, isExact: Bool = false
    ) async throws -> Correspondent {
        if let number = try? PhoneNumber.parse(reference, region: region ?? "US") {
            return Correspondent(numbers: [number.e164], name: await name(of: number.e164), contactID: nil)
        }
        let contact = isExact ? try await contactToChange(reference) : try await contact(reference)
        let numbers = contact.numbers.map(\.value).filter { (try? PhoneNumber(e164: $0)) != nil }
        return Correspondent(numbers: numbers, name: contact.name, contactID: contact.id)
    }
}

/// The people of a thread, as a call names them.
struct NamedPeople: Sendable {
    /// Their numbers in E.164, each once.
    let numbers: [String]
    /// Who they are, for the answer.
    let told: [JSONValue]
}

extension Desk {
    /// The people whom a call names for reading: numbers, contacts' ids or names.
    ///
    /// A contact with several numbers stands for the first that there is a thread with; a text to the wrong one of them can
    /// only be read here, not sent.
    ///
    /// - Parameters:
    ///   - lines: The lines on which they are looked for; numbers are read as of the first one's country.
    ///   - isExact: Whether a name must be the whole name of one contact, because something is changed.
    func people(
        _ references: [JSONValue], on lines: [Line], isExact: Bool = false
    ) async throws -> NamedPeople {
        let region = lines.first?.region
        if references.count == 1, let name = references[0].stringValue,
            let group = try await group(called: name, region)
        {
            return try await people(group.map { .string($0) }, on: lines)
        }
        var numbers: [String] = []
        var told: [JSONValue] = []
        for (place, reference) in references.enumerated() {
            let text = reference.stringValue ?? ""
            let person = try await directory.correspondent(text, region: region, isExact: isExact)
            guard let number = person.numbers.first else {
                throw InvalidArguments(faults: [
                    ArgumentFault(
                        path: "with[\(place)]", message: "\(person.name ?? text.onOneLine) has no number on file")
                ])
            }
            if numbers.contains(number) { continue }
            numbers.append(number)
            var object: JSONObject = ["number": .string(number)]
            object["name"] = person.name.map { .string($0.cleaned.onOneLine) }
            object["contact"] = person.contactID.map { .string($0) }
            if person.numbers.count > 1 {
                object["otherNumbers"] = .array(person.numbers.dropFirst().map { .string($0) })
            }
            told.append(.object(object))
        }
        return NamedPeople(numbers: numbers, told: told)
    }

    /// The numbers of the one group thread with a name, among the latest hundred; nil where there is none.
    ///
    /// Only what is neither a number nor a contact is looked for.
    private func group(called name: String, _ region: String?) async throws -> [String]? {
        do {
            _ = try await directory.correspondent(name, region: region)
            return nil
        } catch let fault as ReferenceFault where fault.reason == .none {
            let (records, _) = try await conversations(
                on: try await directory.lines(), since: nil, from: PageCursor(), limit: 100)
            let found = records.filter { record in
                record["name"]?.stringValue.map { folded($0) == folded(name) && !folded(name).isEmpty } ?? false
            }
            guard found.count == 1 else { throw fault }
            return (found[0]["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
    }

    /// The line that a call names, or all where it names none.
    func lines(_ reference: String?) async throws -> [Line] {
        guard let reference else { return try await directory.lines() }
        return [try await directory.line(reference)]
    }

    /// The time that a cursor stands for.
    func cursorTime(in arguments: JSONObject) throws(InvalidArguments) -> Int64? {
        guard let text = arguments["cursor"]?.stringValue else { return nil }
        guard let time = Timestamp.milliseconds(text) else { throw Self.unknownCursor }
        return time
    }

    /// The place in a list that a cursor stands for.
    func cursorOffset(in arguments: JSONObject) throws(InvalidArguments) -> Int {
        guard let text = arguments["cursor"]?.stringValue else { return 0 }
        guard let offset = Int(text), offset >= 0 else { throw Self.unknownCursor }
        return offset
    }

    static var unknownCursor: InvalidArguments {
        InvalidArguments(faults: [
            ArgumentFault(path: "cursor", message: "is none that an answer of this tool gave; leave it out to begin")
        ])
    }
}

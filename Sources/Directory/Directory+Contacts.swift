import JSON
import PhoneNumbers
import QuoAPI
import Store

extension Directory {
    /// Contacts by name, part of a name, number, email address, company, role or custom field, best first.
    ///
    /// A blank query finds everybody, by name. Every word of the query must match. Case and accents do not count, and words of
    /// four letters and more may be misspelt.
    /// Numbers match in any usual writing, and by four or more digits at their end.
    ///
    /// - Parameters:
    ///   - limit: The most matches to return.
    ///   - offset: How many of the best to leave out.
    ///   - wait: The longest wait for an index, where there is none yet; then what was read so far is searched.
    /// - Throws: `APIError` or `StoreError`.
    package func find(
        _ query: String, limit: Int, offset: Int = 0, within wait: Duration = .seconds(20)
    ) async throws -> SearchResult {
        let state = try await ensureIndex(within: wait)
        if query.trimmed.isEmpty {
            let contents = try await store.indexedContacts(of: workspace, limit: max(0, limit), offset: max(0, offset))
            var matches: [Match] = []
            for content in contents {
                if let person = await person(content) { matches.append(Match(person: person, reasons: [])) }
            }
            return SearchResult(matches: matches, total: state.count, index: state)
        }
        let region = await region() ?? ""
        let (keys, words) = try await search(SearchQuery(query, region: region))
        var matches: [Match] = []
        for key in keys.dropFirst(max(0, offset)).prefix(max(0, limit)) {
            guard let person = try await person(key) else { continue }
            matches.append(Match(person: person, reasons: person.reasons(for: words)))
        }
        return SearchResult(matches: matches, total: keys.count, index: state)
    }

    /// The contacts that a query matches, best first, and the words by which they do.
    private func search(_ query: SearchQuery) async throws -> (keys: [Int64], words: [QueryWord]) {
        let index = try await loadIndex()
        for words in query.readings {
            let keys = index.search(words)
            if !keys.isEmpty { return (keys, words) }
        }
        return ([], [])
    }

    /// The one contact that a reference means.
    ///
    /// - Parameters:
    ///   - reference: Id, number in any usual writing, email address, or name; of a name also parts, where only one contact has
    ///     them and none is called exactly so.
    ///   - limit: The longest wait for an index, where there is none yet.
    /// - Returns: The contact as the index has it, which can be ten minutes old.
    /// - Throws: ``ReferenceFault``, `APIError` or `StoreError`.
    package func contact(_ reference: String, within limit: Duration = .seconds(40)) async throws -> Person {
        let given = reference.trimmed
        if let person = try await contact(id: given) { return person }
        let state = try await ensureIndex(within: limit)
        guard state.isComplete else { throw incomplete(.contact, given, state) }
        if let content = try await store.indexedContact(id: given, of: workspace), let person = await person(content) {
            return person
        }
        let people = try await contacts(matching: given)
        if people.found.count == 1, let person = people.found.first { return person }
        throw ReferenceFault(
            .contact, given, people.found.isEmpty ? .none : .several,
            searched: "names, numbers, emails and ids of \(counted(state.count, "contact"))",
            candidates: (people.found.isEmpty ? people.nearest : people.found).map { ReferenceFault.Candidate($0) },
            total: people.found.isEmpty ? nil : people.total)
    }

    /// The one contact that a change is for, as the API has it now.
    ///
    /// As for a text nothing is guessed: an id, or a number, an address or the whole name that exactly one contact has, in an
    /// index that was completed in the last 15 minutes. It is read anew, and must still be what it was named by.
    ///
    /// - Throws: ``ReferenceFault``, `APIError` or `StoreError`.
    package func contactToChange(_ reference: String, within limit: Duration = .seconds(40)) async throws -> Person {
        let given = reference.trimmed
        if let known = try await contact(id: given) { return try await asOfNow(known, given) }
        let state = try await ensureIndex(within: limit, age: Age.trusted)
        guard case .complete(let completedAt, let count) = state, (0...Age.trusted).contains(time() - completedAt)
        else {
            throw incomplete(.contact, given, state)
        }
        if let content = try await store.indexedContact(id: given, of: workspace), let known = await person(content) {
            return try await asOfNow(known, given)
        }
        let index = try await loadIndex()
        let name = foldedWords(given)
        let number = try? PhoneNumber.parse(given, region: await region() ?? "").e164
        let keys: [Int64]
        if let number {
            keys = index.keys(having: String(number.dropFirst()), in: .number)
        } else if given.contains("@") {
            keys = index.keys(having: foldedAddress(given), in: .email)
        } else {
            keys = index.keys(called: name)
        }
        guard keys.count == 1, let known = try await person(keys[0]) else {
            let nearest = index.search(name.map { QueryWord($0) }, needsAll: false)
            let people = keys.isEmpty ? try await people(nearest, 5) : try await people(keys, 10)
            throw ReferenceFault(
                .contact, given, keys.isEmpty ? .none : .several,
                searched: "whole names, numbers, emails and ids of \(counted(count, "contact"))",
                candidates: people.map { ReferenceFault.Candidate($0) }, total: keys.isEmpty ? nil : keys.count)
        }
        let person = try await asOfNow(known, given)
        let isStill =
            number.map { number in person.numbers.contains { $0.value == number } }
            ?? (given.contains("@")
                ? person.emails.contains { foldedAddress($0.value) == foldedAddress(given) } : person.isCalled(name))
        guard isStill else {
            throw ReferenceFault(.contact, given, .changed, candidates: [ReferenceFault.Candidate(person)])
        }
        return person
    }

    /// A contact of the index as the API has it now.
    ///
    /// One whose description is not understood is given as the index has it: whoever changes it reads it strictly, and refuses.
    private func asOfNow(_ known: Person, _ reference: String) async throws -> Person {
        do {
            if let person = try await readContact(known.id) { return person }
        } catch let error as APIError where error.kind == .undecodable {
            return known
        }
        throw ReferenceFault(.contact, reference, .changed)
    }

    /// The contact of an id, from the index or from the API.
    private func contact(id: String) async throws -> Person? {
        if let content = try await store.indexedContact(id: id, of: workspace) { return await person(content) }
        // Ids are opaque, but all that were ever seen are one long word with a digit in it and not a number.
        let isWord = id.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D || byte == 0x5F
        }
        let hasDigit = id.utf8.contains { (0x30...0x39).contains($0) }
        let hasLetter = id.utf8.contains { $0 >= 0x41 }
        guard isWord, hasDigit, hasLetter, id.utf8.count >= 10 else { return nil }
        do {
            return try await readContact(id)
        } catch let error as APIError where error.status == 400 {
            return nil
        }
    }

    /// Reads a contact of which a part was changed into the index.
    package func refresh(contact id: String) async throws { _ = try await readContact(id) }

    /// Reads a contact from the API and takes it into the index; nil where there is none of that id.
    private func readContact(_ id: String) async throws -> Person? {
        let answer: JSONValue
        do throws(APIError) {
            answer = try await reader.read(.getContactById, OperationArguments(path: ["id": id]))
        } catch {
            if error.status == 404 { return nil }
            throw error
        }
        guard let person = Person(answer, region: await region()), person.id == id else {
            throw APIError.undecodable(.getContactById, "The API's answer is not the contact that was asked for.")
        }
        try await noteChange(of: answer)
        return person
    }

    /// The contacts that a number, an address or a name means, or those nearest to it.
    private func contacts(matching reference: String) async throws -> (found: [Person], nearest: [Person], total: Int) {
        let index = try await loadIndex()
        let region = await region() ?? ""
        var keys: [Int64]
        if let number = try? PhoneNumber.parse(reference, region: region) {
            keys = index.keys(having: String(number.e164.dropFirst()), in: .number)
        } else if reference.contains("@") {
            keys = index.keys(having: foldedAddress(reference), in: .email)
        } else {
            keys = index.keys(called: foldedWords(reference))
        }
        if keys.isEmpty {
            let words = foldedWords(reference).map { QueryWord($0, allowsTypos: false) }
            keys = index.search(words, fields: [.firstName, .lastName, .company])
        }
        if !keys.isEmpty { return (try await people(keys, 10), [], keys.count) }
        let nearest = index.search(foldedWords(reference).map { QueryWord($0) }, needsAll: false)
        return ([], try await people(nearest, 5), 0)
    }

    private func people(_ keys: [Int64], _ limit: Int) async throws -> [Person] {
        var people: [Person] = []
        for key in keys.prefix(limit) {
            if let person = try await person(key) { people.append(person) }
        }
        return people
    }

    private func incomplete(
        _ subject: ReferenceFault.Subject, _ reference: String, _ state: IndexState
    ) -> ReferenceFault {
        ReferenceFault(subject, reference, .incomplete, searched: counted(state.count, "contact"))
    }
}

// MARK: Recipients

extension Directory {
    /// Whom a text is for.
    ///
    /// Nothing is guessed: a name must be the full name, first name or company of exactly one contact in an index that was
    /// completed in the last 15 minutes, but for case, accents, punctuation and white space; and the contact must have exactly one
    /// number that can be texted. It is read from the API anew before it counts.
    ///
    /// - Parameters:
    ///   - reference: A number in any usual writing, such a name, an email address of one contact, or the id of a contact in the
    ///     index.
    ///   - region: The country of the chosen line as two letters, in which numbers are read.
    ///   - limit: The longest wait for the index.
    /// - Throws: ``ReferenceFault``, `APIError` or `StoreError`.
    package func recipient(
        _ reference: String, region: String, within limit: Duration = .seconds(40)
    ) async throws -> Recipient {
        let given = reference.trimmed
        var read: String?
        do throws(PhoneNumberError) {
            read = try PhoneNumber.parse(given, region: region).e164
        } catch  where isMeantAsNumber(given, error) {
            throw ReferenceFault(.recipient, given, .invalidNumber(error.description))
        } catch {}
        if let read { return Recipient(number: read, contact: try await onlyContact(with: read)) }
        if let content = try await store.indexedContact(id: given, of: workspace), let known = await person(content) {
            return try await recipient(known, given) { _ in true }
        }
        let state = try await ensureIndex(within: limit, age: Age.trusted)
        guard case .complete(let completedAt, let count) = state, (0...Age.trusted).contains(time() - completedAt)
        else {
            throw incomplete(.recipient, given, state)
        }
        if given.contains("@") {
            // An address is nobody else's; who has it is read anew like one found by name.
            let known = try await contact(given, within: limit)
            return try await recipient(known, given) { person in
                person.emails.contains { $0.value.lowercased() == given.lowercased() }
            }
        }
        let name = foldedWords(given)
        let index = try await loadIndex()
        let keys = index.keys(called: name)
        if keys.count == 1, let known = try await person(keys[0]) {
            return try await recipient(known, given) { $0.isCalled(name) }
        }
        let nearest = index.search(name.map { QueryWord($0) }, needsAll: false)
        let people = keys.isEmpty ? try await people(nearest, 5) : try await people(keys, 10)
        throw ReferenceFault(
            .recipient, given, keys.isEmpty ? .none : .several,
            searched: "names and companies of \(counted(count, "contact"))",
            candidates: people.map { ReferenceFault.Candidate($0) }, total: keys.isEmpty ? nil : keys.count)
    }

    /// The recipient that a contact of the index is, as the API has it now.
    private func recipient(
        _ known: Person, _ reference: String, matches: (Person) -> Bool
    ) async throws -> Recipient {
        guard let person = try await readContact(known.id) else {
            try? await noteRemoval(known.id)
            throw ReferenceFault(.recipient, reference, .changed)
        }
        let candidates = [ReferenceFault.Candidate(person)]
        guard matches(person) else { throw ReferenceFault(.recipient, reference, .changed, candidates: candidates) }
        let numbers = person.textableNumbers
        guard numbers.count == 1 else {
            let reason: ReferenceFault.Reason = numbers.isEmpty ? .noNumber : .severalNumbers
            throw ReferenceFault(.recipient, reference, reason, candidates: candidates)
        }
        return Recipient(number: numbers[0].e164, contact: person)
    }

    /// The contact with a number, where the index has exactly one and that still has it when it is read anew.
    private func onlyContact(with number: String) async throws -> Person? {
        let found = (try? await store.indexedContacts(number: number, of: workspace)) ?? []
        guard found.count == 1, let known = await person(found[0]), let person = try await readContact(known.id) else {
            return nil
        }
        return person.numbers.contains { $0.value == number } ? person : nil
    }
}

/// Whether a text that is no number was meant as one and not as a name: it has digits and no letters but an extension's.
private func isMeantAsNumber(_ text: String, _ error: PhoneNumberError) -> Bool {
    let digits = text.utf8.count { (0x30...0x39).contains($0) }
    if error == .phoneExtension { return digits >= 7 }
    return digits > 0 && !text.unicodeScalars.contains { $0.properties.isAlphabetic }
}

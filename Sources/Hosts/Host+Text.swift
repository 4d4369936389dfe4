import JSON

extension Host {
    /// The servers in the text of its file.
    ///
    /// - Throws: ``HostFileError`` where the text is not what the host could read.
    package func entries(in bytes: [UInt8]) throws(HostFileError) -> [HostEntry] {
        try format.serverList.init(bytes, key: key).servers.map { HostEntry(name: $0.name, value: $0.value) }
    }

    /// The text of its file with an entry, which replaces one of the same name; all else stays as it is.
    ///
    /// - Parameter bytes: The text before; empty where there is no file.
    /// - Throws: ``HostFileError`` where the text cannot be changed safely.
    package func installing(_ entry: HostEntry, in bytes: [UInt8]) throws(HostFileError) -> [UInt8] {
        let result = try setting(entry.name, to: entry.value(for: self), hasInput: usesInput(entry), in: bytes)
        // What the host would read is compared, so that a fault in the editing could not cost anyone a setting.
        let others = try entries(in: bytes).filter { $0.name != entry.name }
        let found = try entries(in: result)
        guard found.filter({ $0.name != entry.name }) == others, found.contains(entry) else {
            throw HostFileError("it is written in a way that this program does not change; add the server by hand")
        }
        return result
    }

    /// The text of its file without an entry; all else stays as it is.
    ///
    /// - Parameters:
    ///   - bytes: The text before.
    ///   - backups: Texts that the file had before, the latest first. Where installing the entry in one of them gives the
    ///     text, it is what comes back, so that what installing had to add around the entry goes as well.
    /// - Returns: nil where the file holds what installing wrote into no file, and nothing else.
    /// - Throws: ``HostFileError`` where the text cannot be changed safely.
    package func removing(_ name: String, from bytes: [UInt8], backups: [[UInt8]] = []) throws(HostFileError)
        -> [UInt8]?
    {
        let list = try format.serverList.init(bytes, key: key)
        guard let value = list.servers.first(where: { $0.name == name })?.value else { return bytes }
        let hasInput = usesInput(HostEntry(name: name, value: value))
        for backup in backups + [[]] {
            guard !has(name, in: backup),
                let again = try? setting(name, to: value, hasInput: hasInput, in: backup), again == bytes
            else { continue }
            return backup.isEmpty && !backups.contains([]) ? nil : backup
        }
        var result = try list.removing(name)
        if hasInput, result.firstRange(of: Array(inputReference(of: name).utf8)) == nil {
            result = try JSONServerList.removingInput(inputName(of: name), from: result)
        }
        guard format == .json, let earlier = backups.first(where: { !self.has(name, in: $0) }) else { return result }
        return JSONServerList.removingEmptyLists(JSONServerList.lists(key), from: result, unlessIn: earlier)
    }

    private func has(_ name: String, in bytes: [UInt8]) -> Bool {
        (try? entries(in: bytes))?.contains { $0.name == name } ?? true
    }

    /// The text of its file where it has nothing but an entry: what to paste.
    package func snippet(of entry: HostEntry) -> String {
        String(decoding: (try? installing(entry, in: [])) ?? [], as: UTF8.self)
    }

    /// A command of the host's own that adds an entry; nil where it has none, or none that could say all of it.
    package func command(adding entry: HostEntry) -> String? {
        guard !usesInput(entry), entry.forwardedVariables.isEmpty else { return nil }
        switch addCommand {
        case .words(let before, let option):
            let variables = entry.environment.sorted { $0.key < $1.key }.flatMap { [option, "\($0.key)=\($0.value)"] }
            let words = [entry.name] + variables + ["--", entry.command] + entry.arguments
            return ([before] + words.map(Self.shellWord)).joined(separator: " ")
        case .json(let before):
            var value = entry.value(for: self)
            value["name"] = .string(entry.name)
            return "\(before) \(Self.shellWord(JSONValue.object(value).text()))"
        case nil: return nil
        }
    }

    /// Text of its file, with `…` in place of values and comments, on as many lines.
    package func masked(_ bytes: [UInt8]) -> [UInt8] { format.serverList.masked(bytes) }

    private static func shellWord(_ word: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-=:,+@".utf8)
        if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

// MARK: - References to what the file does not hold

extension Host {
    /// What stands for a variable of the host's own environment; nil where the entry lists the variable instead, or cannot
    /// refer to one.
    package func placeholder(for variable: String) -> String? {
        guard case .placeholder(let before, let after)? = reference else { return nil }
        return before + variable + after
    }

    /// The id of the input that holds a server's key.
    private func inputName(of server: String) -> String { "\(server)-api-key" }

    /// What stands for a value that the host asks its user for.
    package func inputReference(of server: String) -> String { "${input:\(inputName(of: server))}" }

    private func usesInput(_ entry: HostEntry) -> Bool {
        asksForInputs && entry.environment.values.contains(inputReference(of: entry.name))
    }

    private func setting(
        _ name: String, to value: JSONObject, hasInput: Bool, in bytes: [UInt8]
    ) throws(HostFileError) -> [UInt8] {
        var bytes = bytes
        if hasInput {
            let input: JSONObject = [
                "type": "promptString", "id": .string(inputName(of: name)), "description": "Quo API key",
                "password": true,
            ]
            bytes = try JSONServerList.addingInput(input, to: bytes)
        }
        return try format.serverList.init(bytes, key: key).setting(name, to: value)
    }
}

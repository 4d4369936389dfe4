import JSON

/// Reads values from their sources into a policy, one source after the other, and gathers what is wrong.
struct PolicyReader {
    typealias Fault = ConfigurationError.Fault

    private(set) var policy = Policy()
    private(set) var faults: [Fault] = []
    private var faultyPaths: Set<String> = []

    // MARK: - The file

    /// Reads what a file holds.
    mutating func read(_ json: JSONValue, from file: String) {
        guard let object = json.objectValue else {
            report(.file(file), "", "must hold a JSON object, not \(json.excerpt)")
            return
        }
        read(object, at: "", from: .file(file))
        checkRules()
    }

    private mutating func read(_ object: JSONObject, at prefix: String, from origin: Origin) {
        for member in object {
            let path = prefix.isEmpty ? member.name : "\(prefix).\(member.name)"
            if let setting = Setting.all.first(where: { $0.path == path }) {
                assign(member.value, to: setting, from: origin)
            } else if SettingGroup.all.contains(where: { $0.path == path }) {
                if let group = member.value.objectValue {
                    read(group, at: path, from: origin)
                } else {
                    report(origin, path, "must be an object, not \(member.value.excerpt)")
                }
            } else if path == "$schema" {
                if member.value.stringValue == nil {
                    report(origin, path, "must be a text, not \(member.value.excerpt)")
                }
            } else {
                report(origin, path.excerpt, "is not known" + Self.suggestion(for: member.name, in: prefix))
            }
        }
    }

    /// The nearest key beside an unknown one, else a key of that name elsewhere, else the keys that there are.
    private static func suggestion(for name: String, in prefix: String) -> String {
        let paths = Setting.all.map(\.path) + SettingGroup.all.map(\.path)
        func place(of path: String) -> (parent: String, name: String) {
            let parts = path.split(separator: ".")
            return (parts.dropLast().joined(separator: "."), String(parts.last ?? ""))
        }
        let siblings = paths.filter { place(of: $0).parent == prefix }.map { place(of: $0).name }
        let dotted = prefix.isEmpty ? "" : "\(prefix)."
        if let near = nearest(to: name, among: siblings) { return "; did you mean \(dotted)\(near)?" }
        if let elsewhere = paths.first(where: { nearest(to: name, among: [place(of: $0).name]) != nil }) {
            return "; did you mean \(elsewhere)?"
        }
        return "; known here are \(siblings.joined(separator: ", "))"
    }

    // MARK: - The environment

    /// Reads what environment variables say.
    mutating func read(_ environment: [String: String]) {
        for setting in Setting.all {
            guard let name = setting.variable, let text = environment[name], let json = setting.parse(text) else {
                continue
            }
            assign(json, to: setting, from: .variable(name), text: text)
        }
        let known = Setting.variables + [ConfigurationFile.variable]
        let others = ConfigurationFile.otherVariables
        for name in environment.keys.sorted()
        where name.hasPrefix("QUO_") && !known.contains(name) && !others.contains(name) {
            guard let near = nearest(to: name, among: known) else { continue }
            report(.variable(name.excerpt), name.excerpt, "is not known; did you mean \(near)?")
        }
        checkRules()
    }

    // MARK: - Values

    /// Notes what was wrong with a file that could not be read at all.
    mutating func note(_ error: ConfigurationError) {
        for fault in error.faults { report(fault.origin, fault.path, fault.message) }
    }

    /// Takes a value over, unless it is wrong or would undo what no later source undoes.
    ///
    /// - Parameter text: The text of the variable that the value is from.
    private mutating func assign(
        _ json: JSONValue, to setting: Setting, from origin: Origin, text: String? = nil
    ) {
        var changed = policy
        switch setting.read(json, &changed) {
        case .unset: break
        case .wrong(let mismatches):
            faultyPaths.insert(setting.path)
            for mismatch in mismatches {
                if let text, mismatch.place.isEmpty {
                    report(
                        origin, setting.path, "must be \(setting.expectedText), not \"\(text.excerpt)\"",
                        discreetly: "must be \(setting.expectedText)")
                } else {
                    report(origin, setting.path + mismatch.place, mismatch.message)
                }
            }
        case .value:
            if let latch = setting.latch, setting.write(policy) == latch, setting.write(changed) != latch {
                let kept = "\(setting.path) \(latch.text()) (\(policy.origin(of: setting.path)))"
                policy.notices.append("\(origin) says \(setting.write(changed).text()), which does not undo \(kept).")
                return
            }
            policy = changed
            policy.origins[setting.path] = origin
        }
    }

    private mutating func report(
        _ origin: Origin, _ path: String, _ message: String, discreetly discreetMessage: String? = nil
    ) {
        let fault = Fault(origin: origin, path: path, message: message, discreetMessage: discreetMessage)
        let isRepeated = faults.contains { $0.description == fault.description }
        if !isRepeated { faults.append(fault) }
        faultyPaths.insert(path)
    }

    /// Whether a fault was found in a setting or in what holds it.
    private func isFaulty(_ path: String) -> Bool {
        faultyPaths.contains { $0.isEmpty || $0 == path || path.hasPrefix("\($0).") }
    }

    // MARK: - What values must be together

    /// Holds the values read so far to what they must be together, leaving out those that are at fault already.
    private mutating func checkRules() {
        checkUnattendedSends()
        let hours = policy.quietHours
        if hours.from >= hours.to, !isFaulty("quietHours.from"), !isFaulty("quietHours.to") {
            let path = policy.origin(of: "quietHours.to") == .standard ? "quietHours.from" : "quietHours.to"
            let message =
                "leaves no time from \(hours.from) to \(hours.to): from is when texts may first go, and to, when they no longer may,"
                + " must be later"
            report(policy.origin(of: path), path, message, discreetly: message)
        }
    }

    /// Without a person, something else must bound whom texts may reach.
    private mutating func checkUnattendedSends() {
        guard !policy.boundsUnattendedSends, !isFaulty("recipients.allow") else { return }
        let paths = [
            ("profile", policy.profile.rawValue, policy.profile == .unattended),
            ("overrides.risks.send", Decision.allow.rawValue, policy.overrides.send == .allow),
        ]
        for (path, value, isUnattended) in paths where isUnattended && !isFaulty("profile") && !isFaulty(path) {
            let message = "is \"\(value)\", which needs recipients.allow to name whom texts may reach without a person"
            report(policy.origin(of: path), path, message, discreetly: message)
        }
    }

    /// Holds names to what there is.
    mutating func check(_ names: KnownNames) {
        check(policy.toolsets, "toolsets", "a toolset", among: ["all"] + names.toolsets + names.tools)
        check(policy.tools, "tools", "a tool", among: names.tools)
        check(policy.excludedTools, "excludeTools", "a tool", among: names.tools)
        check(policy.overrides.tools.keys.sorted(), "overrides.tools", "a tool", among: names.tools)
        guard let zone = policy.timeZone, !names.isZone(zone) else { return }
        report(
            policy.origin(of: "timeZone"), "timeZone", "names \(zone.excerpt), which is no zone that this system knows",
            discreetly: "names no zone that this system knows")
    }

    private mutating func check(_ given: [String], _ path: String, _ thing: String, among known: [String]) {
        for name in given where !known.contains(name) {
            let near = nearest(to: name, among: known).map { "did you mean \($0)?" }
            let hint = near ?? Self.farHint(for: name, among: known)
            report(
                policy.origin(of: path), path, "names \(name.excerpt), which is not \(thing); \(hint)",
                discreetly: "names what is not \(thing)" + (near.map { "; \($0)" } ?? ""))
        }
    }
}

extension PolicyReader {
    /// The few names that are least unlike one that nothing is near, and where all are; the agent reads this with each refusal.
    fileprivate static func farHint(for name: String, among known: [String]) -> String {
        let few = similar(to: name, among: known)
        let list = "quo-mcp tools lists what there is"
        return few.isEmpty ? list : "similar are \(few.joined(separator: ", ")); \(list)"
    }
}

/// The names that a configuration may use.
package struct KnownNames: Sendable {
    /// The toolsets.
    package let toolsets: [String]
    /// The tools.
    package let tools: [String]
    /// Whether a name is that of a time zone.
    package let isZone: @Sendable (String) -> Bool

    package init(toolsets: [String], tools: [String], isZone: @escaping @Sendable (String) -> Bool = { _ in true }) {
        self.toolsets = toolsets
        self.tools = tools
        self.isZone = isZone
    }
}

extension Policy {
    /// Reads the owner's policy: the defaults, then the file, then environment variables, of which the later wins.
    ///
    /// Nothing undoes read-only. What is wrong anywhere is an error, and no part of the configuration counts then: the
    /// caller goes on with ``refusingEverything(because:)``.
    ///
    /// - Parameters:
    ///   - file: The path that the command line names, if it does.
    ///   - environment: All of the program's variables, so that a misspelt one is noticed.
    ///   - names: What there is of tools, toolsets and zones; nil leaves names unchecked.
    /// - Throws: ``ConfigurationError`` with all that is wrong.
    package static func load(
        file: String? = nil, environment: [String: String], names: KnownNames? = nil
    ) throws(ConfigurationError) -> Policy {
        var reader = PolicyReader()
        var notices: [String] = []
        if let file = ConfigurationFile(named: file, environment: environment) {
            do throws(ConfigurationError) {
                if let contents = try file.contents() {
                    reader.read(contents.json, from: file.path)
                    // Before a variable takes the place of what the file says, and hides a fault in it.
                    if let names { reader.check(names) }
                    notices = contents.notices
                }
            } catch {
                reader.note(error)
            }
        }
        reader.read(environment.withoutPlaceholders)
        if let names { reader.check(names) }
        if !reader.faults.isEmpty { throw ConfigurationError(faults: reader.faults) }
        var policy = reader.policy
        policy.notices = notices + policy.notices
        return policy
    }
}

import Configuration
import Hosts
import JSON
import QuoAPI

/// The hosts that start this program: whether their entries work, and whether they show forms.
extension Examination {
    func hosts() -> [Finding] {
        guard let place = hostPlace else { return [.skipped("hosts", "there is no home folder to look in")] }
        let present = HostFinding.all(in: place).filter(\.isPresent)
        let unreadable = present.flatMap { finding in
            finding.files.compactMap { file in
                file.fault.map { fault in
                    Finding.warning(
                        "hosts", "\(shown(file.path)) of \(finding.host.title) cannot be read",
                        remedy: "Correct it: \(masked(fault.message)).")
                }
            }
        }
        let own = present.flatMap { finding in
            finding.files.flatMap { file in
                file.entries.filter { $0.starts(executable) }.map { (finding.host, file, $0) }
            }
        }
        let names = present.map(\.host.title).joined(separator: ", ")
        if own.isEmpty {
            return unreadable + [
                .warning(
                    "hosts",
                    names.isEmpty ? "none that is known is here" : "here: \(names); none of them starts quo-mcp",
                    remedy: "quo-mcp install HOST connects one; quo-mcp install lists those that are known.")
            ]
        }
        var findings = unreadable + [.ok("hosts", "here: \(names)")]
        var told: Set<String> = []
        for (host, file, entry) in own {
            findings += examine(entry, in: file, of: host)
            if told.insert(host.name).inserted { findings.append(forms(of: host)) }
        }
        return findings
    }

    private func examine(_ entry: HostEntry, in file: HostFinding.File, of host: Host) -> [Finding] {
        let others = file.entries.filter { !$0.starts(executable) }.map(\.name.oneVisibleLine)
        let beside = others.isEmpty ? "" : "; beside it: \(others.joined(separator: ", "))"
        let name = "\(host.title), \(entry.name.oneVisibleLine) in \(shown(file.path))"
        var findings: [Finding] = []
        for (gateway, option) in [(Gateway.none, "--read-key"), (.maton(connection: nil), "--key-file PATH")] {
            let key = entry.environment[Credential.Source.key.name(for: gateway)] ?? ""
            if key.isEmpty || key.hasPrefix("$") { continue }
            findings.append(
                .warning(
                    "host-key", "\(name): the key stands in the file",
                    remedy: "quo-mcp install \(host.name) \(option) keeps it in a file that only you can read."))
        }
        if entry.isDisabled {
            return findings + [.skipped("host-entry", "\(name): switched off there\(beside)")]
        }
        // What comes with a project may be anybody's, so it is not run for being looked at.
        if file.isOfProject {
            return findings + [
                .skipped("host-entry", "\(name): of the project in this folder, so not started\(beside)")
            ]
        }
        do throws(ServerProcessError) {
            let variables = variables(of: entry)
            let count = try start(entry, variables)
            let seen = "\(name): starts, and offers \(count) tools"
            if let fault = fault(of: entry, variables) {
                findings.append(
                    .failed(
                        "host-entry", "\(seen), but sends and changes nothing: \(fault)\(beside)",
                        remedy: "Correct it; quo-mcp config in a terminal with the same variables says what is wrong."))
            } else {
                findings.append(.ok("host-entry", "\(seen)\(beside)"))
            }
        } catch {
            findings.append(
                .failed(
                    "host-entry", "\(name): does not work: \(masked(error.message))\(beside)",
                    remedy: "quo-mcp install \(host.name) writes the entry anew."))
        }
        return findings
    }

    /// The variables that an entry's server gets from its host.
    private func variables(of entry: HostEntry) -> [String: String] {
        var variables = surroundings.filter { !$0.key.hasPrefix("QUO_") && !$0.key.hasPrefix("MATON_") }
        for name in entry.forwardedVariables { variables[name] = surroundings[name] }
        return variables.merging(entry.environment) { $1 }
    }

    /// What is wrong with the settings of an entry's server, without values; nil where nothing is.
    private func fault(of entry: HostEntry, _ variables: [String: String]) -> String? {
        // A server that does not understand its arguments has not started.
        guard let invocation = try? Invocation(parsing: entry.arguments) else { return nil }
        let variables = variables.merging(invocation.variables) { $1 }
        do throws(ConfigurationError) {
            _ = try Policy.load(file: invocation.configurationFile, environment: variables, names: .ofTools)
            return nil
        } catch {
            let file = ConfigurationFile(named: invocation.configurationFile, environment: variables)
            let name = file.map { shown($0.path) } ?? "no file"
            return error.faults.map { "\(location(of: $0, in: name)) \($0.discreetMessage ?? "is wrong")" }
                .joined(separator: "; ")
        }
    }

    /// Starts an entry as its host would, and returns how many tools it offers.
    private func start(_ entry: HostEntry, _ variables: [String: String]) throws(ServerProcessError) -> Int {
        let server = try ServerProcess(
            executable: entry.command, arguments: entry.arguments, surroundings: variables, limit: timeout)
        defer { server.stop(patience: 1000) }
        try server.initialize()
        return try server.plainRequest("tools/list")["tools"]?.arrayValue?.count ?? 0
    }

    private func forms(of host: Host) -> Finding {
        switch host.forms {
        case .shown: .ok("approvals", "\(host.title): \(host.formsSentence)")
        case .absent, .unreliable:
            .warning(
                "approvals", "\(host.title): \(host.formsSentence)",
                remedy: "Keep quo-mcp approve --watch open in a terminal while its agent works.")
        }
    }

    private var hostPlace: HostPlace? {
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return HostPlace(home: home, environment: environment, workingFolder: workingFolder)
    }
}

import Configuration
import Hosts
import QuoAPI
import QuoServer

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Which entry of which file `quo-mcp install` and `uninstall` change.
struct HostChange: Equatable {
    /// The name of a host that is known.
    let host: String
    /// The server's name in the file.
    var name = "quo"
    /// Whether the file of the project in the working folder is meant.
    let isOfProject: Bool
    /// Whether nothing is to be written.
    let isDryRun: Bool
}

/// What `quo-mcp install HOST` adds.
struct InstallRequest: Equatable {
    var change: HostChange
    /// Whether to print what to paste, and write nothing.
    let isPrint: Bool
    /// Whether an entry of that name that starts another program may be replaced.
    let replacesOther: Bool
    /// Where the key is to come from; nil for the host's usual way.
    let key: KeyOrigin?
    let profile: String?
    let toolsets: String?
}

/// What `quo-mcp uninstall HOST` removes.
struct UninstallRequest: Equatable {
    var change: HostChange
}

/// Why a host's file was not changed.
struct InstallError: Error {
    let message: String
    /// The exit status.
    var status: Int32 = 1

    init(_ message: String, status: Int32 = 1) { (self.message, self.status) = (message, status) }
}

/// Adds this server to a host's file, or prints how.
///
/// - Parameter mayWrite: Asks whether the change that was shown is to be made.
/// - Returns: The exit status.
func install(_ request: InstallRequest, mayWrite: () -> Bool = { true }) -> Int32 {
    report { () throws(InstallError) in
        let target = try HostTarget(request.change)
        if request.isPrint {
            target.printSnippet(of: try entry(request, for: target, replacing: nil))
            return
        }
        let file = try target.read()
        let old = try file.map { file throws(InstallError) in try target.entry(in: file) } ?? nil
        let executable = ownCommand()
        let own = old.flatMap { $0.starts(executable) ? $0 : nil }
        if let old, own == nil, !request.replacesOther {
            throw InstallError(
                "\(target.path) has a server \(old.name) that starts another program, \(old.command.oneVisibleLine). "
                    + "--replace replaces it; --name NAME adds this one under another name.")
        }
        let entry = try entry(request, for: target, replacing: own)
        let kept = own?.settings.unchanged(in: entry)
        let after = try target.reading { host throws(HostFileError) in try host.installing(entry, in: file?.bytes ?? [])
        }
        if let file, file.bytes == after {
            Output.line("\(target.path) has it already; nothing was written.")
            return
        }
        let shown = [own, entry].compactMap { $0?.withoutKeys }
        guard try target.replace(file, with: after, showing: shown, mayWrite: mayWrite) else { return }
        if let kept, !kept.isEmpty {
            Output.line("Kept from the entry that was there: \(kept.joined(separator: ", ")).")
        }
        if request.change.isDryRun { return }
        if request.key == .clear, file?.isReadableByOthers == true {
            Output.log("others on this machine can read the key now; run: chmod 600 \"\(target.path)\"")
        }
        Output.line("Start \(target.host.title) anew to connect it. \(target.host.formsSentence)")
    }
}

/// Takes this server out of a host's file.
///
/// - Returns: The exit status.
func uninstall(_ request: UninstallRequest) -> Int32 {
    report { () throws(InstallError) in
        let target = try HostTarget(request.change)
        guard let file = try target.read(), let old = try target.entry(in: file) else {
            Output.line("There is no server \(request.change.name) in \(target.path); nothing was written.")
            return
        }
        guard old.starts(ownCommand()) else {
            throw InstallError(
                "\(old.name) in \(target.path) starts another program, \(old.command.oneVisibleLine), so it is left alone"
            )
        }
        let after = try target.reading { host throws(HostFileError) in
            try host.removing(old.name, from: file.bytes, backups: FileReplacement.backups(of: file.path))
        }
        try target.replace(file, with: after, showing: [old.withoutKeys])
        if !request.change.isDryRun { Output.line("Start \(target.host.title) anew to disconnect it.") }
    }
}

/// Lists the hosts that are known, which of them are here, and where this server is installed.
///
/// - Returns: The exit status.
func listHosts() -> Int32 {
    guard let place = hostPlace() else {
        Output.log("HOME is not set, so no host's file can be found")
        return 1
    }
    var table = Table("HOST", "IS", "HERE", "SERVER", "FILE")
    for finding in HostFinding.all(in: place) {
        let host = finding.host
        let here = finding.isPresent ? "yes" : "no"
        let files = finding.files.filter { file in
            !file.isOfProject || file.fault != nil || file.entries.contains { $0.starts(ownCommand()) }
        }
        for file in files {
            let own = file.entries.filter { $0.starts(ownCommand()) }.map(\.name)
            let server = file.fault.map { "not readable: \($0)" } ?? (own.isEmpty ? "-" : own.joined(separator: ", "))
            table.append([host.name, host.title, here, server, file.path])
        }
        if files.isEmpty { table.append([host.name, host.title, here, "-", place.userFile(of: host)]) }
    }
    Output.line(table.text())
    Output.line("\nquo-mcp install HOST adds this server to one of them; --dry-run shows what it would write.")
    return 0
}

private func report(_ body: () throws(InstallError) -> Void) -> Int32 {
    do {
        try body()
        return 0
    } catch {
        Output.log(error.message)
        return error.status
    }
}

// MARK: - The file

/// The file that is to change.
private struct HostTarget {
    let host: Host
    let path: String
    private let change: HostChange

    init(_ change: HostChange) throws(InstallError) {
        guard let host = Host.named(change.host), let place = hostPlace() else {
            throw InstallError("HOME is not set, so the host's file cannot be found")
        }
        (self.host, self.change) = (host, change)
        guard change.isOfProject else {
            path = place.userFile(of: host)
            return
        }
        guard let path = place.projectFile(of: host) else {
            throw InstallError("\(host.title) has no file for one project; leave out --project", status: 2)
        }
        self.path = path
    }

    func reading<Value>(_ body: (Host) throws(HostFileError) -> Value) throws(InstallError) -> Value {
        do throws(HostFileError) { return try body(host) } catch {
            throw InstallError("\(path) was left as it is: \(error.message)")
        }
    }

    func read() throws(InstallError) -> HostFile? {
        try reading { _ throws(HostFileError) in try HostFile.read(path) }
    }

    /// The entry of the server's name.
    func entry(in file: HostFile) throws(InstallError) -> HostEntry? {
        try reading { host throws(HostFileError) in try host.entries(in: file.bytes) }.first { $0.name == change.name }
    }

    /// Shows a change, and makes it unless this is a dry run or it is not to be made.
    ///
    /// - Returns: Whether it was made, or would have been but for the dry run.
    @discardableResult func replace(
        _ file: HostFile?, with after: [UInt8]?, showing entries: [HostEntry], mayWrite: () -> Bool = { true }
    ) throws(InstallError) -> Bool {
        let difference = LineDifference(from: file?.bytes ?? [], to: after ?? [], of: host, entries: entries)
        Output.line("--- \(file == nil ? "/dev/null" : path)\n+++ \(after == nil ? "/dev/null" : path)")
        for line in difference.lines { Output.line(colored(line.oneVisibleLine)) }
        if change.isDryRun {
            Output.line("\nNothing was written.")
            return true
        }
        guard mayWrite() else { return false }
        let replacement = FileReplacement(of: path, from: file, to: after)
        let backup = try reading { _ throws(HostFileError) in try replacement.perform(backupTime: Int64(time(nil))) }
        Output.line(after == nil ? "\nRemoved \(path), which held nothing else." : "\nWrote \(path).")
        if let backup { Output.line("As it was before: \(backup)") }
        return true
    }

    /// Prints what to paste; what else is good to know goes to standard error, so that the output can be piped.
    func printSnippet(of entry: HostEntry) {
        Output.write(host.snippet(of: entry), to: 1)
        Output.log("for \(path)")
        if let command = host.command(adding: entry), !change.isOfProject { Output.log("or run: \(command)") }
    }

    private func colored(_ line: String) -> String {
        guard Output.isTerminal else { return line }
        switch line.first {
        case "+": return "\u{1B}[32m\(line)\u{1B}[0m"
        case "-": return "\u{1B}[31m\(line)\u{1B}[0m"
        default: return line
        }
    }
}

/// Where hosts keep their files; nil where there is no home folder.
func hostPlace() -> HostPlace? {
    let variables = environment(HostPlace.variables)
    guard let home = variables["HOME"], home.hasPrefix("/"), let folder = workingFolder() else { return nil }
    return HostPlace(home: home, environment: variables, workingFolder: folder)
}

/// The folder in which this program was started.
func workingFolder() -> String? {
    guard let folder = getcwd(nil, 0) else { return nil }
    defer { free(folder) }
    return String(cString: folder)
}

/// A path from the root on.
func absolutePath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return "\(workingFolder() ?? "")/\(relative)"
}

// MARK: - The entry

/// The entry that a host is to get.
///
/// - Parameter old: The entry that was there before, what of which stays; nil where there was none.
private func entry(
    _ request: InstallRequest, for target: HostTarget, replacing old: HostEntry?
) throws(InstallError) -> HostEntry {
    let host = target.host
    var entry = old?.settings ?? HostEntry(name: request.change.name, command: "")
    entry.command = ownCommand()
    let gateway = try entry.takeGateway(from: environment(WorkspaceAccess.variables))
    let keyTarget = KeyTarget(host: host, path: target.path, oldEntry: old, isForPasting: request.isPrint)
    try KeyOrigin.resolve(request.key, through: gateway, into: &entry, for: keyTarget)
    if host.placeholder(for: "") != nil, entry.command.contains("$") {
        throw InstallError(
            "\(host.title) reads $ in its file as a variable, so the path of this program must have none")
    }
    if let profile = request.profile { entry.environment["QUO_PROFILE"] = profile }
    if let toolsets = request.toolsets {
        entry.environment["QUO_TOOLSETS"] = toolsets
        entry.removeArgument("--toolsets")
    }
    if let limit = try toolLimit(of: host, entry.environment, gateway) { entry.environment["QUO_TOOL_LIMIT"] = limit }
    return entry
}

/// The limit to set for a host that takes only so many tools; nil where those that are offered are no more.
private func toolLimit(
    of host: Host, _ entryVariables: [String: String], _ gateway: Gateway
) throws(InstallError) -> String? {
    let variables = entryVariables.filter { ["QUO_TOOLSETS", "QUO_TOOL_LIMIT"].contains($0.key) }
    do throws(ConfigurationError) {
        let policy = try readPolicy(file: nil, variables: variables)
        let count = ToolSelection(policy, hasGateway: gateway != .none).tools.count
        return host.toolLimit.flatMap { count > $0 ? String($0) : nil }
    } catch {
        throw InstallError(error.faults.map(\.description).joined(separator: "\n"), status: 2)
    }
}

extension HostEntry {
    /// What the entry says besides the way to a key, which is settled anew; and it is switched on.
    fileprivate var settings: HostEntry {
        var entry = self
        let keys = KeyOrigin.variables
        entry.environment = environment.filter { !keys.contains($0.key) }
        entry.forwardedVariables = forwardedVariables.filter { !keys.contains($0) }
        entry.arguments = arguments.filter { $0 != "--sandbox" }
        entry.isDisabled = false
        return entry
    }

    /// The names of variables, and the arguments, that are in another entry too.
    fileprivate func unchanged(in other: HostEntry) -> [String] {
        variableNames.filter { other.variableNames.contains($0) && other.environment[$0] == environment[$0] }
            + arguments.filter(other.arguments.contains).map(\.oneVisibleLine)
    }

    /// Takes out an option with its value, which would count before the variable.
    fileprivate mutating func removeArgument(_ option: String) {
        guard let index = arguments.firstIndex(of: option) else { return }
        arguments.removeSubrange(index..<Swift.min(index + 2, arguments.count))
    }

    /// Takes over from this program's variables what stands between the server and Quo, where they say it; what the entry says
    /// already counts otherwise.
    ///
    /// - Returns: The gateway that the server uses then.
    fileprivate mutating func takeGateway(from variables: [String: String]) throws(InstallError) -> Gateway {
        let names = [Gateway.environmentName, Gateway.connectionName]
        var said = environment.filter { names.contains($0.key) }
        said.merge(variables.filter { names.contains($0.key) }) { $1 }
        let gateway: Gateway
        do throws(Gateway.Invalid) { gateway = try Gateway.load(environment: said) } catch {
            throw InstallError(error.description, status: 2)
        }
        for name in names { environment[name] = gateway == .none ? nil : said[name] }
        return gateway
    }
}

/// The path by which the host is to start this program: a link by which it was called, such as one that a package manager
/// keeps, stays a link.
func ownCommand() -> String {
    let own = (try? ServerProcess.ownExecutable()) ?? CommandLine.arguments[0]
    let called = CommandLine.arguments[0]
    let folders = environment(["PATH"])["PATH"]?.split(separator: ":").map(String.init) ?? []
    let candidates = called.contains("/") ? [absolutePath(called)] : folders.map { "\($0)/\(called)" }
    return candidates.first { $0.hasPrefix("/") && isSameFile($0, own) } ?? own
}

private func isSameFile(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_ino == second.st_ino
        && first.st_dev == second.st_dev
}

extension HostEntry {
    /// The entry without values that are keys, for showing it.
    fileprivate var withoutKeys: HostEntry {
        var entry = self
        for (name, value) in environment where !name.hasSuffix("_FILE") && !name.hasSuffix("_COMMAND") {
            let words = ["KEY", "TOKEN", "SECRET", "PASSWORD"]
            if words.contains(where: name.contains), !value.hasPrefix("${") { entry.environment[name] = "…" }
        }
        return entry
    }
}

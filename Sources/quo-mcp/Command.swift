import Configuration
import Guard
import Hosts
import Store

/// What a person asked of the program on its command line.
enum Command: Equatable {
    /// Serve a host over standard input and output.
    case serve
    /// Play an agent's session against the sandbox.
    case demo
    /// List the tools, or show one.
    case tools(name: String?, isJSON: Bool)
    /// Call one tool, asking for approval in the terminal.
    case call(tool: String, arguments: String)
    /// Decide on what waits for a person.
    case approve(ApprovalRequest)
    /// Show or verify the audit.
    case audit(AuditRequest)
    /// Show or change who must not be texted.
    case optOut(OptOutRequest)
    /// Take webhooks until a signal ends it.
    case listen(ListenRequest)
    /// Check a saved delivery, or send a sample.
    case webhook(WebhookRequest)
    /// Show the owner's policy.
    case config(ConfigurationView)
    /// Show what a document of the API says otherwise than this program's contract.
    case contractDiff(file: String, isJSON: Bool)
    /// Add this server to a host's file; without one, list the hosts.
    case install(InstallRequest?)
    /// Take this server out of a host's file.
    case uninstall(UninstallRequest)
    /// Walk a person through what must be chosen once.
    case setUp
    /// Look for what keeps the program from its work.
    case doctor(isJSON: Bool)
    /// Print the completions of a shell.
    case completion(Shell)
    /// Print the manual page.
    case manual
    case version
    /// Tell how the program is used, or one command of it.
    case help(CommandDescription?)
}

/// A whole command line.
struct Invocation: Equatable {
    var command: Command
    /// Whether `--sandbox` was given; the environment may say so as well.
    var isSandbox: Bool
    /// The file that `--config` names.
    var configurationFile: String?
    /// The environment variables that options of the command line stand for; they win over the environment's.
    var variables: [String: String] = [:]

    /// The options that say what an environment variable says.
    private static let variableOptions = ["--toolsets": "QUO_TOOLSETS", "--exclude-tools": "QUO_EXCLUDE_TOOLS"]

    /// Reads the arguments that follow the program's name.
    ///
    /// - Throws: ``UsageError`` that names what is wrong with them.
    init(parsing arguments: [String]) throws(UsageError) {
        let line = try CommandLineWords(arguments)
        isSandbox = line.has("--sandbox")
        configurationFile = line.value(of: "--config")
        for (option, variable) in Self.variableOptions { variables[variable] = line.value(of: option) }
        if line.has("--help") || line.words.first == "help" {
            let words = line.words.first == "help" ? line.words.dropFirst() : line.words[...]
            command = .help(try words.first.map { name throws(UsageError) in try CommandDescription(typed: name) })
        } else if line.has("--version") || line.words.first == "version" {
            command = .version
        } else {
            command = try Command(line)
        }
    }
}

/// What is wrong with a command line.
struct UsageError: Error, Equatable {
    let message: String
    init(_ message: String) { self.message = message }

    /// Names what is not known, and what is that is nearest to it; where nothing is near, the command that lists what is.
    init(unknown thing: String, _ name: String, among known: [String], listedBy command: String? = nil) {
        let list = command.map { "; \($0) lists what is known" } ?? ""
        let hint = nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? list
        message = "unknown \(thing) \(name.oneVisibleLine)\(hint)"
    }
}

extension WordKind {
    /// Refuses what cannot stand there.
    fileprivate func check(_ text: String, as thing: String) throws(UsageError) {
        guard !words.isEmpty else { return }
        // Where a toolset can stand, so can a tool.
        let words = self == .toolsets ? words + WordKind.tool.words : words
        for word in isList ? text.commaSeparated : [text] where !words.contains(word) {
            let command = [.tool, .tools, .toolsets].contains(self) ? "quo-mcp tools" : nil
            throw UsageError(unknown: thing, word, among: words, listedBy: command)
        }
    }
}

extension CommandDescription {
    /// The command that a person named.
    fileprivate init(typed name: String) throws(UsageError) {
        guard let command = Self.named(name) else {
            throw UsageError(unknown: "command", name, among: Self.all.map(\.name))
        }
        self = command
    }
}

extension Command {
    fileprivate init(_ line: CommandLineWords) throws(UsageError) {
        let name = line.words.first ?? "serve"
        let words = Array(line.words.dropFirst())
        let rule = try CommandDescription(typed: name)
        if words.count > rule.words.upperBound {
            throw UsageError("unexpected argument \(words[rule.words.upperBound])")
        }
        for option in line.options.sorted() where option != "--sandbox" && !rule.options.contains(option) {
            let owners = CommandDescription.all.filter { $0.options.contains(option) }.map(\.name)
            throw UsageError("\(option) goes with \(owners.joined(separator: ", ")) only")
        }
        // A server goes on without a toolset that it does not know, so that its agent can say what is wrong.
        if name != "serve" { try line.checkValues() }
        if rule.firstWord == .tool, let tool = words.first { try rule.firstWord.check(tool, as: "tool") }
        switch name {
        case "demo": self = .demo
        case "tools": self = .tools(name: words.first, isJSON: line.has("--json"))
        case "call":
            guard let tool = words.first else { throw UsageError("call needs the name of a tool") }
            self = .call(tool: tool, arguments: words.count > 1 ? words[1] : "{}")
        case "approve": self = .approve(try ApprovalRequest(words, line))
        case "audit": self = .audit(try AuditRequest(line))
        case "optout": self = .optOut(try OptOutRequest(words))
        case "listen": self = .listen(try ListenRequest(line))
        case "webhook": self = .webhook(try WebhookRequest(words, line))
        case "contract":
            guard words.first == "diff", words.count == 2 else { throw UsageError("contract needs diff FILE") }
            self = .contractDiff(file: expandedPath(words[1]), isJSON: line.has("--json"))
        case "install":
            if words.isEmpty, let option = line.options.subtracting(["--sandbox"]).min() {
                throw UsageError("install needs the name of a host with \(option); quo-mcp install lists them")
            }
            self = .install(try words.first.map { name throws(UsageError) in try InstallRequest(name, line) })
        case "uninstall": self = .uninstall(try UninstallRequest(words.first, line))
        case "setup": self = .setUp
        case "doctor": self = .doctor(isJSON: line.has("--json"))
        case "completion":
            guard let shell = words.first.flatMap(Shell.init(rawValue:)) else {
                throw UsageError("completion needs \(rule.synopsis)")
            }
            self = .completion(shell)
        case "man": self = .manual
        case "config": self = .config(line.has("--schema") ? .schema : line.has("--json") ? .json : .listing)
        default: self = .serve
        }
    }
}

extension ApprovalRequest {
    fileprivate init(_ words: [String], _ line: CommandLineWords) throws(UsageError) {
        let id = words.first
        switch (line.has("--watch"), line.has("--set-passcode")) {
        case (false, false): self = .review(id: id)
        case (true, false) where id == nil: self = .watch
        case (false, true) where id == nil: self = .setPasscode
        default: throw UsageError("approve takes one of an id, --watch and --set-passcode")
        }
    }
}

extension AuditRequest {
    fileprivate init(_ line: CommandLineWords) throws(UsageError) {
        if line.has("--verify") {
            let others = line.options.subtracting(["--verify", "--sandbox"])
            if !others.isEmpty { throw UsageError("--verify reads the whole audit, so no other option goes with it") }
            self = .verify
            return
        }
        var limit = 50
        if let text = line.value(of: "--limit") {
            guard let number = Int(text), number > 0 else {
                throw UsageError("--limit needs a number from 1 on, not \(text)")
            }
            limit = number
        }
        let filter = AuditFilter(tool: line.value(of: "--tool"), event: line.value(of: "--event"))
        let since = line.value(of: "--since")
        // When a day begins is known once the policy, which names the zone, was read.
        if let since, LocalTime(zone: nil).time(parsing: since) == nil {
            throw UsageError("--since needs a day as 2026-01-31 or a time as 2026-01-31T09:00:00Z, not \(since)")
        }
        self = .show(filter, since: since, limit: limit, isJSON: line.has("--json"))
    }
}

extension OptOutRequest {
    fileprivate init(_ words: [String]) throws(UsageError) {
        switch (words.first, words.count) {
        case ("list", 1): self = .list
        case ("add", 2...3): self = .add(number: words[1], note: words.count > 2 ? words[2] : nil)
        case ("remove", 2): self = .remove(number: words[1])
        default: throw UsageError("optout needs list, add NUMBER [NOTE] or remove NUMBER")
        }
    }
}

extension ListenRequest {
    fileprivate init(_ line: CommandLineWords) throws(UsageError) {
        if let text = line.value(of: "--listen") {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                throw UsageError("--listen needs an address and a port as 127.0.0.1:4114, not \(text)")
            }
            host = String(text[..<colon].filter { $0 != "[" && $0 != "]" })
            self.port = port
        }
        if let text = line.value(of: "--path") {
            guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("?") else {
                throw UsageError("--path needs a path as /quo, not \(text)")
            }
            path = text
        }
    }
}

extension WebhookRequest {
    fileprivate init(_ words: [String], _ line: CommandLineWords) throws(UsageError) {
        switch (words.first, words.count) {
        case ("verify", 1):
            guard let headers = line.value(of: "--headers"), let body = line.value(of: "--body"), !line.has("--legacy"),
                !line.has("--webhook")
            else { throw UsageError("webhook verify needs --headers FILE and --body FILE") }
            self = .verify(headers: headers, body: body)
        case ("send", 3) where !line.has("--headers") && !line.has("--body"):
            self = .send(
                type: words[1], url: words[2], isLegacy: line.has("--legacy"), webhook: line.value(of: "--webhook"))
        case ("secret", 1...2) where line.options.isSubset(of: ["--sandbox"]):
            self = .secret(webhook: words.count > 1 ? words[1] : nil)
        default:
            throw UsageError(
                "webhook needs verify --headers FILE --body FILE, send TYPE URL [--legacy] [--webhook ID], or secret [ID]"
            )
        }
    }
}

extension Host {
    fileprivate static func typed(_ name: String) throws(UsageError) -> Host {
        guard let host = named(name) else {
            throw UsageError(unknown: "host", name, among: all.map(\.name), listedBy: "quo-mcp install")
        }
        return host
    }
}

extension HostChange {
    fileprivate init(_ host: String, _ line: CommandLineWords) throws(UsageError) {
        self.host = try Host.typed(host).name
        isOfProject = line.has("--project")
        isDryRun = line.has("--dry-run")
        guard let name = line.value(of: "--name") else { return }
        guard (1...32).contains(name.utf8.count), name.first?.isLetter == true,
            name.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2D })
        else { throw UsageError("--name needs small letters, digits and hyphens, at most 32, not \(name)") }
        self.name = name
    }
}

extension InstallRequest {
    fileprivate init(_ host: String, _ line: CommandLineWords) throws(UsageError) {
        change = try HostChange(host, line)
        isPrint = line.has("--print")
        replacesOther = line.has("--replace")
        if isPrint, change.isDryRun || replacesOther {
            throw UsageError("--print writes nothing, so it goes without --dry-run and --replace")
        }
        let options = ["--sandbox", "--key-file", "--key-command", "--key-env", "--read-key", "--with-key-in-clear"]
        let given = options.filter(line.has)
        if given.count > 1 {
            throw UsageError("\(given.joined(separator: " and ")) say each where the key is; keep one")
        }
        switch given.first {
        case "--sandbox": key = .sandbox
        case "--key-file": key = .file(line.value(of: "--key-file") ?? "")
        case "--key-command": key = .command(line.value(of: "--key-command") ?? "")
        case "--key-env": key = .environment
        case "--read-key": key = .prompt
        case "--with-key-in-clear": key = .clear
        default: key = nil
        }
        if key == .prompt, isPrint || change.isDryRun {
            throw UsageError("--read-key writes the file with the key, so it goes without --print and --dry-run")
        }
        if key == .clear, change.isOfProject {
            throw UsageError(
                "a project's file is shared with others, so --with-key-in-clear does not go with --project")
        }
        profile = line.value(of: "--profile")
        toolsets = line.value(of: "--toolsets")
    }
}

extension UninstallRequest {
    fileprivate init(_ host: String?, _ line: CommandLineWords) throws(UsageError) {
        guard let host else { throw UsageError("uninstall needs the name of a host; quo-mcp install lists them") }
        change = try HostChange(host, line)
    }
}

/// The words and options of a command line, in any order.
private struct CommandLineWords {
    private(set) var words: [String] = []
    private(set) var options: Set<String> = []
    private var values: [String: String] = [:]

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let option = argument == "-h" ? "--help" : argument
            guard option.hasPrefix("-") else {
                words.append(option)
                continue
            }
            guard let description = OptionDescription.named(option) else {
                throw UsageError(unknown: "option", option, among: OptionDescription.all.map(\.name))
            }
            if let wanted = description.value {
                guard let value = rest.popFirst() else { throw UsageError("\(option) needs \(wanted.meaning)") }
                // A shell leaves the tilde where the path is in quotes.
                values[option] = description.kind == .file ? expandedPath(value) : value
            }
            options.insert(option)
        }
    }

    /// Refuses values that their options cannot have.
    func checkValues() throws(UsageError) {
        for option in OptionDescription.all {
            guard let value = values[option.name] else { continue }
            try option.kind.check(value, as: "\(option.name) name")
        }
    }

    func has(_ option: String) -> Bool { options.contains(option) }

    func value(of option: String) -> String? { values[option] }
}

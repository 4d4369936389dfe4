import Configuration
import Hosts
import JSON
import QuoAPI
import Store

/// Walks a person through everything that must be chosen once.
///
/// - Returns: The exit status.
nonisolated func setUp(isSandbox: Bool, configurationFile: String?) -> Int32 {
    guard let terminal = Terminal() else {
        Output.log(
            "only a person at a terminal can answer, and there is none here; quo-mcp install HOST and the settings in "
                + "quo-mcp --help do the same without questions")
        return 1
    }
    defer { terminal.close() }
    let variables = configurationEnvironment()
    guard let files = KeyFiles(environment: variables),
        let policy = ConfigurationFile(named: configurationFile, environment: variables)
    else {
        Output.log("HOME is not set, so there is no place for the configuration")
        return 1
    }
    do throws(SetupEnd) {
        var setup = Setup(terminal: terminal, isSandbox: isSandbox, keyFiles: files, policyPath: policy.path)
        try setup.run()
        return 0
    } catch {
        terminal.print("\n\(error.message)\n")
        return 1
    }
}

/// Why the questions ended before their end.
struct SetupEnd: Error {
    let message: String
    init(_ message: String) { self.message = message }

    /// The person ended it.
    static let byPerson = SetupEnd("Ended here. What was written so far stays; quo-mcp setup goes on from it.")
}

/// The questions, one step after the other.
///
/// What a step writes it writes whole, before the next begins.
struct Setup {
    let terminal: Terminal
    /// Whether the simulated workspace is set up, because the command line says so or there is to be a key only later.
    var isSandbox: Bool
    let keyFiles: KeyFiles
    let policyPath: String

    mutating func run() throws(SetupEnd) {
        say(
            "Setting up quo-mcp\(isSandbox ? " with the simulated workspace" : ""). Enter takes what stands in [brackets];"
        )
        say("Control-C ends it at any time.")
        heading(1, "The API key")
        let lines = try chooseKey()
        heading(2, "What agents may do")
        var policy = try readPolicyFile()
        let profile = try chooseProfile(&policy)
        heading(3, "The numbers that may send")
        try chooseLines(lines, unless: profile == .readOnly, &policy)
        try save(policy)
        heading(4, "Approvals")
        try choosePasscode()
        heading(5, "The host")
        try chooseHost()
        finish(lines)
    }

    private func heading(_ number: Int, _ title: String) { terminal.print("\n\(number) of 5  \(title)\n\n") }

    // MARK: - Profile and numbers

    private func readPolicyFile() throws(SetupEnd) -> PolicyFile {
        do throws(HostFileError) { return try PolicyFile(policyPath) } catch {
            throw SetupEnd("\(policyPath): \(error.message). Put it right first; quo-mcp config says more.")
        }
    }

    private func chooseProfile(_ file: inout PolicyFile) throws(SetupEnd) -> Profile {
        let meanings: [(Profile, String)] = [
            (.guarded, "you approve whatever is sent, overwritten, deleted or exposed"),
            (.readOnly, "nothing is sent or changed"),
            (.replyOnly, "as guarded, and texts go only to people who wrote or called lately"),
            (.unattended, "texts go without you, but only to numbers that you name, and within budgets"),
        ]
        let current = file.content["profile"]?.stringValue.flatMap(Profile.init(rawValue:)) ?? .guarded
        let standard = meanings.firstIndex { $0.0 == current } ?? 0
        while true {
            let choice = try choose(meanings.map { "\($0.0.rawValue): \($0.1)" }, standard: standard)
            let profile = meanings[choice].0
            if profile == .unattended, file.content["recipients"]?["allow"]?.arrayValue?.isEmpty ?? true {
                guard let allowed = try askNumbers() else { continue }
                file.set("recipients.allow", to: .array(allowed.map { .string($0) }))
            }
            // The default needs no line of its own.
            if profile != current { file.set("profile", to: .string(profile.rawValue)) }
            return profile
        }
    }

    /// Whom texts may reach without a person; nil where nobody is named.
    private func askNumbers() throws(SetupEnd) -> [String]? {
        while true {
            let line = try ask("Whom may texts reach? Numbers as +16145550123 or beginnings as +1614, with commas: ")
            let words = line.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
            if words.isEmpty { return nil }
            if let wrong = words.first(where: { NumberPattern($0) == nil }) {
                say("\(wrong.oneVisibleLine) is neither.")
            } else {
                return words
            }
        }
    }

    private func chooseLines(
        _ lines: [WorkspaceLine]?, unless isReadOnly: Bool, _ file: inout PolicyFile
    ) throws(SetupEnd) {
        if isReadOnly { return say("None: this profile sends nothing.") }
        guard let lines, !lines.isEmpty else {
            return say("They could not be listed, so this stays as it is. quo-mcp setup asks again when run again.")
        }
        let current = file.content["recipients"]?["from"]?.arrayValue?.compactMap(\.stringValue) ?? []
        for (index, line) in lines.enumerated() {
            let mark = current.isEmpty || current.contains(line.id) || current.contains(line.number) ? "*" : " "
            say(" \(mark) \(index + 1)  \(line.title)")
        }
        say("\nThose with a star may send now.")
        while true {
            let typed = try ask("Which may send? Their numbers in this list with commas, or all [as now]: ")
                .lowercased()
            if typed.isEmpty { return }
            if typed == "all" { return file.set("recipients.from", to: nil) }
            let places = typed.split { $0 == "," || $0 == " " }.map { Int($0) }
            let chosen = places.compactMap { place in
                place.flatMap { lines.indices.contains($0 - 1) ? lines[$0 - 1] : nil }
            }
            if !chosen.isEmpty, chosen.count == places.count {
                return file.set("recipients.from", to: .array(chosen.map { .string($0.id) }))
            }
            say("Type for example 1,2.")
        }
    }

    private func save(_ file: PolicyFile) throws(SetupEnd) {
        do throws(HostFileError) {
            if try file.save() {
                say("\nWrote \(policyPath).")
            } else if file.isPresent {
                say("\n\(policyPath) needs no change.")
            } else {
                return say("\nNo file is needed for that: the defaults count.")
            }
        } catch {
            throw SetupEnd("\(policyPath) was not written: \(error.message)")
        }
        if loadPolicy(file: policyPath) == nil { throw SetupEnd("Correct that, then run this again.") }
    }

    // MARK: - Approvals

    private func choosePasscode() throws(SetupEnd) {
        say("What needs you is asked in a form, in hosts that show forms. Everywhere else it waits 15 minutes for")
        say("quo-mcp approve in a terminal. A passcode keeps that from an agent that can type into terminals.")
        let folder: StateFolder
        do throws(StoreError) {
            folder = try stateFolder()
            let store = Store(folder: folder)
            try store.wait { store throws(StoreError) in try store.open() }
        } catch {
            return say("\nNot now: \(error)")
        }
        let passcode = Passcode(folder: folder.path)
        let question = passcode.isSet ? "There is one. Change or remove it?" : "Set a passcode?"
        if try confirm("\n\(question)", standard: false) { _ = terminal.setPasscode(passcode) }
    }

    // MARK: - Asking

    func say(_ line: String) { terminal.print(line + "\n") }

    /// Asks for a line, without the spaces around it.
    func ask(_ question: String) throws(SetupEnd) -> String {
        guard let line = terminal.askLine(question) else { throw .byPerson }
        return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    func confirm(_ question: String, standard: Bool) throws(SetupEnd) -> Bool {
        while true {
            switch try ask("\(question) [\(standard ? "Y/n" : "y/N")]: ").lowercased() {
            case "": return standard
            case "y", "yes": return true
            case "n", "no": return false
            default: say("Type y or n.")
            }
        }
    }

    /// Asks for one of some choices by its number; returns its index.
    func choose(_ choices: [String], standard: Int) throws(SetupEnd) -> Int {
        for (index, choice) in choices.enumerated() { say("  \(index + 1)  \(choice)") }
        while true {
            let typed = try ask("\nYour choice (1-\(choices.count)) [\(standard + 1)]: ")
            if typed.isEmpty { return standard }
            if let number = Int(typed), choices.indices.contains(number - 1) { return number - 1 }
            say("Type a number from 1 to \(choices.count).")
        }
    }
}

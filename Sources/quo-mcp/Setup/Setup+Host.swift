import Hosts
import QuoAPI

/// The host, and the end.
extension Setup {
    func chooseHost() throws(SetupEnd) {
        guard let place = hostPlace() else { return say("HOME is not set, so no host's file can be found.") }
        let executable = ownCommand()
        let present = HostFinding.all(in: place).filter(\.isPresent)
        guard !present.isEmpty else {
            return say("No host that is known is here. quo-mcp install lists those that are known, and connects one.")
        }
        func isConnected(_ finding: HostFinding) -> Bool {
            finding.files.contains { file in file.entries.contains { $0.starts(executable) } }
        }
        let choices = present.map { "\($0.host.title)\(isConnected($0) ? ", which starts quo-mcp already" : "")" }
        let none = "none now; quo-mcp install HOST connects one later"
        let standard = present.firstIndex { !isConnected($0) }
        // Where all are connected, nothing is left to do.
        let choice = try choose(choices + [none], standard: standard ?? choices.count)
        guard choice < present.count else { return }
        let host = present[choice].host
        say("")
        var answer = Result<Bool, SetupEnd>.success(true)
        let status = install(request(for: host)) {
            answer = Result { () throws(SetupEnd) in try confirm("\nWrite that?", standard: true) }
            return (try? answer.get()) ?? false
        }
        if try !answer.get() { return say("It was left as it is.") }
        if status != 0 {
            say("\nIt was left as it is. quo-mcp install \(host.name) connects it when that is put right.")
        }
    }

    private func request(for host: Host) -> InstallRequest {
        InstallRequest(
            change: HostChange(host: host.name, isOfProject: false, isDryRun: false), isPrint: false,
            replacesOther: false, key: keyOrigin, profile: nil, toolsets: nil)
    }

    /// Where the host's server takes the key from; nil for the host's usual way.
    private var keyOrigin: KeyOrigin? {
        if isSandbox { return .sandbox }
        let settings = connectionEnvironment()
        // The folder's files hold a key of Quo; that of a gateway is found by install.
        let gateway = (try? Gateway.load(environment: settings)) ?? .none
        guard gateway == Gateway.none else { return nil }
        switch Credential.Source.named(in: settings).first {
        case .file: return settings[Credential.Source.file.name(for: .none)].map(KeyOrigin.file)
        case .command: return settings[Credential.Source.command.name(for: .none)].map(KeyOrigin.command)
        case .key, nil: return nil
        }
    }

    /// Reads as an agent's first call would, and says what to try.
    func finish(_ lines: [WorkspaceLine]?) {
        terminal.print("\nTrying it\n\n")
        switch self.lines(with: isSandbox ? [:] : connectionEnvironment()) {
        case .success(let lines):
            say("It works. The workspace has \(lines.count) \(lines.count == 1 ? "number" : "numbers"):")
            for line in lines { say("  \(line.title)") }
        case .failure(let fault): say("It does not work yet: \(fault.message)")
        }
        let option = isSandbox ? "--sandbox " : ""
        say("\nAsk your agent: what is waiting for me? Or try it here: quo-mcp \(option)call inbox_triage")
        say("quo-mcp approve --watch shows what waits for you; quo-mcp \(option)doctor says what does not work.")
    }
}

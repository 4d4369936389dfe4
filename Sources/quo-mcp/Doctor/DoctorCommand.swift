import Configuration
import Guard
import HTTP
import Hosts
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Store

/// Looks for what keeps this program from its work, and prints what it found.
///
/// - Returns: The exit status; 1 where something failed.
nonisolated func doctor(isJSON: Bool, isSandbox: Bool, configurationFile: String?) -> Int32 {
    let examination = Examination.ofThisMachine(isSandbox: isSandbox, configurationFile: configurationFile)
    for complaint in examination.complaintsAboutVariables { Output.log(complaint) }
    var all: [Finding] = []
    for check in Examination.checks {
        let found = blocking { await check(examination) }
        if !isJSON { for finding in found { Output.line(finding.text) } }
        all += found
    }
    let failures = all.count { $0.state == .failed }
    if isJSON {
        let object: JSONObject = [
            "version": .string(PhoneServer.version), "failed": .number(JSONNumber(Int64(failures))),
            "findings": .array(all.map(\.json)),
        ]
        Output.line(JSONValue.object(object).text(isPretty: true))
    } else {
        let warnings = all.count { $0.state == .warning }
        let words = failures == 0 ? "Nothing failed" : "\(failures) failed"
        Output.line("\n\(words)\(warnings > 0 ? ", \(warnings) to look at" : "").")
    }
    return failures == 0 ? 0 : 1
}

/// What `quo-mcp doctor` looks at, and with what.
///
/// Nothing is changed by looking.
struct Examination: Sendable {
    /// The variables that matter here.
    let environment: [String: String]
    /// Those that say where the API is and with which key.
    let connection: [String: String]
    let isSandbox: Bool
    /// The file that `--config` names.
    let configurationFile: String?
    /// Carries the requests.
    let transport: any HTTPTransport
    /// How long a request, or the start of a host's entry, may take.
    let timeout: Duration
    /// The path of this program, as hosts name it.
    let executable: String
    /// The folder in which this program was started.
    let workingFolder: String
    /// Every variable of this program, for what is started as hosts start it.
    let surroundings: [String: String]
    /// The time of this machine in milliseconds since 1970.
    let now: @Sendable () -> Int64

    /// Every check, in the order in which they are made.
    static let checks: [@Sendable (Examination) async -> [Finding]] = [
        { $0.program() }, { $0.libraries() }, { $0.settings() }, { $0.policy() }, { $0.timeZone() },
        { $0.stateFolder() },
        { $0.database() }, { $0.otherProcesses() }, { await $0.api() }, { $0.hosts() },
        { $0.terminal() },
    ]

    static func ofThisMachine(isSandbox: Bool, configurationFile: String?) -> Examination {
        var variables = configurationEnvironment()
        let places = quo_mcp.environment(["XDG_STATE_HOME"] + HostPlace.variables)
        variables.merge(places) { $1 }
        return Examination(
            environment: variables, connection: connectionEnvironment(), isSandbox: isSandbox,
            configurationFile: configurationFile, transport: isSandbox ? SandboxTransport() : CurlTransport(),
            timeout: .seconds(10), executable: ownCommand(), workingFolder: quo_mcp.workingFolder() ?? "/",
            surroundings: wholeEnvironment(), now: { Timestamp.now })
    }

    /// A text in which `~` stands in place of the home folder.
    func masked(_ text: String) -> String {
        guard let home = environment["HOME"], home.count > 1 else { return text }
        return text.replacing(home.hasSuffix("/") ? home : home + "/", with: "~/")
    }

    /// A path with `~` in place of the home folder.
    func shown(_ path: String) -> String {
        guard let home = environment["HOME"], home.count > 1 else { return path }
        let folder = home.hasSuffix("/") ? String(home.dropLast()) : home
        return path == folder || path.hasPrefix("\(folder)/") ? "~" + path.dropFirst(folder.count) : path
    }
}

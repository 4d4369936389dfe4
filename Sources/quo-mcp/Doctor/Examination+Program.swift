import Configuration
import Cryptography
import HTTP
import PhoneNumbers
import QuoServer
import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The program itself, what it is made with, and what it is told.
extension Examination {
    func program() -> [Finding] {
        var names = utsname()
        guard uname(&names) == 0 else { return [.ok("version", "quo-mcp \(PhoneServer.version)")] }
        func text<Value>(_ value: Value) -> String {
            withUnsafeBytes(of: value) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let system = "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
        let place = isSandbox ? ", with the simulated workspace" : ""
        return [.ok("version", "quo-mcp \(PhoneServer.version) on \(system)\(place)")]
    }

    func libraries() -> [Finding] {
        [
            library("libcurl", "libcurl4", isNeeded: true) { try CurlTransport.libraryVersion() },
            library("libcrypto", "libssl3", isNeeded: true) { try CryptographyLibrary.version() },
            library("sqlite", "libsqlite3-0", isNeeded: true) { try StoreInspection.libraryVersion() },
            library("libmicrohttpd", "libmicrohttpd12", isNeeded: false) { try HTTPListener.libraryVersion() },
        ]
    }

    private func library(
        _ name: String, _ package: String, isNeeded: Bool, _ version: () throws -> String
    ) -> Finding {
        do {
            return .ok(name, try version())
        } catch {
            return isNeeded
                ? .failed(name, "cannot be opened", remedy: "\(error).")
                : .skipped(name, "cannot be opened; only quo-mcp listen needs it (apt install \(package))")
        }
    }

    // MARK: - Variables

    /// What is wrong with variables that commands take for their defaults, a line each.
    var complaintsAboutVariables: [String] {
        variableFaults.map { "\($0.name) \($0.fault)" }
    }

    func settings() -> [Finding] {
        let names = environment.keys.filter { $0.hasPrefix("QUO_") }.sorted()
        if variableFaults.isEmpty {
            return [.ok("variables", names.isEmpty ? "none is set" : "set: \(names.joined(separator: ", "))")]
        }
        return variableFaults.map { name, fault in
            .warning("variables", "\(name) \(fault)", remedy: "Correct \(name), or leave it out.")
        }
    }

    private var variableFaults: [(name: String, fault: String)] {
        var faults: [(name: String, fault: String)] = []
        if let complaint = Log.complaint(about: environment[Log.variable]) { faults.append((Log.variable, complaint)) }
        let limit = "QUO_TOOL_LIMIT"
        if let text = environment[limit], (try? Policy.load(environment: [limit: text])) == nil {
            faults.append((limit, "must be a whole number from 1 to 1000; until then nothing is sent or changed"))
        }
        return faults
    }

    // MARK: - The policy

    func policy() -> [Finding] {
        let place = ConfigurationFile(named: configurationFile, environment: environment)
        let name = place.map { shown($0.path) } ?? "no file"
        let file: Finding
        let policy: Policy
        do throws(ConfigurationError) {
            policy = try Policy.load(file: configurationFile, environment: environment, names: .ofTools)
        } catch {
            return error.faults.map { fault in
                .failed(
                    "policy", "\(location(of: fault, in: name)) is wrong, so nothing is sent or changed",
                    remedy: "quo-mcp config says what is wrong. Correct it.")
            }
        }
        if let place, place.isPresent {
            let mode = mode(of: place.path) ?? 0
            file =
                mode & 0o022 == 0
                ? .ok("policy", "\(name) is right; mode \(octal(mode))")
                : .warning(
                    "policy", "\(name) is right, but others can change it; mode \(octal(mode))",
                    remedy: "Run: chmod go-w \(name)")
        } else {
            file = .ok("policy", "there is no file at \(name), so the defaults count")
        }
        return [file, profile(of: policy)]
    }

    /// Where a fault is, without what it says, which may quote numbers.
    func location(of fault: ConfigurationError.Fault, in file: String) -> String {
        if case .variable(let variable) = fault.origin { return variable }
        let known = Setting.all.contains { fault.path.hasPrefix($0.path) }
        let place = known ? fault.path : fault.path.isEmpty ? "the file as a whole" : "a key that is not known"
        return "\(file): \(place)"
    }

    private func profile(of policy: Policy) -> Finding {
        let words =
            switch policy.isReadOnly ? .readOnly : policy.profile {
            case .readOnly: "nothing is sent or changed"
            case .guarded: "you approve whatever is sent, overwritten, deleted or exposed"
            case .replyOnly: "as guarded, and texts go only to people who wrote or called lately"
            case .unattended: "texts go without you, within the recipients and budgets that you set"
            }
        let name = policy.isReadOnly ? "read-only" : policy.profile.rawValue
        let lines = policy.recipients.from.count
        let from = lines == 0 ? "any of your lines may send" : "\(lines) of your lines may send"
        return .ok("profile", "\(name): \(words); \(from)")
    }

    func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    func octal(_ mode: mode_t) -> String { "0" + String(mode, radix: 8) }

    // MARK: - Times

    func timeZone() -> [Finding] {
        let remedy = "Install the system's time-zone data: apt install tzdata."
        guard (try? ZoneDatabase.system.rules(for: "America/New_York")) != nil else {
            return [.failed("time-zone", "the system has no zone data, so quiet hours cannot be kept", remedy: remedy)]
        }
        let policy = try? Policy.load(file: configurationFile, environment: environment)
        if let name = policy?.timeZone {
            return (try? ZoneDatabase.system.rules(for: name)) == nil
                ? [
                    .warning(
                        "time-zone", "the system does not know \(name); times are told in its own zone",
                        remedy: "Correct QUO_TIME_ZONE or timeZone.")
                ] : [.ok("time-zone", "\(name), as you set it")]
        }
        if ZoneDatabase.system.systemZone() != nil { return [.ok("time-zone", "that of the machine is known")] }
        return [
            .warning(
                "time-zone", "that of the machine is not known, so times are told in UTC",
                remedy: "Set QUO_TIME_ZONE, for example to America/New_York.")
        ]
    }
}

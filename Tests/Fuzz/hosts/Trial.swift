import FuzzSupport
import JSON

@testable import Hosts

/// One host for each way of writing its file.
let hosts = ["vscode", "codex", "goose", "zed"].compactMap(Host.named)

/// The first byte chooses a host, the rest is its file.
///
/// Installing changes nothing but the own entry, keeps every byte besides, and is undone byte for byte.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            let choice = input.byte()
            let host = hosts[Int(choice) % hosts.count]
            let before = input.remainder
            let masked = host.masked(before)
            require(lineCount(masked) == lineCount(before), "what is masked has as many lines")
            guard let entries = try? host.entries(in: before) else { return }
            let entry = entry(for: host, isLong: choice & 0x80 != 0)
            guard let installed = try? host.installing(entry, in: before) else { return }
            require((try? host.installing(entry, in: installed)) == installed, "installing it again changes nothing")
            _ = LineDifference(from: before, to: installed, of: host, entries: [entry])
            let others = entries.filter { $0.name != entry.name }
            do {
                let left = try host.removing(entry.name, from: installed) ?? []
                require(try host.entries(in: left) == others, "the others are there after removing without a backup")
            } catch { require(false, "what was installed can be removed: \(error)") }
            // A value of the own name that is no entry is replaced like one.
            let ownName = Array(entry.name.utf8)
            let isNamed = before.indices.contains { before[$0...].starts(with: ownName) }
            guard others.count == entries.count, !isNamed else { return }
            // Without an entry before, all there was is still there, in its order.
            require(
                has(installed, allOf: before, butEmptyMapping: host.format == .yaml), "every byte of the file is kept")
            require((try? host.removing(entry.name, from: installed, backups: [before])) == before, "all is undone")
        }
    }
}

/// An entry with little or with everything.
func entry(for host: Host, isLong: Bool) -> HostEntry {
    guard isLong else { return HostEntry(name: "quo", command: "/usr/bin/quo-mcp") }
    var entry = HostEntry(
        name: "quo", command: "/opt/a b/quo-mcp", arguments: ["--sandbox"],
        environment: ["QUO_API_KEY_COMMAND": #"pass show "quo: key" | head -1"#])
    if host.asksForInputs { entry.environment["QUO_API_KEY"] = host.inputReference(of: "quo") }
    if case .list? = host.reference { entry.forwardedVariables = ["QUO_API_KEY"] }
    return entry
}

func lineCount(_ bytes: [UInt8]) -> Int { bytes.count { $0 == 0x0A } }

/// Whether the bytes of a text are in another in their order, white space aside, which may be another round an entry.
///
/// - Parameter butEmptyMapping: Whether `{}`, `null` or `~` may be missing once, in whose place the entry came.
func has(_ text: [UInt8], allOf wanted: [UInt8], butEmptyMapping: Bool) -> Bool {
    let blanks = Set(" \t\r\n".utf8)
    let wanted = wanted.filter { !blanks.contains($0) }
    var missing = wanted[...]
    for byte in text where byte == missing.first { missing.removeFirst() }
    if missing.isEmpty { return true }
    guard butEmptyMapping else { return false }
    return ["{}", "null", "~"].contains { empty in
        let empty = Array(empty.utf8)
        return wanted.indices.contains { start in
            guard wanted[start...].starts(with: empty) else { return false }
            var missing = (wanted[..<start] + wanted[(start + empty.count)...])[...]
            for byte in text where byte == missing.first { missing.removeFirst() }
            return missing.isEmpty
        }
    }
}

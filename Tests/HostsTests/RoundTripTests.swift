import JSON
import Testing

@testable import Hosts

@Suite struct RoundTripTests {
    /// Two entries, of which the second has all that an entry can have.
    static let entries = [
        HostEntry(name: "quo", command: "/usr/local/bin/quo-mcp", arguments: ["--sandbox"]),
        HostEntry(
            name: "quo", command: "/opt/a b/quo-mcp", arguments: [],
            environment: ["QUO_API_KEY_COMMAND": #"pass show "quo: key" | head -1"#, "QUO_PROFILE": "read-only"]),
    ]

    @Test(arguments: Sample.all, entries)
    func `what was installed and removed leaves the file as it was`(sample: Sample, entry: HostEntry) throws {
        let host = try #require(Host.named(sample.host))
        let before = Array(sample.text.utf8)
        #expect(try host.entries(in: before).map(\.name) == sample.servers)
        var entry = entry
        if host.asksForInputs { entry.environment["QUO_API_KEY"] = host.inputReference(of: "quo") }
        if host.reference.map({ if case .list = $0 { true } else { false } }) ?? false {
            entry.forwardedVariables = ["QUO_API_KEY"]
        }
        let installed = try host.installing(entry, in: before)
        let text = String(decoding: installed, as: UTF8.self)
        #expect(try host.entries(in: installed).first { $0.name == "quo" } == entry, "\(text)")
        #expect(try host.entries(in: installed).filter { $0.name != "quo" } == host.entries(in: before), "\(text)")
        #expect(try host.installing(entry, in: installed) == installed, "installing it again changes nothing")

        let removed = try host.removing("quo", from: installed, backups: [before])
        #expect(removed.map { String(decoding: $0, as: UTF8.self) } == sample.text, "\(text)")
        let others = try host.removing("quo", from: installed) ?? []
        #expect(try host.entries(in: others).map(\.name) == sample.servers)
        if !sample.servers.isEmpty {
            #expect(String(decoding: others, as: UTF8.self) == sample.text, "without a backup: \(text)")
        }
    }

    @Test(arguments: Host.all) func `a file that was not there goes again`(host: Host) throws {
        let installed = try host.installing(Self.entries[1], in: [])
        #expect(try host.removing("quo", from: installed) == nil)
        #expect(try host.removing("quo", from: installed, backups: [[]]) == [])
        #expect(host.snippet(of: Self.entries[1]) == String(decoding: installed, as: UTF8.self))
    }

    @Test(arguments: Host.all) func `an entry is replaced where it is`(host: Host) throws {
        for sample in Sample.all where sample.host == host.name {
            let before = Array(sample.text.utf8)
            let first = try host.installing(Self.entries[0], in: before)
            let second = try host.installing(Self.entries[1], in: first)
            #expect(try second == host.installing(Self.entries[1], in: before), "\(sample.what)")
        }
    }
}

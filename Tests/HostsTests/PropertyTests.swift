import JSON
import Testing

@testable import Hosts

/// Numbers that are the same for the same seed.
private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Writes random JSON as people do, with comments, trailing commas and any white space.
private struct JSONComposer {
    var numbers: SeededNumbers
    let lineEnd: String

    init(seed: UInt64) {
        numbers = SeededNumbers(state: seed)
        lineEnd = seed.isMultiple(of: 3) ? "\r\n" : "\n"
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &numbers) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &numbers)]
    }

    mutating func trivia() -> String {
        var text = ""
        while chance(2) {
            text += pick([
                " ", "  ", "\t", lineEnd, lineEnd + "    ", "/* \"quo\": { */", "// http://x, } \"a\"" + lineEnd,
            ])
        }
        return text
    }

    private mutating func string() -> String {
        pick([#""a""#, #""http://a//b""#, #""\" \\ \/ \u00e9""#, #""{""#, #""/*""#, #""é, 🙂""#, #""""#])
    }

    mutating func value(depth: Int) -> String {
        if depth == 0 || chance(3) { return pick(["1", "-2.5e3", "true", "null", "false", string()]) }
        return chance(3) ? array(depth: depth) : object(depth: depth, names: ["a", "b", "c d", "\\u0065", "servers"])
    }

    private mutating func array(depth: Int) -> String {
        let count = Int.random(in: 0...3, using: &numbers)
        return "[" + items((0..<count).map { _ in value(depth: depth - 1) }) + "]"
    }

    mutating func object(depth: Int, names: [String], extra: String? = nil) -> String {
        var members: [String] = []
        for name in names where chance(2) {
            members.append("\"\(name)\"" + trivia() + ":" + trivia() + value(depth: depth - 1))
        }
        if let extra { members.insert(extra, at: Int.random(in: 0...members.count, using: &numbers)) }
        return "{" + items(members) + "}"
    }

    private mutating func items(_ items: [String]) -> String {
        var text = trivia()
        for (index, item) in items.enumerated() {
            let isLast = index + 1 == items.count
            text += item + trivia() + (!isLast || chance(3) ? "," : "") + trivia()
        }
        return text
    }

    mutating func document() -> String {
        var list: String?
        if !chance(4) { list = "\"servers\"" + trivia() + ":" + trivia() + object(depth: 2, names: ["x", "y", "z"]) }
        return (chance(5) ? "\u{FEFF}" : "") + trivia() + object(depth: 3, names: ["p", "q", "r"], extra: list)
            + trivia()
    }
}

@Suite struct PropertyTests {
    @Test(arguments: 0..<16) func `random JSON keeps every other byte and value`(group: Int) throws {
        let host = try #require(Host.named("vscode"))
        for seed in UInt64(group * 50)..<UInt64(group * 50 + 50) {
            var composer = JSONComposer(seed: seed)
            let text = composer.document()
            let before = Array(text.utf8)
            let entry = HostEntry(
                name: "quo", command: "/usr/bin/quo-mcp",
                environment: seed.isMultiple(of: 2) ? ["QUO_API_KEY": host.inputReference(of: "quo")] : [:])
            let installed = try host.installing(entry, in: before)
            let result = String(decoding: installed, as: UTF8.self)

            var wanted = try #require(try JSONNodeReader.read(before)?.value.objectValue)
            let found = try #require(try JSONNodeReader.read(installed)?.value.objectValue)
            #expect(found["servers"]?["quo"] == .object(entry.value(for: host)), "\(result)")
            var servers = wanted["servers"]?.objectValue ?? [:]
            let hadServers = !servers.isEmpty
            servers["quo"] = .object(entry.value(for: host))
            wanted["servers"] = .object(servers)
            #expect(found.without(["inputs"]) == wanted, "\(text)\nbecame\n\(result)")
            #expect(try host.installing(entry, in: installed) == installed)

            #expect(try host.removing("quo", from: installed, backups: [before]) == before)
            if hadServers, entry.environment.isEmpty {
                let removed = try host.removing("quo", from: installed) ?? []
                #expect(removed == before, "\(text)\nbecame\n\(String(decoding: removed, as: UTF8.self))")
            }
            #expect(host.masked(before).count { $0 == .lineFeed } == before.count { $0 == .lineFeed })
        }
    }

    /// Whatever else was changed between installing and removing stays, and the lists that installing made go.
    @Test func `a later change of the file is kept`() throws {
        let host = try #require(Host.named("vscode"))
        let before = Array("{\n  \"a\": 1\n}\n".utf8)
        let entry = HostEntry(
            name: "quo", command: "/usr/bin/quo-mcp", environment: ["QUO_API_KEY": host.inputReference(of: "quo")])
        let installed = try host.installing(entry, in: before)
        let text = String(decoding: installed, as: UTF8.self)
        let one = try #require(text.firstRange(of: "1"))
        let changed = Array(text.replacingCharacters(in: one, with: "2").utf8)
        let removed = try host.removing("quo", from: changed, backups: [installed, before])
        #expect(removed == Array("{\n  \"a\": 2\n}\n".utf8))
        let unsure = try host.removing("quo", from: changed) ?? []
        #expect(String(decoding: unsure, as: UTF8.self) == "{\n  \"a\": 2,\n  \"inputs\": [],\n  \"servers\": {}\n}\n")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}

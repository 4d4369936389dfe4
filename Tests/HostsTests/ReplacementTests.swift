import TestSupport
import Testing

@testable import Hosts

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct ReplacementTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/mcp.json" }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to path: String, mode: mode_t = 0o640) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = Array(text.utf8).withUnsafeBytes { writeBytes(descriptor, $0) }
        fchmod(descriptor, mode)
        close(descriptor)
    }

    private func text(_ path: String) throws -> String? {
        try HostFile.read(path).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func names() -> [String] {
        guard let entries = opendir(folder.path) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    @Test func `a file keeps its mode, and its backup is its owner's alone`() throws {
        write("old", to: path)
        let file = try #require(try HostFile.read(path))
        let backup = try FileReplacement(of: path, from: file, to: Array("new".utf8)).perform(backupTime: 0)
        #expect(backup == path + ".quo-mcp-backup-19700101T000000Z")
        #expect(try text(path) == "new")
        #expect(mode(path) == 0o640)
        #expect(try backup.map { try text($0) } == "old")
        #expect(backup.map(mode) == 0o600)
        #expect(names() == ["mcp.json", "mcp.json.quo-mcp-backup-19700101T000000Z"])

        let second = try #require(try HostFile.read(path))
        _ = try FileReplacement(of: path, from: second, to: Array("newer".utf8)).perform(backupTime: 0)
        let backups = FileReplacement.backups(of: path).map { String(decoding: $0, as: UTF8.self) }
        #expect(backups == ["new", "old"], "the latest is first, also within a second")
    }

    @Test func `a file that another program changed meanwhile is left as it is`() throws {
        write("old", to: path)
        let file = try #require(try HostFile.read(path))
        write("theirs", to: path)
        for after in [Array("new".utf8), nil] {
            let error = #expect(throws: HostFileError.self) {
                try FileReplacement(of: path, from: file, to: after).perform(backupTime: 0)
            }
            #expect(error?.message.contains("changed by another program") == true)
        }
        #expect(try text(path) == "theirs")
        #expect(names() == ["mcp.json"], "no backup and no temporary file is left")
    }

    @Test func `a file that came into being meanwhile is left as it is`() throws {
        write("theirs", to: path)
        #expect(throws: HostFileError.self) {
            try FileReplacement(of: path, from: nil, to: Array("new".utf8)).perform(backupTime: 0)
        }
        #expect(try text(path) == "theirs")
        #expect(names() == ["mcp.json"])
    }

    @Test func `a link stays a link, and its target changes`() throws {
        let link = folder.path + "/link.json"
        write("old", to: path)
        #expect(symlink("mcp.json", link) == 0)
        let file = try #require(try HostFile.read(link))
        let backup = try FileReplacement(of: link, from: file, to: Array("new".utf8)).perform(backupTime: 0)
        #expect(try text(path) == "new")
        #expect(mode(link) & 0o777 == 0o777, "what lstat tells of a link")
        #expect(backup?.hasPrefix(file.path) == true)
    }

    @Test func `a new file and its folder are its owner's alone`() throws {
        let inner = folder.path + "/new"
        _ = try FileReplacement(of: inner + "/mcp.json", from: nil, to: Array("{}".utf8)).perform(backupTime: 0)
        #expect(try text(inner + "/mcp.json") == "{}")
        #expect(mode(inner + "/mcp.json") == 0o600)
        #expect(mode(inner) == 0o700)
        unlink(inner + "/mcp.json")
        rmdir(inner)
    }

    @Test func `what is no regular file is refused`() throws {
        #expect(throws: HostFileError.self) { try HostFile.read(folder.path) }
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: HostFileError.self) { try HostFile.read(path) }
        let dangling = folder.path + "/dangling"
        #expect(symlink("nowhere", dangling) == 0)
        #expect(throws: HostFileError.self) { try HostFile.read(dangling) }
        #expect(try HostFile.read(folder.path + "/absent") == nil)
    }

    @Test func `hosts and what they start are found`() throws {
        let place = HostPlace(home: folder.path, workingFolder: folder.path + "/none", platform: .linux)
        let host = try #require(Host.named("claude-code"))
        write(
            "{\"mcpServers\": {\"phone\": {\"command\": \"/x/quo-mcp\", \"env\": {\"B\": \"1\", \"A\": \"2\"}}}}",
            to: folder.path + "/.claude.json")
        let finding = HostFinding(of: host, in: place)
        #expect(finding.isPresent)
        let entry = try #require(finding.files.first?.entries.first)
        #expect(entry.starts("/elsewhere/quo") && entry.variableNames == ["A", "B"])
        write("{", to: folder.path + "/.claude.json")
        #expect(HostFinding(of: host, in: place).files.first?.fault != nil)
        #expect(!HostFinding.all(in: place).contains { $0.host.name == "cursor" && $0.isPresent })
    }
}

@Suite struct PlaceTests {
    @Test func `variables move the files of the hosts that heed them`() throws {
        let variables = [
            "XDG_CONFIG_HOME": "/c", "CODEX_HOME": "/x", "CLAUDE_CONFIG_DIR": "/k", "COPILOT_HOME": "relative",
        ]
        let place = HostPlace(home: "/h", environment: variables, workingFolder: "/w", platform: .linux)
        func file(_ name: String, _ place: HostPlace) throws -> String {
            place.userFile(of: try #require(Host.named(name)))
        }
        #expect(try file("zed", place) == "/c/zed/settings.json")
        #expect(try file("codex", place) == "/x/config.toml")
        #expect(try file("claude-code", place) == "/k/.claude.json")
        #expect(try file("copilot", place) == "/h/.copilot/mcp-config.json")
        #expect(try file("cursor", place) == "/h/.cursor/mcp.json")
        let other = HostPlace(home: "/h", environment: ["XDG_CONFIG_HOME": "/c"], workingFolder: "/w", platform: .macOS)
        #expect(try file("vscode", other) == "/h/Library/Application Support/Code/User/mcp.json")
        #expect(try file("zed", other) == "/h/.config/zed/settings.json")
        #expect(other.projectFile(of: try #require(Host.named("vscode"))) == "/w/.vscode/mcp.json")
    }

    @Test(arguments: Host.all) func `the documentation names each host's files`(host: Host) throws {
        let end = try #require(#filePath.firstRange(of: "/Tests/HostsTests")).lowerBound
        let file = try #require(try HostFile.read(#filePath[..<end] + "/docs/hosts.md"))
        let rows = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
        let row = try #require(rows.first { $0.hasPrefix("| \(host.title) |") })
        #expect(row.contains("`\(host.name)`") && row.contains(host.key))
        for path in [host.location.linux, host.location.macOS.parentFolder, host.projectFile ?? ""] where !path.isEmpty
        {
            #expect(row.contains(path), "\(path)")
        }
    }
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #else
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
}

import TestSupport
import Testing

/// What the types alone do not say about the house, read from its sources.
@Suite struct ArchitectureTests {
    /// Which modules a module may import, besides those of the toolchain and the system.
    static let allowed: [(module: String, imports: Set<String>)] = [
        ("JSON", []), ("OpenAPI", ["JSON"]), ("MCP", ["JSON"]), ("HTTP", ["CCurl", "CLibraryLoader"]),
        ("Cryptography", ["CLibraryLoader"]), ("QuoAPI", ["HTTP", "JSON", "OpenAPI"]),
        ("ContractDiff", ["HTTP", "JSON", "OpenAPI", "QuoAPI", "Webhooks"]),
        ("Sandbox", ["HTTP", "JSON", "OpenAPI", "QuoAPI"]), ("PhoneNumbers", []), ("Configuration", ["JSON"]),
        ("Hosts", ["JSON"]),
        ("Store", ["CLibraryLoader", "CSQLite", "Cryptography", "JSON"]),
        ("Webhooks", ["Cryptography", "HTTP", "JSON", "PhoneNumbers", "Store"]),
        ("Guard", ["Configuration", "Cryptography", "JSON", "PhoneNumbers", "QuoAPI", "Store", "Webhooks"]),
    ]

    @Test func `a writer is made in one place and used in one place`() throws {
        let made = try Sources.lines {
            $0.contains("Writer(") && !$0.contains("LineWriter(") && !$0.contains("JSONWriter(")
        }
        #expect(made.map(\.file) == ["QuoServer/WorkspaceConnector.swift"], "\(made)")
        let used = try Sources.lines { $0.contains("writer.write(") }.filter { $0.file != "JSON/JSONWriter.swift" }
        #expect(used.map(\.file) == ["Guard/Guard+Performing.swift"], "\(used)")
        let direct = try Sources.lines { $0.contains("connection.write(") }
        #expect(direct.map(\.file) == ["QuoAPI/Reader.swift"], "\(direct)")
    }

    @Test(arguments: allowed.map(\.module))
    func `imports go down only`(module: String) throws {
        let imports = try #require(Self.allowed.first { $0.module == module }).imports
        let others = Set(Self.allowed.map(\.module) + ["QuoServer"]).subtracting(imports)
        let upward = try Sources.lines { line in
            guard line.contains("import "), !line.hasPrefix("//") else { return false }
            return others.contains(String(line.split(separator: " ").last ?? ""))
        }
        #expect(upward.filter { $0.file.hasPrefix("\(module)/") }.isEmpty, "\(upward)")
    }

    @Test func `Foundation is nowhere`() throws {
        #expect(try Sources.lines { $0.contains("import Foundation") }.isEmpty)
    }
}

/// The source files of this package.
private enum Sources {
    static func lines(where isWanted: (String) -> Bool) throws -> [(file: String, line: String)] {
        let end = try #require(#filePath.firstRange(of: "/Tests/QuoServerTests")).lowerBound
        let root = String(#filePath[..<end])
        let search = try ChildProcess(["grep", "-rHn", "", "--include=*.swift", root + "/Sources"])
        var result: [String] = []
        while let line = search.readLine() { result.append(line) }
        search.wait()
        #expect(result.count > 1000, "the sources must be there to be read")
        return result.compactMap { entry in
            let parts = entry.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            let line = String(parts[2].drop { $0 == " " })
            guard !line.hasPrefix("//"), isWanted(line) else { return nil }
            return (String(parts[0].dropFirst(root.count + "/Sources/".count)), line)
        }
    }
}

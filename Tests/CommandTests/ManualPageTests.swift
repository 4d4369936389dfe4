import TestSupport
import Testing

@testable import quo_mcp

@Suite struct ManualPageTests {
    private let page = ManualPage.text

    @Test func `the page has its sections in order`() {
        let sections = page.split(separator: "\n").filter { $0.hasPrefix(".SH ") }.map { $0.dropFirst(4) }
        #expect(
            sections == [
                "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS",
                "EXAMPLES", "SECURITY",
            ])
    }

    @Test func `every command, option and variable is an entry of its own`() {
        let lines = page.split(separator: "\n").map(String.init)
        let names =
            CommandDescription.all.map(\.name) + OptionDescription.all.map(\.name) + VariableDescription.all.map(\.name)
        for name in names {
            let term =
                "\\fB" + name.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "\\-") + "\\fR"
            #expect(lines.contains { $0 == term || $0.hasPrefix("\(term) ") }, "\(name)")
        }
    }

    @Test func `the page is plain text that no line turns into a request by accident`() {
        #expect(page.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        let requests: Set<Substring> = [".TH", ".SH", ".TP", ".PP", ".EX", ".EE", ".nh", ".ad", ".\\\""]
        for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(requests.contains(line.prefix { $0 != " " }), "\(line)")
        }
    }

    @Test(arguments: [["groff", "-man", "-Tascii", "-ww", "-z"], ["mandoc", "-T", "lint"]])
    func `those who set such pages find no fault`(words: [String]) throws {
        guard ChildProcess.exists(words[0]) else {
            print("\(words[0]) is not installed, so the page was not set by it")
            return
        }
        let folder = try TemporaryFolder()
        let file = try folder.write(page, to: "quo-mcp.1")
        let line = "\(words.joined(separator: " ")) '\(file)' 2>&1"
        let process = try ChildProcess(["sh", "-c", line])
        var said: [String] = []
        while let line = process.readLine() { said.append(line) }
        #expect(process.wait())
        #expect(said.isEmpty, "\(said)")
    }
}

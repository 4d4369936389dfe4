import TestSupport
import Testing

@testable import quo_mcp

/// The completions of a shell, in that shell where it is installed.
@Suite struct ShellCompletionTests {
    /// What bash offers for the last of some words.
    private func offered(_ words: [String]) throws -> [String] {
        let folder = try TemporaryFolder()
        let script = try folder.write(ShellCompletion.script(for: .bash), to: "completion")
        let line = """
            source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _quo_mcp; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let bash = try ChildProcess(["bash", "-c", line, script, "quo-mcp"] + words)
        var result: [String] = []
        while let word = bash.readLine() { if !word.isEmpty { result.append(word) } }
        #expect(bash.wait())
        return result
    }

    @Test(.enabled(if: ChildProcess.exists("bash"), "bash is not installed"))
    func `bash offers the commands first`() throws {
        #expect(try offered([""]) == CommandDescription.all.map(\.name))
        #expect(try offered(["--sandbox", "op"]) == ["optout"])
        #expect(try offered(["--config", "optout", "au"]) == ["audit"], "the value of an option is no command")
    }

    @Test(.enabled(if: ChildProcess.exists("bash"), "bash is not installed"), arguments: CommandDescription.all)
    func `bash offers the options of a command and no others`(command: CommandDescription) throws {
        let offered = Set(try offered([command.name, "--"]))
        #expect(offered == Set(command.options + ["--sandbox", "--help", "--version"]))
    }

    @Test(.enabled(if: ChildProcess.exists("bash"), "bash is not installed"))
    func `bash offers what can stand first after a command, and after an option`() throws {
        #expect(try offered(["tools", "get_contac"]) == ["get_contact"])
        #expect(try offered(["call", "whoami", ""]).isEmpty)
        #expect(try offered(["optout", ""]) == ["list", "add", "remove"])
        #expect(try offered(["--toolsets", "core,task"]) == ["core,tasks"])
        #expect(
            try offered(["serve", "--exclude-tools", "send_message,restore_c"]) == ["send_message,restore_contact"])
        #expect(try offered(["audit", "--limit", ""]).isEmpty)
        let folder = try TemporaryFolder()
        let file = try folder.write("{}", to: "a policy.json")
        #expect(try offered(["config", "--config", "\(folder.path)/a"]) == [file])
    }

    @Test(arguments: [Shell.bash, .zsh, .fish])
    func `a script is right to its shell`(shell: Shell) throws {
        guard ChildProcess.exists(shell.rawValue) else {
            print("\(shell.rawValue) is not installed, so its completions were not read by it")
            return
        }
        let folder = try TemporaryFolder()
        let script = try folder.write(ShellCompletion.script(for: shell), to: "completion")
        #expect(try ChildProcess([shell.rawValue, "-n", script]).wait())
    }

    @Test(arguments: [Shell.bash, .zsh, .fish])
    func `a script knows every command and every option`(shell: Shell) {
        let script = ShellCompletion.script(for: shell)
        for command in CommandDescription.all { #expect(script.contains(command.name)) }
        for option in OptionDescription.all {
            let name = shell == .fish ? "-l \(option.name.dropFirst(2)) " : option.name
            #expect(script.contains(name), "\(name)")
        }
    }

    @Test(
        .enabled(if: ChildProcess.exists("fish"), "fish is not installed"),
        arguments: [
            ("optout ", ["add", "list", "remove"]), ("tools get_contac", ["get_contact"]),
            ("--toolsets core,task", ["core,tasks"]), ("call whoami ", []),
        ])
    func `fish offers the same`(line: String, expected: [String]) throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(ShellCompletion.script(for: .fish), to: "completion")
        let fish = try ChildProcess(["fish", "-c", "source '\(script)'; complete -C 'quo-mcp \(line)'"])
        var words: [String] = []
        while let word = fish.readLine() { words.append(String(word.prefix { $0 != "\t" })) }
        #expect(fish.wait())
        #expect(words == expected)
    }
}

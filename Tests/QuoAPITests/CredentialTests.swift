import QuoAPI
import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct `The API key` {
    @Test func `the key of the environment is used as it is`() throws {
        let credential = try Credential.load(environment: ["QUO_API_KEY": Sample.key, "QUO_API_KEY_FILE": ""])
        #expect(credential.key == Sample.key)
        #expect(credential.warning == nil)
    }

    @Test(arguments: [
        [:], ["QUO_API_KEY": ""], ["QUO_API_KEY": "  \n"], ["QUO_API_KEY": "${QUO_API_KEY}"],
        ["QUO_API_KEY": "${user_config.api_key}", "QUO_API_KEY_FILE": "", "QUO_API_KEY_COMMAND": "${X}"],
    ])
    func `a key that is left blank is none, and the error says what to do`(environment: [String: String]) {
        let error = #expect(throws: CredentialError.self) { try Credential.load(environment: environment) }
        for part in [
            "QUO_API_KEY ", "QUO_API_KEY_FILE", "QUO_API_KEY_COMMAND", "in the host's configuration, under env",
            "quo-mcp setup", "--sandbox",
        ] {
            #expect(error?.description.contains(part) == true)
        }
    }

    @Test func `the sources that are set are told, and those left blank are not`() {
        let environment = ["QUO_API_KEY": "${X}", "QUO_API_KEY_FILE": "/key", "MATON_API_KEY_COMMAND": "echo"]
        #expect(Credential.Source.named(in: environment) == [.file])
        #expect(Credential.Source.named(in: environment, for: .maton(connection: nil)) == [.command])
    }

    @Test func `two sources are refused by their names`() {
        let environment = ["QUO_API_KEY": Sample.key, "QUO_API_KEY_COMMAND": "echo \(Sample.key)"]
        let error = #expect(throws: CredentialError.self) { try Credential.load(environment: environment) }
        #expect(error?.description.contains("QUO_API_KEY and QUO_API_KEY_COMMAND are set") == true)
        #expect(error?.description.contains(Sample.key) == false)
    }

    @Test(arguments: [
        "Bearer \(Sample.key)", "bearer \(Sample.key)", "two words", " \(Sample.key)", "\(Sample.key)\n", "a\tb",
        "a\0b", "kéy",
        String(repeating: "a", count: 513),
    ])
    func `what is not a key alone is refused without being shown`(key: String) {
        let error = #expect(throws: CredentialError.self) { try Credential.load(environment: ["QUO_API_KEY": key]) }
        #expect(error?.description.contains("Paste the key alone") == true)
        #expect(error?.description.contains(key) == false)
    }

    @Test func `no way of printing a credential shows the key`() throws {
        let credential = try Credential(key: Sample.key)
        var dumped = ""
        dump(credential, to: &dumped)
        dump([credential], to: &dumped)
        let texts = ["\(credential)", String(reflecting: credential), "\([credential])", dumped]
        #expect(texts.allSatisfy { !$0.contains(Sample.key) && $0.contains("••••") })
    }
}

@Suite struct `The key in a file` {
    @Test(arguments: [Sample.key, "\(Sample.key)\n", "  \(Sample.key)\r\n\n"])
    func `a private file gives its trimmed text`(text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "key")
        let credential = try Credential.load(environment: ["QUO_API_KEY_FILE": path])
        #expect(credential.key == Sample.key)
        #expect(credential.warning == nil)
    }

    @Test(arguments: [0o644, 0o640, 0o604] as [UInt32])
    func `a file that others can open is used with a warning`(mode: UInt32) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Sample.key, to: "key", mode: mode)
        let credential = try Credential.load(environment: ["QUO_API_KEY_FILE": path])
        #expect(credential.key == Sample.key)
        #expect(credential.warning?.contains("chmod 600 \(path)") == true)
    }

    @Test func `a file that gives no key is named`() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path, folder.path + "/missing", try folder.write("", to: "empty")] {
            let error = #expect(throws: CredentialError.self) {
                try Credential.load(environment: ["QUO_API_KEY_FILE": path])
            }
            #expect(error?.description.contains("QUO_API_KEY_FILE") == true)
        }
    }

    #if os(Linux)
        @Test func `a file that cannot be read is named, and why`() {
            // Regular to the eye, and nothing is mapped where its reading begins.
            let error = #expect(throws: CredentialError.self) {
                try Credential.load(environment: ["QUO_API_KEY_FILE": "/proc/self/mem"])
            }
            #expect(error?.description.contains("/proc/self/mem, cannot be read: Input/output error") == true)
        }
    #endif

    @Test func `a link to a file is followed`() throws {
        let folder = try TemporaryFolder()
        let link = folder.path + "/link"
        try #require(symlink(try folder.write(Sample.key, to: "key"), link) == 0)
        #expect(try Credential.load(environment: ["QUO_API_KEY_FILE": link]).key == Sample.key)
    }

    @Test func `a pipe in place of a file is refused at once, though nobody writes to it`() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        // Where the pipe is waited for after all, this ends the wait and leaves a trace.
        let rescue = try ChildProcess(["sh", "-c", "sleep 10; : > '\(folder.path)/hung'; : > '\(pipe)'"])
        defer { rescue.terminate() }
        let error = #expect(throws: CredentialError.self) {
            try Credential.load(environment: ["QUO_API_KEY_FILE": pipe])
        }
        #expect(error?.description.contains("is no regular file") == true)
        #expect(access(folder.path + "/hung", F_OK) != 0)
    }
}

@Suite struct `The key from a command` {
    @Test(arguments: [
        "echo KEY", "printf 'KEY'", "printf 'KEY\\nsecond line\\n'", "echo ' KEY '; echo more >&2", "cat; echo KEY",
        "echo KEY; head -c 300000 /dev/zero",
        // What it leaves behind holds its output open.
        "echo KEY; sleep 15 &", "printf KEY; sleep 15 &",
        // Nor is the error output that of this program, which a host may read to its end.
        "test /dev/fd/2 -ef /dev/null && echo KEY",
    ])
    func `the first line of output is the key`(command: String) throws {
        let real = command.split(separator: "KEY", omittingEmptySubsequences: false).joined(separator: Sample.key)
        #expect(try Credential.load(environment: ["QUO_API_KEY_COMMAND": real]).key == Sample.key)
    }

    @Test(arguments: [
        ("echo \(Sample.key); exit 3", "exit status 3"), ("kill -9 $$", "signal 9"),
        ("exit 0", "printed no key"), ("echo; echo \(Sample.key)", "printed no key"), ("echo ' '", "printed no key"),
    ])
    func `a command that fails or prints nothing is reported without its output`(command: String, part: String) {
        let error = #expect(throws: CredentialError.self) {
            try Credential.load(environment: ["QUO_API_KEY_COMMAND": command])
        }
        #expect(error?.description.contains(part) == true)
        #expect(error?.description.contains("by hand") == true)
        #expect(error?.description.contains("aste") == false)
        #expect(error?.description.contains(Sample.key) == false)
    }

    @Test(arguments: ["sleep 30", "yes \(Sample.key)", "echo \(Sample.key); sleep 30"])
    func `a command that does not end is given up`(command: String) {
        let error = #expect(throws: CredentialError.self) {
            try Credential.load(environment: ["QUO_API_KEY_COMMAND": command], commandTimeout: .milliseconds(100))
        }
        #expect(error?.description.contains("did not finish") == true)
    }

    @Test func `a command that no shell can be started for is reported`() {
        // More than the system takes as one argument.
        let error = #expect(throws: CredentialError.self) {
            try Credential.load(environment: ["QUO_API_KEY_COMMAND": String(repeating: "x", count: 3 << 20)])
        }
        #expect(error?.description == "QUO_API_KEY_COMMAND cannot be run: Argument list too long.")
    }

    @Test func `a command in a process without descriptors is reported`() async {
        await #expect(processExitsWith: .success) {
            #if os(Linux)
                let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            #else
                let resource = RLIMIT_NOFILE
            #endif
            var before = rlimit()
            getrlimit(resource, &before)
            var none = rlimit(rlim_cur: 0, rlim_max: before.rlim_max)
            setrlimit(resource, &none)
            let error = #expect(throws: CredentialError.self) {
                try Credential.load(environment: ["QUO_API_KEY_COMMAND": "echo key"])
            }
            setrlimit(resource, &before)
            #expect(error?.description == "QUO_API_KEY_COMMAND cannot be run: Too many open files.")
        }
    }

    @Test func `a command that is given up leaves nothing running`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        let pipe = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(pipe) }
        let command = "sleep 30 > '\(path)' & sleep 30"
        #expect(throws: CredentialError.self) {
            try Credential.load(environment: ["QUO_API_KEY_COMMAND": command], commandTimeout: .seconds(1))
        }
        // The pipe hangs up once the last process that had it open to write is gone.
        var descriptors = [pollfd(fd: pipe, events: 0, revents: 0)]
        #expect(poll(&descriptors, 1, 10_000) == 1)
        #expect(descriptors[0].revents & Int16(POLLHUP) != 0)
    }
}

@Suite struct `The secrets of webhooks` {
    @Test(arguments: [
        ([:], ""), (["QUO_WEBHOOK_SECRET": "${QUO_WEBHOOK_SECRET}", "QUO_WEBHOOK_SECRET_FILE": " "], ""),
        (["QUO_WEBHOOK_SECRET": "one,two"], "one,two"),
    ])
    func `those of the environment are taken as they are, or there are none`(
        environment: [String: String], text: String
    ) throws {
        let source = try WebhookSecretSource(environment: environment)
        #expect(source.text == text)
        #expect(source.warning == nil)
    }

    @Test(arguments: [(0o600, false), (0o640, true)] as [(UInt32, Bool)])
    func `those of a file are trimmed, with a warning where others can open it`(mode: UInt32, isWarned: Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(" one\ntwo\n", to: "secrets", mode: mode)
        let source = try WebhookSecretSource(environment: ["QUO_WEBHOOK_SECRET_FILE": path])
        #expect(source.text == "one\ntwo")
        let warning =
            "Other users of this machine can open \(path), which holds the secrets of webhooks. Run: chmod 600 \(path)"
        #expect(source.warning == (isWarned ? warning : nil))
    }

    @Test func `two places are refused by their names`() {
        let environment = ["QUO_WEBHOOK_SECRET": "one", "QUO_WEBHOOK_SECRET_FILE": "/nowhere"]
        let error = #expect(throws: CredentialError.self) { try WebhookSecretSource(environment: environment) }
        #expect(error?.description.hasPrefix("QUO_WEBHOOK_SECRET and QUO_WEBHOOK_SECRET_FILE are set.") == true)
    }

    @Test func `a file that holds more than is read is refused instead of cut`() throws {
        let folder = try TemporaryFolder()
        let secret = String(repeating: "a", count: 63)
        for (count, isRead) in [(64, true), (65, false)] {
            let path = try folder.write(String(repeating: secret + "\n", count: count), to: "secrets")
            let environment = ["QUO_WEBHOOK_SECRET_FILE": path]
            if isRead {
                #expect(try WebhookSecretSource(environment: environment).text.split(separator: "\n").count == count)
            } else {
                let error = #expect(throws: CredentialError.self) { try WebhookSecretSource(environment: environment) }
                #expect(error?.description.hasSuffix("holds more than the 4096 bytes that are read.") == true)
            }
        }
    }

    @Test func `a file that is not there is named`() {
        let error = #expect(throws: CredentialError.self) {
            try WebhookSecretSource(environment: ["QUO_WEBHOOK_SECRET_FILE": "/nowhere/secrets"])
        }
        #expect(error?.description.hasPrefix("The file that QUO_WEBHOOK_SECRET_FILE names, /nowhere/secrets,") == true)
    }
}

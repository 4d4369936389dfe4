import Configuration
import JSON
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct PrecedenceTests {
    @Test func `a variable goes before the file, and the file before the default`() throws {
        let text = #"{"profile": "reply-only", "budgets": {"sendsPerDay": 7, "centsPerDay": 70}}"#
        let policy = try policy(text, environment: ["QUO_SENDS_PER_DAY": "9"])
        #expect(policy.profile == .replyOnly)
        #expect(policy.budgets.sendsPerDay == 9)
        #expect(policy.budgets.centsPerDay == 70)
        #expect(policy.budgets.sendsPerHour == 60)
    }

    @Test(arguments: [
        (#"{"profile": "read-only"}"#, ["QUO_PROFILE": "guarded"]), (#"{"readOnly": true}"#, ["QUO_READ_ONLY": "0"]),
        (#"{"readOnly": true}"#, ["QUO_PROFILE": "guarded"]), (#"{"profile": "guarded"}"#, ["QUO_READ_ONLY": "1"]),
        (#"{"readOnly": false}"#, ["QUO_PROFILE": "read-only"]), (#"{"profile": "read-only"}"#, ["QUO_READ_ONLY": "0"]),
    ])
    func `whoever says read-only wins`(text: String, environment: [String: String]) throws {
        let policy = try policy(text, environment: environment)
        #expect(policy.isReadOnly)
        #expect(policy.decision(tool: "create_contact", risk: .write).decision == .deny)
    }

    @Test func `the owner is told what was not undone`() throws {
        let folder = try Folder()
        let file = try folder.write(#"{"profile": "read-only"}"#)
        let policy = try Policy.load(file: file, environment: ["QUO_PROFILE": "guarded"])
        #expect(policy.notices == [#"QUO_PROFILE says "guarded", which does not undo profile "read-only" (\#(file))."#])
        #expect(policy.origin(of: "profile") == .file(file))
    }

    @Test func `one variable sets the quiet hours' three settings`() throws {
        let text = #"{"quietHours": {"enabled": false, "from": "10:00"}}"#
        let policy = try policy(text, environment: ["QUO_QUIET_HOURS": "09:00-18:30"])
        #expect(policy.quietHours.isEnabled)
        #expect("\(policy.quietHours.from) \(policy.quietHours.to)" == "09:00 18:30")
        #expect(policy.origin(of: "quietHours.to") == .variable("QUO_QUIET_HOURS"))
    }
}

struct FileTests {
    @Test func `the default file may be absent`() throws {
        let folder = try Folder()
        #expect(try Policy.load(environment: ["HOME": folder.path]) == Policy())
    }

    @Test func `a file that somebody named must be there`() throws {
        let folder = try Folder()
        let path = "\(folder.path)/none.json"
        let expected = "\(path) cannot be opened: No such file or directory."
        #expect(error(file: path, environment: [:]) == expected)
        #expect(error(environment: ["QUO_MCP_CONFIG": path]) == expected)
    }

    @Test func `the command line goes before the variable, and that before the folders`() throws {
        let folder = try Folder()
        let first = try folder.write(#"{"profile": "reply-only"}"#, to: "first.json")
        let second = try folder.write(#"{"profile": "read-only"}"#, to: "second.json")
        let third = try folder.write(#"{"audit": {"keepDays": 3}}"#, to: "xdg/quo-mcp/config.json")
        var environment = ["HOME": folder.path, "XDG_CONFIG_HOME": "\(folder.path)/xdg"]
        #expect(try Policy.load(environment: environment).origins == ["audit.keepDays": .file(third)])
        environment["QUO_MCP_CONFIG"] = second
        #expect(try Policy.load(environment: environment).profile == .readOnly)
        #expect(try Policy.load(file: first, environment: environment).profile == .replyOnly)
        #expect(try Policy.load(file: "${user_config.file}", environment: environment).profile == .readOnly)
        environment["QUO_MCP_CONFIG"] = "~/first.json"
        #expect(try Policy.load(environment: environment).profile == .replyOnly)
    }

    @Test func `without XDG_CONFIG_HOME the platform's folder under the home counts`() throws {
        #if canImport(Darwin)
            let place = "Library/Application Support/quo-mcp/config.json"
        #else
            let place = ".config/quo-mcp/config.json"
        #endif
        for other in ["", "relative"] {
            let environment = ["HOME": "/home/owner", "XDG_CONFIG_HOME": other]
            let file = try #require(ConfigurationFile(named: nil, environment: environment))
            #expect(file.path == "/home/owner/\(place)")
            #expect(!file.isNamed)
        }
    }

    @Test func `without HOME the user database says where the home is`() throws {
        let entry = try #require(getpwuid(getuid()))
        let home = String(cString: entry.pointee.pw_dir)
        #expect(ConfigurationFile(named: nil, environment: [:])?.path.hasPrefix("\(home)/") == true)
    }

    @Test func `a default file that is there but cannot be read is an error`() throws {
        let folder = try Folder()
        _ = try folder.write("{}", to: "quo-mcp/other.json")
        let path = "\(folder.path)/quo-mcp/config.json"
        let environment = ["XDG_CONFIG_HOME": folder.path]
        symlink("nowhere", path)
        #expect(error(environment: environment) == "\(path) cannot be opened: No such file or directory.")
        unlink(path)
        mkdir(path, 0o700)
        #expect(error(environment: environment) == "\(path) is no regular file.")
        rmdir(path)
        mkfifo(path, 0o600)
        #expect(error(environment: environment) == "\(path) is no regular file.")
    }

    @Test func `a file beyond a mebibyte is not read`() throws {
        let folder = try Folder()
        let path = try folder.write(String(repeating: " ", count: 1_048_577) + "{}")
        #expect(error(file: path, environment: [:]) == "\(path) is larger than 1048576 bytes.")
    }

    @Test func `a file that everybody may change is told of`() throws {
        let folder = try Folder()
        let path = try folder.write("{}")
        chmod(path, 0o602)
        #expect(
            try Policy.load(file: path, environment: [:]).notices
                == ["Every user of this machine can change \(path). Run: chmod o-w \(path)"])
        chmod(path, 0o664)
        #expect(try Policy.load(file: path, environment: [:]).notices == [])
    }

    private func error(file: String? = nil, environment: [String: String]) -> String? {
        do {
            _ = try Policy.load(file: file, environment: environment)
            return nil
        } catch {
            return error.description
        }
    }
}

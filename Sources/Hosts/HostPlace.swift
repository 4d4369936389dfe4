/// Where hosts keep their files on a machine.
package struct HostPlace: Sendable {
    /// The systems whose folders differ.
    package enum Platform: Sendable {
        case linux
        case macOS

        /// The one that this program runs on.
        package static var current: Platform {
            #if canImport(Darwin)
                .macOS
            #else
                .linux
            #endif
        }
    }

    /// The environment variables that say where files are.
    package static let variables = ["HOME", "XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME"]

    private let home: String
    private let environment: [String: String]
    private let workingFolder: String
    private let platform: Platform

    /// Takes what says where files are.
    ///
    /// - Parameters:
    ///   - home: The user's home folder.
    ///   - environment: ``variables``, as far as they are set.
    ///   - workingFolder: The folder whose project is meant.
    package init(
        home: String, environment: [String: String] = [:], workingFolder: String, platform: Platform = .current
    ) {
        (self.home, self.environment) = (home, environment)
        (self.workingFolder, self.platform) = (workingFolder, platform)
    }

    /// The file of a host for all of the user's work.
    package func userFile(of host: Host) -> String {
        let path = platform == .macOS ? host.location.macOS : host.location.linux
        if let folder = folder(of: host) { return "\(folder)/\(path.lastPathComponent)" }
        return absolute(path)
    }

    /// The file of a host for the project in the working folder; nil where it has none.
    package func projectFile(of host: Host) -> String? { host.projectFile.map { "\(workingFolder)/\($0)" } }

    /// A folder that is there where the host is.
    func folderThatShows(_ host: Host) -> String {
        if let folder = folder(of: host) { return folder }
        if let folder = host.location.folder { return absolute(folder) }
        return userFile(of: host).parentFolder
    }

    private func folder(of host: Host) -> String? {
        host.location.folderVariable.flatMap { environment[$0] }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    private func absolute(_ path: String) -> String {
        if platform == .linux, path.hasPrefix(".config/"), let folder = environment["XDG_CONFIG_HOME"],
            folder.hasPrefix("/")
        {
            return folder + path.dropFirst(".config".count)
        }
        return "\(home)/\(path)"
    }
}

extension String {
    /// What stands after the last slash.
    package var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }

    /// What stands before the last slash.
    package var parentFolder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}

import Configuration
import QuoAPI
import QuoServer

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The files of the configuration folder that give the key where no variable does, so that neither a host's file nor a
/// shell needs to hold it.
struct KeyFiles {
    /// The folder, which need not exist.
    let folder: String

    /// The files in the folder of the person who runs this; nil where they have no home.
    init?(environment: [String: String]) {
        let unnamed = environment.filter { $0.key != ConfigurationFile.variable }
        guard let file = ConfigurationFile(named: nil, environment: unnamed),
            let end = file.path.lastIndex(of: "/")
        else { return nil }
        folder = String(file.path[..<end])
    }

    /// Holds the key.
    var key: String { folder + "/key" }
    /// Holds a shell command that prints the key.
    var command: String { folder + "/key-command" }

    /// The variables that stand for the files that are there; the command counts where there is no key.
    ///
    /// - Parameter environment: The variables that are set; where they name a key themselves, the files do not count.
    func variables(besides environment: [String: String]) -> [String: String] {
        if !Credential.Source.named(in: environment).isEmpty { return [:] }
        if access(key, F_OK) == 0 { return [Credential.Source.file.name(for: .none): key] }
        guard let text = ownFile(command) else { return [:] }
        return [Credential.Source.command.name(for: .none): text]
    }

    /// The text of a file that nobody else can change, since it is run; nil where it is none.
    private func ownFile(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o022 == 0,
            status.st_uid == geteuid()
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        let line = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).prefix { !$0.isNewline }
        return line.isEmpty ? nil : String(line)
    }
}

/// The variables that say where the API is and with which key, and what the configuration folder says where they do not.
///
/// - Parameter unwanted: What gives a key of Quo and is to be left out, with the folder.
func connectionEnvironment(without unwanted: [Credential.Source] = []) -> [String: String] {
    var settings = environment(WorkspaceAccess.variables)
    for source in unwanted { settings[source.name(for: .none)] = nil }
    if !unwanted.isEmpty { return settings }
    let files = KeyFiles(environment: environment(ConfigurationFile.locationVariables))
    settings.merge(files?.variables(besides: settings) ?? [:]) { named, _ in named }
    return settings
}

/// What is on this machine of a host.
package struct HostFinding: Sendable {
    /// A file in which the host looks for servers.
    package struct File: Sendable {
        /// Its path.
        package let path: String
        /// Whether it counts for the project in the working folder only.
        package let isOfProject: Bool
        /// The servers in it, in order.
        package let entries: [HostEntry]
        /// Why its servers are not known, where they are not.
        package let fault: HostFileError?
    }

    /// The host.
    package let host: Host
    /// Whether it seems to be installed: its folder or its file is there.
    package let isPresent: Bool
    /// Those of its files that exist, the user's first.
    package let files: [File]

    /// Looks for a host.
    package init(of host: Host, in place: HostPlace) {
        self.host = host
        let paths = [(place.userFile(of: host), false)] + (place.projectFile(of: host).map { [($0, true)] } ?? [])
        files = paths.compactMap { path, isOfProject in
            do throws(HostFileError) {
                guard let file = try HostFile.read(path) else { return nil }
                return File(path: path, isOfProject: isOfProject, entries: try host.entries(in: file.bytes), fault: nil)
            } catch {
                return File(path: path, isOfProject: isOfProject, entries: [], fault: error)
            }
        }
        isPresent = !files.isEmpty || HostFile.isFolder(place.folderThatShows(host))
    }

    /// Looks for every host that is known.
    package static func all(in place: HostPlace) -> [HostFinding] { Host.all.map { HostFinding(of: $0, in: place) } }
}

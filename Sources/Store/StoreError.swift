/// Why the state could not be read or written.
///
/// Nothing was changed by a call that throws this. A send must not go out then; reads of the API may go on.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// SQLite could not be opened; the text says why and what to install.
    case libraryMissing(String)
    /// No folder for the state can be found or made there.
    case noFolder(path: String, reason: String)
    /// The folder or a file in it may be in someone else's hands.
    case unsafe(path: String, reason: String)
    /// The folder, the file or its file system cannot be written.
    case readOnly(path: String)
    /// No space is left for the database.
    case full(path: String)
    /// Another process held the database for longer than one may wait.
    case locked(path: String)
    /// The file is damaged or no database of this program.
    case corrupt(path: String, detail: String)
    /// A newer version of this program has changed the database's shape.
    case newerVersion(path: String, found: Int, known: Int)
    /// Anything else that SQLite or the system refused.
    case failed(String)

    /// What happened and what to do.
    package var description: String {
        switch self {
        case .libraryMissing(let reason): reason
        case .noFolder(let path, let reason):
            "There is no folder for the guard's state at \(path): \(reason). "
                + "Make one that you can write, or name another in QUO_MCP_STATE."
        case .unsafe(let path, let reason):
            "\(path) is not safe to keep the guard's state in: \(reason)."
        case .readOnly(let path):
            "\(path) cannot be written. Give this user the right to write it and its folder, "
                + "or name another folder in QUO_MCP_STATE."
        case .full(let path): "No space is left for \(path). Free some on that disk, then try again."
        case .locked(let path):
            "\(path) is held by another process. Try again; if it lasts, find out with fuser or lsof which one it is "
                + "and end it."
        case .corrupt(let path, let detail):
            "\(path) is damaged or no database of quo-mcp (\(detail)). Move it and its -wal and -shm files away to start "
                + "anew; the record of what was sent starts anew with it, so look at the latest threads before you send."
        case .newerVersion(let path, let found, let known):
            "\(path) was written by a newer quo-mcp (version \(found) of its shape; this one knows \(known)). "
                + "Update quo-mcp, and end older ones that still run."
        case .failed(let reason): "The guard's state could not be used: \(reason)."
        }
    }
}

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The folder with the signing secrets of one workspace's webhooks, one file for each.
///
/// Nobody but the owner can list it or read what is in it. No symbolic link is followed within the state's folder, so no
/// secret is written or read anywhere else.
final class WebhookSecretFolder {
    /// The folder in the state's folder that holds one of these for each workspace.
    static let name = "webhook-secrets"
    /// The most bytes of a secret; those of the API have 50.
    static let longest = 512

    private let path: String
    private let descriptor: Int32

    /// Opens the folder of a workspace.
    ///
    /// - Parameters:
    ///   - state: The state's folder, which is made and checked first.
    ///   - makes: Whether the folder is made where it is missing.
    /// - Returns: Nil where it is missing and not made.
    init?(of workspace: String, in state: StateFolder, makes: Bool) throws(StoreError) {
        let root = try state.prepare()
        guard let all = try Self.open(Self.name, in: Self.open(root), path: "\(root)/\(Self.name)", makes: makes) else {
            return nil
        }
        path = "\(root)/\(Self.name)/\(workspace)"
        guard let own = try Self.open(workspace, in: all, path: path, makes: makes) else { return nil }
        descriptor = own
    }

    deinit { close(descriptor) }

    /// The names of the workspaces that have such a folder.
    static func workspaces(in state: StateFolder) throws(StoreError) -> [String] {
        let root = try state.prepare()
        let path = "\(root)/\(name)"
        guard let all = try open(name, in: open(root), path: path, makes: false) else { return [] }
        return try names(in: all, path: path).filter { $0.utf8.allSatisfy(isNameByte) }
    }

    // MARK: Files

    /// Makes a file as large as any secret can be, so that it is known before a secret comes that it can be kept.
    func reserve(_ file: String) throws(StoreError) {
        try write([UInt8](repeating: 0x20, count: Self.longest), to: file, options: O_CREAT | O_EXCL)
    }

    /// Writes a secret into a file that was reserved, and gives it the name of its webhook, in whose place it comes.
    ///
    /// A link of that name is replaced, not followed.
    func keep(_ secret: String, in file: String, as webhook: String) throws(StoreError) {
        try write(Array("\(secret)\n".utf8), to: file, options: O_TRUNC)
        guard renameat(descriptor, file, descriptor, webhook) == 0, fsync(descriptor) == 0 else {
            throw Self.failure(errno, "\(path)/\(webhook)")
        }
    }

    /// Removes a file where there is one.
    func remove(_ file: String) throws(StoreError) {
        guard unlinkat(descriptor, file, 0) == 0 || errno == ENOENT else {
            throw Self.failure(errno, "\(path)/\(file)")
        }
    }

    /// The names of the webhooks whose secrets are here.
    func webhooks() throws(StoreError) -> [String] {
        try Self.names(in: dup(descriptor), path: path).filter(Self.isName).sorted()
    }

    /// A webhook's secret; nil where there is none.
    func secret(of webhook: String) throws(StoreError) -> String? {
        let place = "\(path)/\(webhook)"
        let file = openat(descriptor, webhook, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP: throw .unsafe(path: place, reason: "it is a symbolic link; remove it")
            default: throw Self.failure(errno, place)
            }
        }
        defer { close(file) }
        try Self.check(file, place)
        var bytes = [UInt8](repeating: 0, count: Self.longest + 1)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw Self.failure(errno, place) }
        return String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// Writes a file whole, and returns once it is on disk.
    private func write(_ bytes: [UInt8], to file: String, options: Int32) throws(StoreError) {
        let place = "\(path)/\(file)"
        let target = openat(descriptor, file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | options, 0o600)
        guard target >= 0 else { throw Self.failure(errno, place) }
        defer { close(target) }
        try Self.check(target, place)
        #if canImport(Darwin)
            let count = Darwin.write(target, bytes, bytes.count)
        #else
            let count = Glibc.write(target, bytes, bytes.count)
        #endif
        guard count == bytes.count, fsync(target) == 0 else {
            throw Self.failure(count < 0 ? errno : ENOSPC, place)
        }
    }

    // MARK: Names

    /// Whether a text can be the name of a webhook, and so of its file.
    static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Folders

    private static func open(_ root: String) throws(StoreError) -> Int32 {
        #if canImport(Darwin)
            let descriptor = Darwin.open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        #else
            let descriptor = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        #endif
        guard descriptor >= 0 else { throw failure(errno, root) }
        return descriptor
    }

    /// Opens a folder in another, which is closed; nil where it is missing and not made.
    private static func open(
        _ name: String, in parent: Int32, path: String, makes: Bool
    ) throws(StoreError) -> Int32? {
        defer { close(parent) }
        if makes, mkdirat(parent, name, 0o700) != 0, errno != EEXIST { throw failure(errno, path) }
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP, ENOTDIR: throw .unsafe(path: path, reason: "it is a symbolic link or no folder; remove it")
            default: throw failure(errno, path)
            }
        }
        do throws(StoreError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw failure(errno, path) }
            guard status.st_uid == geteuid() else { throw .unsafe(path: path, reason: "it belongs to another user") }
            guard !status.isOpenToOthers else {
                throw .unsafe(path: path, reason: "other users can open it; run: chmod 700 \"\(path)\"")
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Refuses a file that others can open, or that has another name elsewhere.
    private static func check(_ file: Int32, _ path: String) throws(StoreError) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(errno, path) }
        guard status.isOwnFile, !status.isOpenToOthers else {
            throw .unsafe(path: path, reason: "it is not a file that only you can open; remove it")
        }
    }

    /// What is in a folder, which is closed.
    private static func names(in descriptor: Int32, path: String) throws(StoreError) -> [String] {
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            throw failure(errno, path)
        }
        defer { closedir(folder) }
        rewinddir(folder)
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    private static func failure(_ number: Int32, _ path: String) -> StoreError {
        switch number {
        case EACCES, EROFS, EPERM: .readOnly(path: path)
        case ENOSPC, EDQUOT: .full(path: path)
        default: .failed("\(path) could not be used: \(systemMessage(number))")
        }
    }
}

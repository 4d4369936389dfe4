import Cryptography
import Guard
import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The passcode that approving in a terminal asks for, where the owner has set one.
///
/// It is kept in a file of its own in the state's folder as a salted, slow hash, together with the failed attempts. It keeps
/// out whoever can type into a terminal but cannot write the owner's files; who can write them can remove it.
struct Passcode {
    /// How often the hash is computed for each attempt.
    static let iterations = 600_000
    /// How many wrong attempts there may be until each one more must wait.
    static let attempts = 5
    /// How long it must wait, in milliseconds.
    static let waiting: Int64 = 15 * 60_000
    /// The shortest passcode that can be set, in characters.
    static let minimumLength = 6

    /// What became of an attempt.
    enum Verdict: Equatable {
        case right
        case wrong(attemptsLeft: Int)
        /// It was not looked at, or was the last wrong one; the next may come at this time, in milliseconds since 1970.
        case blocked(until: Int64)
    }

    private let folder: String
    private var path: String { folder + "/passcode.json" }

    /// The passcode in a folder that nobody else can write.
    init(folder: String) { self.folder = folder }

    /// Whether there is one; what cannot be looked at counts as one.
    var isSet: Bool {
        var status = stat()
        return lstat(path, &status) == 0 || errno != ENOENT
    }

    /// Tries a passcode.
    ///
    /// An attempt is counted before it is looked at, so that killing the program does not save one.
    func check(_ passcode: String, now: Int64) throws(PasscodeError) -> Verdict {
        try whileLocked { () throws(PasscodeError) in
            var record = try read()
            if now < record.blockedUntil { return .blocked(until: record.blockedUntil) }
            record.failures += 1
            if record.failures >= Self.attempts { record.blockedUntil = now + Self.waiting }
            try write(record)
            let hash = try Record.hash(passcode, salt: record.salt, iterations: record.iterations)
            guard constantTimeEquals(hash, record.hash) else {
                return record.blockedUntil > now
                    ? .blocked(until: record.blockedUntil) : .wrong(attemptsLeft: Self.attempts - record.failures)
            }
            (record.failures, record.blockedUntil) = (0, 0)
            try write(record)
            return .right
        }
    }

    /// Sets a passcode; nil removes it.
    func set(_ passcode: String?) throws(PasscodeError) {
        try whileLocked { () throws(PasscodeError) in
            guard let passcode else {
                guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
                return
            }
            let salt = try Record.newSalt()
            let hash = try Record.hash(passcode, salt: salt, iterations: Self.iterations)
            try write(Record(iterations: Self.iterations, salt: salt, hash: hash))
        }
    }
}

/// Why the passcode could not be read or written, and what to do.
struct PasscodeError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

// MARK: - The file

/// What the file says.
private struct Record {
    static let algorithm = "PBKDF2-HMAC-SHA256"
    var iterations: Int
    var salt: [UInt8]
    var hash: [UInt8]
    /// Wrong attempts since the last right one.
    var failures = 0
    /// Until when no attempt is looked at, in milliseconds since 1970.
    var blockedUntil: Int64 = 0

    static func newSalt() throws(PasscodeError) -> [UInt8] {
        do { return try randomBytes(16) } catch { throw PasscodeError(error.description) }
    }

    static func hash(_ passcode: String, salt: [UInt8], iterations: Int) throws(PasscodeError) -> [UInt8] {
        do {
            return try PBKDF2.sha256(password: Array(passcode.utf8), salt: salt, iterations: iterations)
        } catch {
            throw PasscodeError(error.description)
        }
    }
}

extension Record {
    var json: JSONValue {
        [
            "algorithm": .string(Self.algorithm), "iterations": .number(JSONNumber(Int64(iterations))),
            "salt": .string(Hexadecimal.encode(salt)), "hash": .string(Hexadecimal.encode(hash)),
            "failures": .number(JSONNumber(Int64(failures))), "blockedUntil": .number(JSONNumber(blockedUntil)),
        ]
    }

    /// Reads what ``json`` wrote; nil where it is anything else.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), json["algorithm"]?.stringValue == Self.algorithm,
            let iterations = json["iterations"]?.integerValue, (100_000...100_000_000).contains(iterations),
            let salt = json["salt"]?.stringValue.flatMap(Hexadecimal.decode), salt.count >= 16,
            let hash = json["hash"]?.stringValue.flatMap(Hexadecimal.decode), hash.count == 32,
            let failures = json["failures"]?.integerValue, (0...1_000_000).contains(failures),
            let blockedUntil = json["blockedUntil"]?.integerValue
        else { return nil }
        self.init(
            iterations: Int(iterations), salt: salt, hash: hash, failures: Int(failures), blockedUntil: blockedUntil)
    }
}

extension Passcode {
    /// Does something while no other process does the same, so that attempts made at once are counted one by one.
    private func whileLocked<Value>(_ body: () throws(PasscodeError) -> Value) throws(PasscodeError) -> Value {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + .seconds(10)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR || errno == EWOULDBLOCK else { throw failure(folder) }
            guard .now < deadline else {
                throw PasscodeError(
                    "\(folder) is held by another process, perhaps an approve that was stopped; fuser or lsof tells which one. End it,"
                        + " then try again.")
            }
            usleep(20_000)
        }
        return try body()
    }

    private func read() throws(PasscodeError) -> Record {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else { throw PasscodeError("\(path) is not a file that only you can read; run: chmod 600 \"\(path)\"") }
        var bytes = [UInt8](repeating: 0, count: 4096)
        #if canImport(Darwin)
            let count = Darwin.read(descriptor, &bytes, bytes.count)
        #else
            let count = Glibc.read(descriptor, &bytes, bytes.count)
        #endif
        guard count >= 0 else { throw failure(path) }
        guard let record = Record(Array(bytes.prefix(count))) else {
            throw PasscodeError(
                "\(path) is damaged, so nothing can be approved in a terminal; remove it to do without a passcode, then set "
                    + "a new one with quo-mcp approve --set-passcode")
        }
        return record
    }

    /// Replaces the file whole, and returns once it is on disk.
    private func write(_ record: Record) throws(PasscodeError) {
        let new = path + ".new"
        // Left by a process that was killed; the lock is held, so nobody is writing it.
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(new) }
        let bytes = record.json.bytes(isPretty: true) + [0x0A]
        #if canImport(Darwin)
            let count = Darwin.write(descriptor, bytes, bytes.count)
        #else
            let count = Glibc.write(descriptor, bytes, bytes.count)
        #endif
        let isWritten = count == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(new, path) == 0 else { throw failure(new) }
    }

    private func failure(_ path: String) -> PasscodeError {
        PasscodeError("\(path) could not be used: \(String(cString: strerror(errno)))")
    }
}

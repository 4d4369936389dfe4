import Guard
import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What is kept on disk, and the terminal in which it is decided on.
extension Examination {
    var folder: StateFolder? { try? StateFolder { environment[$0] } }

    /// How long questions that were asked count, in milliseconds.
    private static let memory: Int64 = 30 * 24 * 3_600_000

    // MARK: - The folder

    func stateFolder() -> [Finding] {
        let folder: StateFolder
        do throws(StoreError) { folder = try StateFolder { environment[$0] } } catch {
            return [.failed("state-folder", "there is no place for one", remedy: error.description)]
        }
        let place = shown(folder.path)
        var status = stat()
        guard lstat(folder.path, &status) == 0 else {
            if errno == ENOENT { return [absentFolder(folder)] }
            return [
                .failed(
                    "state-folder", "\(place) cannot be looked at", remedy: "Make the folders above it yours.")
            ]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [
                .failed(
                    "state-folder", "\(place) is a link or no folder",
                    remedy: "Remove it, or name another folder in QUO_MCP_STATE.")
            ]
        }
        guard status.st_uid == geteuid() else {
            return [
                .failed(
                    "state-folder", "\(place) belongs to another user",
                    remedy: "Name a folder of your own in QUO_MCP_STATE.")
            ]
        }
        return [folderMode(folder, status.st_mode & 0o7777)] + disk(folder.path) + pacing(folder)
    }

    private func absentFolder(_ folder: StateFolder) -> Finding {
        let place = shown(folder.path)
        var parent = folder.path
        while let slash = parent.lastIndex(of: "/"), slash > parent.startIndex, access(parent, F_OK) != 0 {
            parent = String(parent[..<slash])
        }
        if access(parent, W_OK) == 0 {
            return .ok("state-folder", "\(place) is not there yet; the first use makes it")
        }
        return .failed(
            "state-folder", "\(place) is not there and cannot be made",
            remedy: "Give yourself the right to write in \(shown(parent)), or name a folder in QUO_MCP_STATE.")
    }

    private func folderMode(_ folder: StateFolder, _ mode: mode_t) -> Finding {
        let seen = "\(shown(folder.path)), mode \(octal(mode))"
        if access(folder.path, W_OK | X_OK) != 0 {
            return .failed(
                "state-folder", "\(seen), cannot be written", remedy: "Run: chmod 700 \"\(shown(folder.path))\"")
        }
        if mode & 0o077 == 0 { return .ok("state-folder", "\(seen), yours alone") }
        // What nobody named is shut by the next use.
        if !folder.isNamed {
            return .warning(
                "state-folder", "\(seen), open to others",
                remedy: "Run: chmod 700 \"\(shown(folder.path))\". The next use does so by itself.")
        }
        return mode & 0o022 == 0
            ? .warning(
                "state-folder", "\(seen), others can list it",
                remedy: "The files in it are closed to them. To hide their names too, run: chmod 700 "
                    + "\"\(shown(folder.path))\"")
            : .failed(
                "state-folder", "\(seen), others can write in it, so it is not used",
                remedy: "Run: chmod go-w \"\(shown(folder.path))\"")
    }

    private func disk(_ path: String) -> [Finding] {
        var size = statvfs()
        guard statvfs(path, &size) == 0 else { return [] }
        let megabytes = (UInt64(size.f_bavail) * UInt64(size.f_frsize)) >> 20
        let seen = megabytes >= 10_240 ? "\(megabytes >> 10) GB free" : "\(megabytes) MB free"
        let free: Finding =
            megabytes < 100
            ? .warning(
                "disk", seen, remedy: "Free some: where the ledger cannot be written, nothing is sent.")
            : .ok("disk", seen)
        guard let name = networkFileSystem(of: path) else { return [free] }
        return [
            free,
            .warning(
                "file-system", "the state is on \(name), where locks and logs may not hold",
                remedy: "Name a folder on a disk of this machine in QUO_MCP_STATE."),
        ]
    }

    /// What keeps processes from sharing the pace of their requests; nothing where they do.
    private func pacing(_ folder: StateFolder) -> [Finding] {
        StoreInspection.spoiledPacingFiles(in: folder).map { file in
            .warning(
                "pacing", "\(shown(file.path)) \(file.reason), so every process paces its requests for itself alone",
                remedy: "Remove it; the next request makes it anew. Until then they may together exceed Quo's limit.")
        }
    }

    /// What the network file system is called that a path is on; nil where it is on none that is known.
    private func networkFileSystem(of path: String) -> String? {
        #if canImport(Darwin)
            var status = statfs()
            guard statfs(path, &status) == 0 else { return nil }
            return status.f_flags & UInt32(MNT_LOCAL) == 0 ? "a network file system" : nil
        #else
            guard let resolved = realpath(path, nil) else { return nil }
            defer { free(resolved) }
            return Mounts.networkFileSystem(of: String(cString: resolved))
        #endif
    }

    // MARK: - The database

    func database() -> [Finding] {
        guard let folder else { return [] }
        let path = folder.databasePath
        var status = stat()
        guard lstat(path, &status) == 0 else {
            return [.skipped("database", "there is none yet; the first use makes it")]
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            return [
                .failed(
                    "database", "\(shown(path)) is a link, no file, or another user's",
                    remedy: "Move it away; the next use makes a new one.")
            ]
        }
        let inspection: StoreInspection
        do throws(StoreError) {
            inspection = try StoreInspection(of: folder, questionsSince: now() - Self.memory)
        } catch {
            return [.failed("database", "cannot be read", remedy: masked(error.description))]
        }
        return [shape(inspection), integrity(inspection, status.st_mode & 0o7777, path)] + contents(inspection)
    }

    private func shape(_ inspection: StoreInspection) -> Finding {
        let seen = "version \(inspection.version) of its shape"
        if inspection.version > inspection.knownVersion {
            return .failed(
                "database-version", "\(seen); this program knows \(inspection.knownVersion)",
                remedy: "Update quo-mcp, and end older ones that still run.")
        }
        return inspection.version == inspection.knownVersion
            ? .ok("database-version", seen)
            : .ok("database-version", "\(seen); the next use brings it to \(inspection.knownVersion)")
    }

    private func integrity(_ inspection: StoreInspection, _ mode: mode_t, _ path: String) -> Finding {
        if !inspection.faults.isEmpty {
            return .failed(
                "database", "damaged: SQLite finds \(inspection.faults.count) faults or more in it",
                remedy:
                    "Move it and its -wal and -shm files away to start anew; the record of what was sent starts anew "
                    + "with it, so look at the latest threads before you send.")
        }
        if mode & 0o077 != 0 {
            return .warning(
                "database", "whole, but others can open it; mode \(octal(mode))",
                remedy: "Run: chmod 600 \"\(shown(path))\". The next use does so by itself.")
        }
        return .ok("database", "whole, mode \(octal(mode))")
    }

    private func contents(_ inspection: StoreInspection) -> [Finding] {
        guard let audit = inspection.audit else { return [] }
        let waiting = inspection.effects[.pending] ?? 0
        let lost = inspection.effects[.unknown] ?? 0
        let underWay = inspection.effects[.inFlight] ?? 0
        let all = inspection.effects.values.reduce(0, +)
        let ledger: Finding =
            lost + underWay == 0
            ? .ok("ledger", "\(all) entries, none unsettled; \(waiting) wait for approval or have lapsed")
            : .warning(
                "ledger", "\(all) entries; of \(lost) nobody knows yet what became, and \(underWay) are under way",
                remedy: "The next use settles them by reading the threads; until then the same is not sent again.")
        return [ledger, auditFinding(audit)] + forms(inspection)
    }

    private func auditFinding(_ verdict: AuditVerdict) -> Finding {
        switch verdict {
        case .intact(let count, _, _): .ok("audit", "intact, \(count) \(count == 1 ? "line" : "lines")")
        case .broken(let sequence, let fault):
            .failed(
                "audit", "broken at line \(sequence): \(fault.rawValue)",
                remedy: "Find out who wrote the file. quo-mcp audit shows what it says now; lines from there on prove "
                    + "nothing.")
        }
    }

    // MARK: - Approvals

    /// What became of questions in forms, by host.
    private func forms(_ inspection: StoreInspection) -> [Finding] {
        inspection.forms.compactMap { forms in
            let answered = forms.approved + forms.declined
            let open = forms.unanswered + forms.leftToTerminal
            if answered + open == 0 { return nil }
            let client = forms.client.map { $0.shortened(to: 40) } ?? "a host without a name"
            let seen =
                "\(client), in 30 days: \(answered) answered in a form, \(forms.unanswered) never answered, "
                + "\(forms.leftToTerminal) left to quo-mcp approve"
            if answered > 0 || open < 2 { return .ok("forms", seen) }
            return .warning(
                "forms", seen,
                remedy: "This host seems to show no forms. Keep quo-mcp approve --watch open in a terminal.")
        }
    }

    func terminal() -> [Finding] {
        let passcode = folder.map { Passcode(folder: $0.path).isSet } ?? false
        let words = passcode ? "a passcode is set" : "no passcode is set"
        guard let terminal = Terminal() else {
            return [.skipped("terminal", "there is none here; quo-mcp approve needs one; \(words)")]
        }
        terminal.close()
        return [.ok("terminal", "quo-mcp approve can ask here; \(words)")]
    }
}

import JSON

/// What one check of `quo-mcp doctor` found.
///
/// Findings are pasted into bug reports: they hold no key, name, number or text, and no more of a path than what follows the
/// home folder.
struct Finding: Equatable {
    /// How well it stands.
    enum State: String {
        case ok
        /// It works, but something should be known or put right.
        case warning
        /// Something does not work.
        case failed
        /// It was not looked at.
        case skipped
    }

    /// What was looked at, as programs know it: `api-key`.
    let check: String
    let state: State
    /// What was seen, as a sentence without its full stop.
    let seen: String
    /// What to do; nil where there is nothing to do.
    var remedy: String?

    static func ok(_ check: String, _ seen: String) -> Finding { Finding(check: check, state: .ok, seen: seen) }

    static func skipped(_ check: String, _ seen: String) -> Finding {
        Finding(check: check, state: .skipped, seen: seen)
    }

    static func warning(_ check: String, _ seen: String, remedy: String) -> Finding {
        Finding(check: check, state: .warning, seen: seen, remedy: remedy)
    }

    static func failed(_ check: String, _ seen: String, remedy: String) -> Finding {
        Finding(check: check, state: .failed, seen: seen, remedy: remedy)
    }
}

extension Finding {
    /// The lines for a person.
    var text: String {
        let padding = String(repeating: " ", count: max(1, 9 - state.rawValue.count))
        let name = check + String(repeating: " ", count: max(1, 17 - check.count))
        var text = state.rawValue + padding + name + seen.oneVisibleLine
        if let remedy {
            for line in remedy.oneVisibleLine.wrapped(to: 92).split(separator: "\n") {
                text += "\n" + String(repeating: " ", count: 28) + line
            }
        }
        return text
    }

    /// The same for programs.
    var json: JSONValue {
        var object: JSONObject = [
            "check": .string(check), "state": .string(state.rawValue), "seen": .string(seen.oneVisibleLine),
        ]
        object["remedy"] = remedy.map { .string($0.oneVisibleLine) }
        return .object(object)
    }
}

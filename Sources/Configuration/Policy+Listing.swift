package import JSON

extension Policy {
    /// The decisions and every setting with where it came from, for a person to read.
    package var listing: String {
        var lines = ["What happens to a change, unless another rule stops it:"]
        for risk in Risk.allCases {
            let ruling = decision(risk: risk)
            lines.append("  \(risk.rawValue.padded(to: 13))\(ruling.decision.rawValue.padded(to: 9))\(ruling.rule)")
        }
        lines += ["", "Settings, each with its value and where that came from:"]
        let rows = Setting.all.map { ($0.path, shown($0), origin(of: $0.path).description) }
        let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
        for row in rows {
            lines.append("  \(row.0.padded(to: widths.0 + 2))\(row.1.padded(to: min(widths.1, 40) + 2))\(row.2)")
        }
        if !notices.isEmpty { lines += [""] + notices }
        return lines.joined(separator: "\n")
    }

    /// What ``listing`` says, for programs.
    package var json: JSONValue {
        var decisions = JSONObject()
        for risk in Risk.allCases {
            let ruling = decision(risk: risk)
            decisions[risk.rawValue] = ["decision": .string(ruling.decision.rawValue), "rule": .string(ruling.rule)]
        }
        var settings = JSONObject()
        for setting in Setting.all {
            settings[setting.path] = [
                "value": setting.write(self), "from": .string(origin(of: setting.path).description),
            ]
        }
        return [
            "readOnly": .bool(isReadOnly), "decisions": .object(decisions), "settings": .object(settings),
            "notices": .array(notices.map { .string($0) }),
        ]
    }

    /// What happens to a change of a tool that has no override.
    private func decision(risk: Risk) -> Ruling { decision(tool: "", risk: risk) }

    private func shown(_ setting: Setting) -> String {
        let value = setting.write(self)
        guard value.isNull else { return value.text() }
        switch setting.path {
        case "toolLimit": return "none"
        case "timeZone": return "the machine's"
        default: return "as the profile says"
        }
    }
}

extension String {
    /// This text with spaces up to a width.
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}

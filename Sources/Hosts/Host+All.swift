extension Host {
    /// Every host that is known, in the order in which they are listed.
    package static let all: [Host] = [
        Host(
            name: "claude-desktop", title: "Claude Desktop",
            location: Location(
                linux: ".config/Claude/claude_desktop_config.json",
                macOS: "Library/Application Support/Claude/claude_desktop_config.json"),
            projectFile: nil, format: .json, key: "mcpServers", shape: .plain, reference: nil, toolLimit: nil,
            forms: .absent,
            formsSentence: "It has no forms, so decide in a terminal with quo-mcp approve.",
            addCommand: nil),
        Host(
            name: "claude-code", title: "Claude Code",
            location: Location(
                linux: ".claude.json", macOS: ".claude.json", folderVariable: "CLAUDE_CONFIG_DIR", folder: ".claude"),
            projectFile: ".mcp.json", format: .json, key: "mcpServers", shape: .typed,
            reference: .placeholder(before: "${", after: "}"), toolLimit: nil,
            forms: .unreliable,
            formsSentence: """
                In a terminal it shows forms, from version 2.1.76 on, unless a hook answers them; in its desktop app, in its \
                extension for VS Code and under its SDK it declines them by itself. Decide there with quo-mcp approve.
                """,
            addCommand: .words(before: "claude mcp add --scope user", environmentOption: "-e")),
        Host(
            name: "cursor", title: "Cursor",
            location: Location(linux: ".cursor/mcp.json", macOS: ".cursor/mcp.json"),
            projectFile: ".cursor/mcp.json", format: .json, key: "mcpServers", shape: .plain,
            reference: .placeholder(before: "${env:", after: "}"), toolLimit: 40,
            forms: .unreliable,
            formsSentence: """
                It shows forms, but version 3.10.20 dropped those of local servers without an answer; what is not answered \
                waits for quo-mcp approve.
                """,
            addCommand: nil),
        Host(
            name: "vscode", title: "VS Code",
            location: Location(
                linux: ".config/Code/User/mcp.json", macOS: "Library/Application Support/Code/User/mcp.json"),
            projectFile: ".vscode/mcp.json", format: .json, key: "servers", shape: .vscode,
            reference: .placeholder(before: "${env:", after: "}"), toolLimit: 128,
            forms: .shown, formsSentence: "It shows forms.",
            addCommand: .json(before: "code --add-mcp")),
        Host(
            name: "windsurf", title: "Windsurf",
            location: Location(
                linux: ".codeium/windsurf/mcp_config.json", macOS: ".codeium/windsurf/mcp_config.json"),
            projectFile: nil, format: .json, key: "mcpServers", shape: .plain,
            reference: .placeholder(before: "${env:", after: "}"), toolLimit: 100,
            forms: .absent,
            formsSentence: "It has no forms, so decide in a terminal with quo-mcp approve.",
            addCommand: nil),
        Host(
            name: "codex", title: "Codex CLI",
            location: Location(
                linux: ".codex/config.toml", macOS: ".codex/config.toml", folderVariable: "CODEX_HOME"),
            projectFile: ".codex/config.toml", format: .toml, key: "mcp_servers", shape: .plain,
            reference: .list(named: "env_vars"), toolLimit: nil,
            forms: .unreliable,
            formsSentence: """
                In a terminal it shows forms; with full access or without approvals it answers them by itself, which approves \
                nothing, so decide there with quo-mcp approve.
                """,
            addCommand: .words(before: "codex mcp add", environmentOption: "--env")),
        Host(
            name: "gemini", title: "Gemini CLI",
            location: Location(linux: ".gemini/settings.json", macOS: ".gemini/settings.json"),
            projectFile: ".gemini/settings.json", format: .json, key: "mcpServers", shape: .plain,
            reference: .placeholder(before: "${", after: "}"), toolLimit: nil,
            forms: .absent,
            formsSentence: "It has no forms, so decide in a terminal with quo-mcp approve.",
            addCommand: nil),
        Host(
            name: "zed", title: "Zed",
            location: Location(linux: ".config/zed/settings.json", macOS: ".config/zed/settings.json"),
            projectFile: nil, format: .json, key: "context_servers", shape: .plain, reference: nil, toolLimit: nil,
            forms: .absent,
            formsSentence: "It has no forms, so decide in a terminal with quo-mcp approve.",
            addCommand: nil),
        Host(
            name: "lm-studio", title: "LM Studio",
            location: Location(linux: ".lmstudio/mcp.json", macOS: ".lmstudio/mcp.json"),
            projectFile: nil, format: .json, key: "mcpServers", shape: .plain, reference: nil, toolLimit: nil,
            forms: .absent,
            formsSentence: "It has no forms, so decide in a terminal with quo-mcp approve.",
            addCommand: nil),
        Host(
            name: "goose", title: "Goose",
            location: Location(linux: ".config/goose/config.yaml", macOS: ".config/goose/config.yaml"),
            projectFile: nil, format: .yaml, key: "extensions", shape: .goose,
            reference: .list(named: "env_keys"), toolLimit: nil,
            forms: .unreliable,
            formsSentence: """
                It shows forms; versions from before June 2026 took every answer for a yes, which approves nothing without \
                the choice in the form.
                """,
            addCommand: nil),
        Host(
            name: "copilot", title: "Copilot CLI",
            location: Location(
                linux: ".copilot/mcp-config.json", macOS: ".copilot/mcp-config.json", folderVariable: "COPILOT_HOME"),
            projectFile: nil, format: .json, key: "mcpServers", shape: .copilot,
            reference: .placeholder(before: "${", after: "}"), toolLimit: nil,
            forms: .absent,
            formsSentence: "It has no forms, so decide in a terminal with quo-mcp approve.",
            addCommand: nil),
        Host(
            name: "jetbrains", title: "JetBrains Junie",
            location: Location(linux: ".junie/mcp/mcp.json", macOS: ".junie/mcp/mcp.json", folder: ".junie"),
            projectFile: ".junie/mcp/mcp.json", format: .json, key: "mcpServers", shape: .plain, reference: nil,
            toolLimit: nil,
            forms: .unreliable,
            formsSentence: """
                JetBrains declares forms; whether Junie shows them was not tried, so expect to decide with quo-mcp approve.
                """,
            addCommand: nil),
    ]
}

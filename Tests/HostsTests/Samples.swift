import Testing

/// Files as hosts and their users write them, with what makes editing hard: comments, odd order and indentation, other
/// servers with keys, other ends of lines.
struct Sample: Sendable, CustomTestStringConvertible {
    let host: String
    let what: String
    let text: String
    /// The names of the servers in it.
    var servers: [String] = []

    var testDescription: String { "\(host): \(what)" }
}

extension Sample {
    static let all: [Sample] = claude + editors + codex + goose + others

    private static let claude = [
        Sample(
            host: "claude-desktop", what: "settings and two servers",
            text: """
                {
                  "globalShortcut": "Ctrl+Alt+Space",
                  "mcpServers": {
                    "filesystem": {
                      "command": "npx",
                      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/ana/Documents"]
                    },
                    "github": {
                      "command": "docker",
                      "args": ["run", "-i", "--rm", "-e", "GITHUB_TOKEN", "ghcr.io/github/github-mcp-server"],
                      "env": { "GITHUB_TOKEN": "ghp_sample0000000000000000000000000000" }
                    }
                  },
                  "scale": 1.0
                }

                """, servers: ["filesystem", "github"]),
        Sample(host: "claude-desktop", what: "an empty object", text: "{}"),
        Sample(host: "claude-desktop", what: "an empty object and a line's end", text: "{}\n"),
        Sample(host: "claude-desktop", what: "an empty object with space", text: "{ }\n"),
        Sample(host: "claude-desktop", what: "an empty object on two lines", text: "{\n}\n"),
        Sample(host: "claude-desktop", what: "no servers yet", text: "{\n  \"mcpServers\": {}\n}\n"),
        Sample(host: "claude-desktop", what: "nothing", text: ""),
        Sample(host: "claude-desktop", what: "white space", text: "\n  \n"),
        Sample(
            host: "claude-desktop", what: "a byte order mark and Windows' line ends",
            text:
                "\u{FEFF}{\r\n\t\"mcpServers\": {\r\n\t\t\"time\": {\r\n\t\t\t\"command\": \"uvx\",\r\n\t\t\t\"args\": [\r\n"
                + "\t\t\t\t\"mcp-server-time\"\r\n\t\t\t]\r\n\t\t}\r\n\t}\r\n}\r\n", servers: ["time"]),
        Sample(
            host: "claude-code", what: "a state file on one line",
            text: #"{"numStartups":42,"projects":{"/home/ana/work":{"mcpServers":{"quo":{"command":"other"}}}},"#
                + #""mcpServers":{"linear":{"type":"http","url":"https://mcp.linear.app/mcp"}},"userID":"ab\u00e7"}"#,
            servers: ["linear"]),
        Sample(
            host: "claude-code", what: "a state file without servers",
            text:
                "{\n  \"numStartups\": 1,\n  \"tipsHistory\": {\n    \"new-user-warmup\": 3\n  },\n  \"autoUpdates\": false\n}"
        ),
    ]

    private static let editors = [
        Sample(
            host: "zed", what: "comments and trailing commas",
            text: """
                // Zed settings
                //
                // For information on how to configure Zed, see https://zed.dev/docs/configuring-zed
                {
                  /* "theme" is set by hand, "context_servers": {} is not */
                  "theme": { "mode": "dark", "light": "One Light", "dark": "One Dark" },
                  "context_servers": {
                    // Keep this first.
                    "postgres": {
                      "source": "custom",
                      "command": "/usr/local/bin/pg-mcp", // from brew
                      "args": [],
                      "env": { "DATABASE_URL": "postgres://ana:secret@localhost/x" },
                    },
                    // "disabled": { "command": "no" },
                  },
                  "languages": {
                    "Swift": { "tab_size": 4, },
                  },
                  // the end
                }

                """, servers: ["postgres"]),
        Sample(
            host: "zed", what: "no servers, and a comment after the last member",
            text: "{\n    \"vim_mode\": true // for now\n    // more to come\n}\n"),
        Sample(host: "zed", what: "comments only", text: "// Zed settings\n// nothing yet\n"),
        Sample(host: "zed", what: "an object with only a comment", text: "{\n  // nothing yet\n}\n"),
        Sample(
            host: "vscode", what: "inputs and servers with tabs",
            text: "{\n\t\"inputs\": [\n\t\t{\n\t\t\t\"type\": \"promptString\",\n\t\t\t\"id\": \"perplexity-key\",\n"
                + "\t\t\t\"description\": \"Perplexity API Key\",\n\t\t\t\"password\": true\n\t\t}\n\t],\n\t\"servers\": {\n"
                + "\t\t\"perplexity\": {\n\t\t\t\"type\": \"stdio\",\n\t\t\t\"command\": \"npx\",\n"
                + "\t\t\t\"env\": { \"PERPLEXITY_API_KEY\": \"${input:perplexity-key}\" }\n\t\t}\n\t}\n}",
            servers: ["perplexity"]),
        Sample(host: "vscode", what: "empty lists", text: "{\n  \"servers\": {},\n  \"inputs\": []\n}\n"),
        Sample(
            host: "cursor", what: "everything on one line, with space",
            text: #"{ "mcpServers": { "figma": { "url": "http://127.0.0.1:3845/sse" } } }"#, servers: ["figma"]),
        Sample(
            host: "cursor", what: "an entry on one line among lines",
            text: "{\n  \"mcpServers\": { \"a\": {\"command\": \"a\"}, \"b\": {\"command\": \"b\"} }\n}\n",
            servers: ["a", "b"]),
        Sample(
            host: "windsurf", what: "indentation of one space",
            text: "{\n \"mcpServers\": {\n  \"git\": {\n   \"command\": \"py\",\n   \"disabled\": true\n  }\n }\n}\n",
            servers: ["git"]),
    ]

    private static let codex = [
        Sample(
            host: "codex", what: "settings, profiles and servers",
            text: """
                # Codex
                model = "gpt-5.4"   # the best one
                approval_policy = "on-request"
                notify = [
                  "notify-send", # with a comment ]
                  "Codex",
                ]

                [mcp_servers.context7]
                command = "npx"
                args = ["-y", "@upstash/context7-mcp"]
                env = { "API_KEY" = "ctx7sk-0000" }

                # [mcp_servers.quo] was here once

                [mcp_servers."odd name".env]
                A = '''
                [mcp_servers.quo]
                '''

                [projects."/home/ana/work"]
                trust_level = "trusted"

                """, servers: ["context7", "odd name"]),
        Sample(host: "codex", what: "no end of the last line", text: "model = \"gpt-5.4\""),
        Sample(host: "codex", what: "nothing", text: ""),
        Sample(host: "codex", what: "an empty line", text: "\n"),
        Sample(host: "codex", what: "empty lines at the end", text: "a = 1\n\n\n"),
        Sample(
            host: "codex", what: "Windows' line ends", text: "a = 1\r\n\r\n[mcp_servers.x]\r\ncommand = \"x\"\r\n",
            servers: ["x"]),
        Sample(
            host: "codex", what: "another server inline in its table",
            text: "[mcp_servers]\nx = { command = \"x\", args = [] }\n", servers: ["x"]),
    ]

    private static let goose = [
        Sample(
            host: "goose", what: "as Goose writes it",
            text: """
                GOOSE_PROVIDER: anthropic
                extensions:
                  developer:
                    enabled: true
                    type: builtin
                    name: developer
                    timeout: 300
                    bundled: true
                  github:
                    enabled: true
                    type: stdio
                    name: GitHub
                    cmd: npx
                    args:
                    - -y
                    - '@modelcontextprotocol/server-github'
                    envs:
                      GITHUB_TOKEN: ghp_sample0000
                    instructions: |-
                      Use it for issues.
                      # Not for pull requests:
                      quo:
                        is not here
                GOOSE_MODEL: claude-sonnet-4

                """, servers: ["developer", "github"]),
        Sample(
            host: "goose", what: "other indentation, comments and brackets",
            text: """
                ---
                # mine
                extensions:   # all of them

                    memory: {type: builtin, enabled: true, name: memory}
                    # one more
                    "fetch":
                        type: stdio
                        cmd: uvx
                        args: [
                          mcp-server-fetch, "--ignore: robots"
                        ]
                # the end
                prompts: "two
                  lines"
                list:
                - a
                - b: c
                """, servers: ["memory", "fetch"]),
        Sample(host: "goose", what: "no extensions and no end of the last line", text: "GOOSE_MODEL: gpt-4o"),
        Sample(host: "goose", what: "an empty mapping", text: "extensions: {}\nGOOSE_MODEL: gpt-4o\n"),
        Sample(host: "goose", what: "a mapping not begun", text: "extensions:\n\n# nothing\nGOOSE_MODEL: gpt-4o\n"),
        Sample(
            host: "goose", what: "apostrophes between brackets",
            text: "a: [it's]\nextensions:\n  x: {cmd: it's, type: 'it''s'}\n  y: {n: ''}\nb: [it's]\n",
            servers: ["x", "y"]),
        Sample(host: "goose", what: "nothing", text: ""),
        Sample(
            host: "goose", what: "Windows' line ends", text: "extensions:\r\n  a:\r\n    type: builtin\r\nB: c\r\n",
            servers: ["a"]),
    ]

    private static let others = [
        Sample(
            host: "gemini", what: "settings around the servers",
            text: "{\n  \"security\": { \"auth\": { \"selectedType\": \"oauth-personal\" } },\n  \"mcpServers\": {\n"
                + "    \"g\": { \"httpUrl\": \"https://x/mcp\", \"trust\": false }\n  },\n  \"ui\": {\"theme\": \"GitHub\"}\n}\n",
            servers: ["g"]),
        Sample(
            host: "lm-studio", what: "a remote server",
            text:
                "{\n  \"mcpServers\": {\n    \"hf\": {\n      \"url\": \"https://huggingface.co/mcp\",\n      \"headers\": {\n"
                + "        \"Authorization\": \"Bearer hf_x\"\n      }\n    }\n  }\n}", servers: ["hf"]),
        Sample(
            host: "copilot", what: "a local server",
            text: "{\n  \"mcpServers\": {\n    \"pw\": {\n      \"type\": \"local\",\n      \"command\": \"npx\",\n"
                + "      \"args\": [\n        \"@playwright/mcp@latest\"\n      ],\n      \"tools\": [\n        \"*\"\n      ]\n"
                + "    }\n  }\n}\n", servers: ["pw"]),
        Sample(
            host: "jetbrains", what: "the servers closed on the last line",
            text: "{\"mcpServers\": {\n  \"a\": {} }}\n",
            servers: ["a"]),
    ]
}

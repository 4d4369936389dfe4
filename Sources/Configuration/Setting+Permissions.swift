import JSON

extension Setting {
    /// What may be done at all, and with which tools.
    static let permissions: [Setting] = [
        Setting(
            "profile", \.profile, .choice, title: "Profile",
            "What happens to a change where nothing more specific is set. read-only: nothing is sent or changed. guarded: you approve"
                + " whatever is sent, overwritten, deleted or exposed. reply-only: as guarded, and texts go only to people who"
                + " wrote or called lately. unattended: texts go without you, within recipients.allow, which must name somebody,"
                + " and the budgets; nothing is overwritten, deleted or exposed. Once a source says read-only, no later one"
                + " changes that.",
            example: "guarded", variable: "QUO_PROFILE", latch: "read-only"),
        Setting(
            "readOnly", \.readOnly, .flag, title: "Read only",
            "Whether nothing may be sent or changed, whatever the profile and the overrides say. Once true, no later source changes"
                + " that.",
            example: true, variable: "QUO_READ_ONLY", latch: true),
        override(.write, \.overrides.write, "changes that are internal and easily put right, such as a new contact"),
        override(
            .send, \.overrides.send, "texts; allow needs recipients.allow to name somebody, or the profile reply-only"),
        override(.destructive, \.overrides.destructive, "changes that overwrite or delete"),
        override(.exposing, \.overrides.exposing, "webhooks, which point your data at another address"),
        Setting(
            "overrides.tools", \.overrides.tools, .decisionsByTool, title: "Overrides by tool",
            "Decisions for single tools, by name. They go before those for a risk.",
            example: ["delete_contact": "deny"]),
        Setting(
            "webhookHosts", \.webhookHosts, .optional(.list("hosts", of: .host)), title: "Hosts of webhooks",
            "The only hosts that webhooks may post your data to. Where absent, any on the open internet; you approve each"
                + " either way. Empty means none. A host of a private network counts only where it is written out whole.",
            example: ["hooks.example.com", "*.example.org"]),
        Setting(
            "toolsets", \.toolsets, .list("toolsets' names", of: .name(of: "toolset")), title: "Toolsets",
            "The toolsets to offer, or all, or names of tools. Empty means core.", example: ["core", "messages"],
            variable: "QUO_TOOLSETS"),
        Setting(
            "tools", \.tools, .list("tools' names", of: .name(of: "tool")), title: "Tools",
            "Tools to offer besides the toolsets.", example: ["list_contacts"], variable: "QUO_TOOLS"),
        Setting(
            "excludeTools", \.excludedTools, .list("tools' names", of: .name(of: "tool")), title: "Excluded tools",
            "Tools not to offer, even if a toolset has them.", example: ["delete_webhook"],
            variable: "QUO_EXCLUDE_TOOLS"),
        Setting(
            "toolLimit", \.toolLimit, .optional(.integer(1...1000)), title: "Tool limit",
            "The most tools to offer, for hosts that take no more; the first by order of the list stay. Where absent, all are.",
            example: 40, variable: "QUO_TOOL_LIMIT"),
        Setting(
            "api", \.api, .choice, title: "API version",
            "Which version of the API is used where both could be. auto: 2026-03-30 for what it serves better, v1 for the rest"
                + " and where the other is not to be had. v1: that alone; tools that need the other are not offered. 2026-03-30:"
                + " that one wherever it answers alike or better, and never v1 instead.",
            example: "v1", variable: "QUO_API"),
        Setting(
            "timeZone", \.timeZone, .optional(.zone), title: "Time zone",
            "The zone in which times are told and days begin. Where absent, that of the machine.",
            example: "America/New_York", variable: "QUO_TIME_ZONE"),
    ]

    private static func override(
        _ risk: Risk, _ property: @escaping @autoclosure Property<Decision?>, _ subject: String
    ) -> Setting {
        Setting(
            "overrides.risks.\(risk.rawValue)", property(), .optional(.choice), title: "Override for \(risk.rawValue)",
            "What happens to \(subject). Where absent, the profile decides.", example: "approve")
    }
}

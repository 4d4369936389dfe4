/// One line for the audit, before it has its place in the chain.
package struct AuditEntry: Sendable, Equatable {
    /// Milliseconds since 1970.
    package var time: Int64
    /// Whose phone it concerns.
    package var workspace: WorkspaceID
    /// What happened: a guard's word such as `approved`, `sent`, `refused`.
    package var event: String
    /// The client that asked.
    package var client: String?
    /// The tool.
    package var tool: String?
    /// The risk of the effect.
    package var risk: String?
    /// The digest of the exact request.
    package var digest: String?
    /// The rule that decided.
    package var rule: String?
    /// Who approved.
    package var approver: String?
    /// How they did.
    package var approvalMethod: String?
    /// What became of it.
    package var outcome: String?
    /// The API's trace id.
    package var trace: String?
    /// What else a reader should know, masked where the owner wants it so.
    package var detail: String?

    package init(
        time: Int64, workspace: WorkspaceID, event: String, client: String? = nil, tool: String? = nil,
        risk: String? = nil, digest: String? = nil, rule: String? = nil, approver: String? = nil,
        approvalMethod: String? = nil, outcome: String? = nil, trace: String? = nil, detail: String? = nil
    ) {
        self.time = time
        self.workspace = workspace
        self.event = event
        self.client = client
        self.tool = tool
        self.risk = risk
        self.digest = digest
        self.rule = rule
        self.approver = approver
        self.approvalMethod = approvalMethod
        self.outcome = outcome
        self.trace = trace
        self.detail = detail
    }
}

/// One line of the audit.
package struct AuditRecord: Sendable, Equatable {
    /// Its place in the chain, from 1 without gaps; older ones may have been removed.
    package let sequence: Int64
    /// The process that wrote it.
    package let process: String
    /// What it says.
    package let entry: AuditEntry
    /// SHA-256 over the hash before and this line, 64 hexadecimal digits.
    package let hash: String
}

/// Which lines of the audit to read.
package struct AuditFilter: Sendable, Equatable {
    /// Only this workspace; nil for all of the machine.
    package var workspace: WorkspaceID?
    /// Only this tool.
    package var tool: String?
    /// Only this event.
    package var event: String?
    /// Only this digest.
    package var digest: String?
    /// Only from this time on, in milliseconds since 1970.
    package var since: Int64?
    /// Only lines before this one, to read on in older ones.
    package var before: Int64?

    package init(
        workspace: WorkspaceID? = nil, tool: String? = nil, event: String? = nil, digest: String? = nil,
        since: Int64? = nil, before: Int64? = nil
    ) {
        self.workspace = workspace
        self.tool = tool
        self.event = event
        self.digest = digest
        self.since = since
        self.before = before
    }
}

/// The beginning of the audit that was removed because the owner keeps lines no longer.
package struct AuditRemoval: Sendable, Equatable {
    /// The last line that was removed.
    package let sequence: Int64
    /// The time of that line, in milliseconds since 1970.
    package let time: Int64
}

/// Whether the audit is as it was written.
package enum AuditVerdict: Sendable, Equatable {
    /// How a line is not as it was written.
    package enum Fault: String, Sendable {
        /// What it says was changed, or it was put in another's place.
        case edited
        /// It is not there.
        case missing
        /// The chain ends before it, though its head was recorded.
        case truncated
    }

    /// It is; this many lines, the last with this hash, after those that were removed in time, where some were. Compare the
    /// hash with one noted elsewhere to know that the whole chain was not written anew.
    case intact(count: Int64, head: String, removal: AuditRemoval? = nil)
    /// It is not, from this line on.
    case broken(sequence: Int64, Fault)
}

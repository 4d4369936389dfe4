/// What budgets count an effect as.
package enum EffectKind: String, Sendable, CaseIterable {
    /// A text message, to one person or a group.
    case message
    /// A contact made or changed.
    case contactChange
    /// Something deleted.
    case deletion
    /// Anything else, which no budget limits.
    case other
    /// The approval of several texts; each text is an effect of its own, and only those are performed and counted.
    case batch
}

/// An effect that someone asks for, as the ledger keeps it.
package struct EffectProposal: Sendable, Equatable {
    /// Whose phone it concerns.
    package var workspace: WorkspaceID
    /// The digest of the exact request; the ledger never lets two of the same be under way.
    package var digest: String
    /// The tool that asks.
    package var tool: String
    /// What budgets count it as.
    package var kind: EffectKind
    /// The risk, in the guard's word for it.
    package var risk: String
    /// The client that asks, where it gave a name.
    package var client: String?
    /// The phone number's id that it would be sent from.
    package var lineID: String?
    /// Whom it reaches, in E.164, each once.
    package var recipients: [String]
    /// The digest of the text without regard to spaces and case.
    package var textDigest: String?
    /// How many message segments it takes, over all recipients.
    package var segments: Int
    /// What it costs, in hundredths of a US dollar, rounded up.
    package var cents: Int
    /// The question and the facts for the person who decides, as JSON; erased once the effect is final.
    package var facts: String
    /// Operation, path, query and body, as JSON; erased once the effect is final.
    package var request: String
    /// The rule that let it through or wants a person.
    package var rule: String?
    /// The id of the ``EffectKind/batch`` whose approval covers it; nil where it has its own or needs none.
    package var batch: String?

    package init(
        workspace: WorkspaceID, digest: String, tool: String, kind: EffectKind, risk: String, client: String? = nil,
        lineID: String? = nil, recipients: [String] = [], textDigest: String? = nil, segments: Int = 0, cents: Int = 0,
        facts: String = "", request: String = "", rule: String? = nil
    ) {
        self.workspace = workspace
        self.digest = digest
        self.tool = tool
        self.kind = kind
        self.risk = risk
        self.client = client
        self.lineID = lineID
        self.recipients = recipients
        self.textDigest = textDigest
        self.segments = segments
        self.cents = cents
        self.facts = facts
        self.request = request
        self.rule = rule
    }
}

/// An effect in the ledger.
///
/// Times are milliseconds since 1970.
package struct EffectRecord: Sendable, Equatable {
    /// Its name, 32 random hexadecimal digits.
    package let id: String
    /// What was asked for; facts and request are empty once the effect is final.
    package let proposal: EffectProposal
    /// How far it has come.
    package let state: EffectState
    /// The process that planned it, or took it in flight.
    package let process: String
    /// When it was planned or reserved.
    package let createdAt: Int64
    /// When its state changed last.
    package let updatedAt: Int64
    /// When it expires; nil where it cannot.
    package let expiresAt: Int64?
    /// When it was taken in flight; budgets count by this time.
    package let attemptedAt: Int64?
    /// Who approved or denied it.
    package let approver: String?
    /// How they did: a form, a terminal.
    package let approvalMethod: String?
    /// What is known about the request.
    package let outcome: EffectOutcome

    /// When it was taken in flight, or else planned.
    package var begunAt: Int64 { attemptedAt ?? createdAt }
}

/// What is known about a request that was made.
package struct EffectOutcome: Sendable, Equatable {
    /// The API's id for what it made.
    package var id: String?
    /// The API's status, or a word for why it failed.
    package var status: String?
    /// The API's trace id.
    package var trace: String?

    package init(id: String? = nil, status: String? = nil, trace: String? = nil) {
        self.id = id
        self.status = status
        self.trace = trace
    }
}

/// Whether an effect's state changed.
package enum EffectChange: Sendable, Equatable {
    /// It did; this is the effect now.
    case changed(EffectRecord)
    /// It did not, because it is in a state from which it cannot, or expired; nil where there is no such effect.
    case refused(EffectRecord?)
}

/// Whether a request may be made now.
package enum Admission: Sendable, Equatable {
    /// It may, once, by the caller; the effect is in flight.
    case admitted(EffectRecord)
    /// The same request is in flight elsewhere, or nobody knows what became of it.
    case unresolved(EffectRecord)
    /// The same request was performed lately.
    case duplicate(EffectRecord)
    /// A budget is used up.
    case exceeded(BudgetExcess)
    /// No person has approved it, or not in time; with the newest effect of that digest.
    case notGranted(EffectRecord?)
}

import Guard
import QuoAPI

extension WebhookSecretFate {
    /// What an agent is told of a signing secret: where it is, never what it is; or what to do where nobody has it.
    ///
    /// - Parameters:
    ///   - program: The path of this program, for the command that a person sees the secret with.
    ///   - isSandbox: Whether the webhook is one of the simulated workspace, which is gone with its server.
    func note(on effect: Effect, program: String, isSandbox: Bool) -> String {
        switch self {
        case .kept(let webhook) where isSandbox:
            "The signing secret is kept in a file that only the owner can read, and is not shown to agents. While this sandbox"
                + " runs the user sees it in a terminal with: \(program) webhook secret \(webhook). quo-mcp listen does not take"
                + " the sandbox's events; list_events and wait_for_event have them without it."
        case .kept(let webhook):
            "The signing secret is kept in a file that only the owner can read, and is not shown to agents. The user sees it"
                + " in a terminal with: \(program) webhook secret \(webhook). quo-mcp listen on this machine uses it by itself."
        case .lost(let webhook, let reason) where effect.operation.operation.version == .dated:
            "It was done, but the new signing secret could not be kept (\(reason)), and nobody has it. Tell the user; once"
                + " that is put right, replace it with rotate_webhook_secret\(webhook.map { ", webhookId \($0)" } ?? "")."
        case .lost(_, let reason):
            "It was done, but the signing secret could not be kept (\(reason)). Tell the user, who finds it beside the webhook"
                + " in the Quo app; or delete the webhook and create it anew once that is put right."
        }
    }
}

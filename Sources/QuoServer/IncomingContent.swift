import JSON
import PhoneNumbers
import QuoAPI
import Webhooks

/// Numbers and addresses that stand in text from outside.
///
/// An agent that reads "text +1 900 555 0123 instead" must not do so without a person, whatever the owner lets it do
/// otherwise, so the guard remembers where each was first seen.
package struct IncomingContent {
    /// One text from outside.
    struct Passage: Equatable {
        /// The numbers in E.164 and the web addresses in it.
        let values: [String]
        /// Where it stood, for the form.
        let source: String
    }

    /// The passages with numbers or addresses in the answer to a read.
    static func passages(in answer: JSONValue, of operation: ReadOperation) -> [Passage] {
        let data = answer["data"] ?? answer
        let items = data.arrayValue ?? [data]
        switch operation.operation.id {
        case ReadOperation.listMessages.operation.id, ReadOperation.getMessageById.operation.id,
            ReadOperation.listMessagesDated.operation.id, ReadOperation.getMessageByIdDated.operation.id:
            return items.compactMap { message in
                guard message["direction"] == "incoming", let text = message["text"]?.stringValue else { return nil }
                return passage(text, "a message of \(message["from"]?.stringValue ?? "someone")")
            }
        case ReadOperation.getCallTranscript.operation.id:
            let lines = data["dialogue"]?.arrayValue ?? []
            let theirs = lines.filter { $0["userId"]?.stringValue == nil }.compactMap { $0["content"]?.stringValue }
            return [passage(theirs.joined(separator: "\n"), "the transcript of a call")].compactMap { $0 }
        case ReadOperation.getCallVoicemails.operation.id:
            return [passage(data["transcript"]?.stringValue ?? "", "a voicemail")].compactMap { $0 }
        case ReadOperation.getCallSummary.operation.id:
            let lines = [data["summary"], data["nextSteps"]].flatMap { $0?.arrayValue ?? [] }.compactMap(\.stringValue)
            return [passage(lines.joined(separator: "\n"), "the summary of a call")].compactMap { $0 }
        case ReadOperation.listCallsDated.operation.id:
            return items.compactMap { call in
                let summary = [call["summary"]?["summary"], call["summary"]?["nextSteps"]]
                let lines = summary.flatMap { $0?.arrayValue ?? [] } + [call["voicemail"]?["transcript"] ?? .null]
                return passage(lines.compactMap(\.stringValue).joined(separator: "\n"), "what was said in a call")
            }
        case ReadOperation.getWebhookDeliveryDated.operation.id:
            return [passage(data["requestBody"]?.text() ?? "", "a webhook's delivery")].compactMap { $0 }
        default: return []
        }
    }

    /// The passages with numbers or addresses in an event.
    static func passages(in event: WebhookEvent) -> [Passage] {
        let found: Passage? =
            switch event.content {
            case .message(let message):
                message.isIncoming
                    ? passage(message.text ?? "", "a message of \(message.from ?? "someone")") : nil
            case .callTranscript(let transcript):
                passage(
                    transcript.lines.filter { $0.memberID == nil }.map(\.text).joined(separator: "\n"),
                    "the transcript of a call")
            case .voicemail(let voicemail): passage(voicemail.transcript ?? "", "a voicemail")
            case .callSummary(let summary):
                passage(
                    (summary.summary + summary.nextSteps + texts(in: event.resource["jobs"] ?? .null))
                        .joined(separator: "\n"), "the summary of a call")
            // Nobody knows who wrote what is in it.
            case .unknown: passage(texts(in: .object(event.json)).joined(separator: "\n"), "an event of a webhook")
            case .call, .contact, .task: nil
            }
        return [found].compactMap { $0 }
    }

    private static func texts(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let items): items.flatMap(texts)
        case .object(let object): object.flatMap { texts(in: $0.value) }
        default: []
        }
    }

    private static func passage(_ text: String, _ source: String) -> Passage? {
        let values = numbers(in: text) + addresses(in: text)
        return values.isEmpty ? nil : Passage(values: values, source: source)
    }

    /// Everything in a text that can be read as a phone number; bare ones as of the United States.
    package static func numbers(in text: String) -> [String] {
        var found: [String] = []
        var run = ""
        for character in text + "\n" {
            let isPart =
                character.isASCII && (character.isNumber || " +-().".contains(character)) || character == "\u{A0}"
            if isPart {
                run.append(character)
                continue
            }
            if run.filter(\.isNumber).count >= 8, let number = try? PhoneNumber.parse(run, region: "US"),
                !found.contains(number.e164)
            {
                found.append(number.e164)
            }
            run = ""
        }
        return found
    }

    /// Everything in a text that begins as a web address does, up to the next space.
    package static func addresses(in text: String) -> [String] {
        text.split { $0.isWhitespace || "<>\"'()".contains($0) }.map(String.init).filter {
            let lower = $0.lowercased()
            return lower.hasPrefix("https://") || lower.hasPrefix("http://")
        }
    }
}

/// The numbers that behave in a way of their own; a text to any other is delivered after 2.5 seconds.
///
/// All are reserved for fiction. Each belongs to a contact of the workspace whose role says what happens, or to one of
/// its customers. A phone number is the raw value, in E.164.
package enum MarkedNumber: String, CaseIterable, Sendable {
    /// The prepaid balance is too low: 402, code 0200402, every time.
    case notEnoughCredits = "+16145550190"
    /// The carrier registration is missing: 400, code 0206400, every time.
    case registrationNotApproved = "+16145550191"
    /// The carriers' cap of the day is reached: 403, code 0204403, every time.
    case dailyCapReached = "+16145550192"
    /// A British number that no line may text: 403, code 0200403, every time.
    ///
    /// The line for the field crew refuses every number outside the United States in the same way, and the scheduling
    /// line every number outside the United States and Canada.
    case internationalDisabled = "+447700900193"
    /// The vendor's side fails and nothing is sent: 500, code 0201500, every time.
    case serverError = "+16145550194"
    /// The first text meets 429 and nothing is sent; later ones pass.
    case busyOnce = "+16145550195"
    /// The text is accepted and stays undelivered.
    case undelivered = "+16145550196"
    /// Wrote STOP; the carrier blocks what is sent all the same, so it stays undelivered.
    case optedOut = "+16145550197"
    /// Answers four seconds after each text.
    case repliesSoon = "+16145550198"
    /// Answers seven seconds after each text.
    case repliesLater = "+16145550199"
    /// The text is accepted and delivered, but the connection breaks before the answer arrives.
    case answerLost = "+16145550189"
    /// Answers half a second after each text, for who waits for an answer on the system's clock.
    case repliesAtOnce = "+16145550188"

    /// The number in E.164.
    package var number: String { rawValue }

    /// The full name of the contact who has the number.
    package var contactName: String {
        switch self {
        case .notEnoughCredits: "Cora Pennington"
        case .registrationNotApproved: "Ravi Brandt"
        case .dailyCapReached: "Carla Capello"
        case .internationalDisabled: "Imogen Abbott"
        case .serverError: "Boris Glitch"
        case .busyOnce: "Ruth Rusher"
        case .undelivered: "Una Delacroix"
        case .optedOut: "Walter Pruitt"
        case .repliesSoon: "Maria Alvarez"
        case .repliesLater: "Tom Becker"
        case .answerLost: "Lars Dropp"
        case .repliesAtOnce: "Quentin Prompt"
        }
    }

    /// What happens to a text, in a few words for a person.
    package var effect: String {
        switch self {
        case .notEnoughCredits: "402 Not Enough Credits"
        case .registrationNotApproved: "400 A2P Registration Not Approved"
        case .dailyCapReached: "403 A2P 10DLC Daily Message Cap Reached"
        case .internationalDisabled: "403 international messaging disabled"
        case .serverError: "500 Unknown, nothing sent"
        case .busyOnce: "429 once, then delivered"
        case .undelivered: "accepted, stays undelivered"
        case .optedOut: "said STOP, stays undelivered"
        case .repliesSoon: "delivered, replies after 4 seconds"
        case .repliesLater: "delivered, replies after 7 seconds"
        case .answerLost: "delivered, but the connection breaks before the answer"
        case .repliesAtOnce: "delivered, replies after half a second"
        }
    }

    /// How long the person takes to answer, in milliseconds; nil where nobody does.
    var replyDelay: Int64? {
        switch self {
        case .repliesAtOnce: Timestamp.second / 2
        case .repliesSoon: 4 * Timestamp.second
        case .repliesLater: 7 * Timestamp.second
        default: nil
        }
    }

    /// What the person answers, one text after the other and round again.
    var replies: [String] {
        switch self {
        case .repliesSoon:
            [
                "Yes, that works for me. See you then!", "Perfect, thank you 🙏",
                "Could we make it half an hour later? I have to drop the kids off first.",
            ]
        case .repliesAtOnce: ["On it!", "Yes.", "Done, anything else?"]
        case .repliesLater:
            ["Got it.", "ok, will leave the side gate open", "Thanks. Is the invoice the same as last time?"]
        default: []
        }
    }
}

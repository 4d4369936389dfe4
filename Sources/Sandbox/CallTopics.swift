/// What was said in a call, and what a summary makes of it.
struct CallTopic: Sendable {
    let summary: [String]
    let nextSteps: [String]
    let dialogue: [Line]

    /// Seconds.
    var duration: Int { dialogue.reduce(0) { $0 + $1.spokenHundredths } / 100 + 1 }

    /// The topic with about 150 turns is the last.
    static let all: [CallTopic] = [
        CallTopic(
            summary: [
                "The customer reported a leak under the kitchen sink that began the night before.",
                "A visit was agreed for the next morning between 8 and 10.",
            ],
            nextSteps: ["Send a technician the next morning between 8 and 10.", "Bring a P-trap and a supply line."],
            dialogue: [
                .us("Brightwater Plumbing, how can I help?"),
                .them("Hi, there's water under my kitchen sink. It started last night."),
                .us("Okay. Is it clean water or does it come when you drain the sink?"),
                .them("When I drain it, I think. It smells a little."),
                .us("Then it's most likely the trap, that's a quick fix. Until then, don't use that sink."),
                .them("Can someone come today?"),
                .us("We're full today, but tomorrow between eight and ten would work."),
                .them("Tomorrow is fine. Should I be home?"),
                .us("Someone should, yes. We'll text when we're on the way."),
                .them("Great, thank you."),
            ]),
        CallTopic(
            summary: [
                "The customer asked about an invoice that is higher than the quote.",
                "The difference is a permit fee; a breakdown will be sent by e-mail.",
            ],
            nextSteps: ["E-mail the breakdown of the invoice.", "Extend the due date by one week."],
            dialogue: [
                .us("Brightwater Plumbing, good afternoon."),
                .them("Hello, I have a question about my invoice. It's a hundred dollars over the quote."),
                .us("Let me look. Yes, that's the city's permit fee for the heater."),
                .them("Nobody mentioned a permit fee."),
                .us("I'm sorry, it should have been on the quote. I'll send you the breakdown with the receipt."),
                .them("Alright. Can I have a bit more time to pay then?"),
                .us("Of course. I've moved the due date by a week."),
            ]),
        CallTopic(
            summary: ["The supplier confirmed that two mixing valves are in stock and held until Friday."],
            nextSteps: ["Pick up two mixing valves before Friday."],
            dialogue: [
                .us("Hi, it's Brightwater. Do you have the three-quarter mixing valves?"),
                .them("Let me check. I've got two of them."),
                .us("Could you hold both?"),
                .them("Until Friday, sure. Under Brightwater?"),
                .us("Yes please. Thanks!"),
            ]),
        CallTopic(
            summary: [
                "A walk-through of twelve apartments was planned unit by unit.",
                "Most units need small repairs; units 4 and 9 need a new water heater.",
                "The owner approved the list and asked for one invoice per unit.",
            ],
            nextSteps: [
                "Order two 40-gallon water heaters for units 4 and 9.", "Send the written list to the owner.",
                "Issue one invoice for each unit.",
            ],
            dialogue: walkThrough),
    ]

    /// A landlord and a plumber go through twelve apartments: 150 turns.
    private static let walkThrough: [Line] = {
        let findings: [(fixture: String, problem: String, remedy: String, minutes: Int)] = [
            ("kitchen faucet", "drips at the spout", "a new cartridge", 30),
            ("toilet", "keeps running", "a fill valve", 25),
            ("shower", "has hardly any pressure", "a descaled head", 20),
            ("water heater", "is rusted through at the bottom", "a new 40-gallon heater", 180),
            ("bathroom sink", "drains slowly", "a cleaned trap", 30),
            ("dishwasher line", "has a kinked hose", "a new hose", 30),
            ("tub", "has no working stopper", "a new drain assembly", 45),
            ("main valve", "does not close all the way", "a ball valve", 60),
            ("water heater", "trips its breaker", "a new 40-gallon heater", 180),
            ("garbage disposal", "only hums", "a freed impeller", 20),
            ("laundry box", "has a weeping valve", "a new outlet box", 75),
            ("hose bib", "froze last winter", "a frost-free one", 50),
        ]
        var lines: [Line] = [
            .us("Hi, this is Jonas from Brightwater. Do you have twenty minutes for the walk-through list?"),
            .them("Yes, I have it in front of me. Twelve apartments, let's go one by one."),
        ]
        for (index, finding) in findings.enumerated() {
            let unit = index + 1
            lines += [
                .us("Unit \(unit). The tenant told me about the \(finding.fixture)."),
                .them("Right, I have a note on that. What's wrong with it?"),
                .us("The \(finding.fixture) \(finding.problem)."),
                .them("Since when, did they say?"),
                .us("A few weeks, they weren't sure."),
                .them("Is it urgent?"),
                .us(finding.minutes > 100 ? "I would not wait, no." : "Not urgent, but it wastes water."),
                .them("What does it need?"),
                .us("It needs \(finding.remedy). About \(finding.minutes) minutes of work."),
                .them("Do you have the part on the truck?"),
                .us(finding.minutes > 100 ? "That one we have to order." : "Yes, I can do it the same day."),
                .them("Then go ahead with unit \(unit)."),
            ]
        }
        lines += [
            .us("That was unit twelve, so that's the whole list."),
            .them("Good. One invoice per unit, please, for my books."),
            .us("One invoice per unit, noted. I'll send you the list in writing today."),
            .them("Thanks, Jonas. Talk soon."),
        ]
        return lines
    }()

    /// What people say to a machine.
    static let voicemails = [
        "Hi, this is about the appointment tomorrow. I won't be home before ten. Please call me back.",
        "Hello, our water heater is leaking and it's getting worse. We're on Neil Avenue. Please call as soon as you can.",
        "Hey, it's me again. Just wanted to say thanks, the shower works great. No need to call back.",
        "Yes hi, I'd like a quote for a new bathroom. Evenings are best. Thank you, bye.",
        "This is Renee from Hollis Family Dentistry, calling about invoice twenty forty-seven. Please call the front desk.",
    ]
}

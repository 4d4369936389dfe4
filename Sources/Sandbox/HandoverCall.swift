extension CallTopic {
    /// A property manager goes through forty rooms with the scheduler: more than 300 turns.
    ///
    /// Only some of the turns matter, as in life: two rooms need work before a date.
    static let handover = CallTopic(
        summary: [
            "Elena Petrova handed over all forty rooms of the Short North Lofts, floor by floor.",
            "Room 17 has a slow leak behind the wall, and room 32 must be ready by the end of the month.",
        ],
        nextSteps: [
            "Open the wall of room 17 and repair the leak.", "Finish room 32 before the end of the month.",
            "E-mail the list of all forty rooms.",
        ],
        dialogue: handoverLines)

    private static let handoverLines: [Line] = {
        let fixtures = ["sink", "shower", "toilet", "radiator", "tub"]
        var lines: [Line] = [
            .us("Brightwater Scheduling, this is Priya."),
            .them("Hi Priya, Elena Petrova from the Short North Lofts. Do you have time for the whole handover?"),
            .us("I do. Let's go room by room."),
            .them("Forty rooms, ten on each floor. I start at the bottom."),
        ]
        for room in 1...40 {
            let fixture = fixtures[room % fixtures.count]
            lines += [
                .them("Room \(room), on floor \((room - 1) / 10 + 1)."),
                .us("Room \(room). What was done there last?"),
                .them("The \(fixture), about \(room % 7 + 2) years ago."),
                .us("Any complaints about the \(fixture) since?"),
                .them(complaint(room)),
                .us("Is anyone living there at the moment?"),
                .them(room.isMultiple(of: 6) ? "It is empty until the end of the month." : "Yes, a tenant."),
                .us("Noted for room \(room)."),
            ]
        }
        return lines + [
            .them("And that is all forty."),
            .us("I'll e-mail you the list, with rooms 17 and 32 on top."),
            .them("Thank you, Priya. Goodbye!"),
        ]
    }()

    private static func complaint(_ room: Int) -> String {
        switch room {
        case 17: "Yes: the wall behind it is damp. I think there is a slow leak, please open the wall."
        case 32: "Yes, and it must be ready by the end of the month, when the new tenant moves in."
        default: room.isMultiple(of: 9) ? "A drip now and then, nothing urgent." : "None that I know of."
        }
    }
}

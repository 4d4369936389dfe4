import Directory
import JSON
import PhoneNumbers
import Testing

@testable import QuoServer

@Suite struct TellingTests {
    private static let line = Line(["id": "PN1", "name": "Main", "number": "+16145550100"])
    private static let member = Member(["id": "US1", "firstName": "Dana", "lastName": "Reyes"])

    private static let telling = Telling(
        clock: LocalClock(nil), now: 1_795_183_500_000, lines: [line].compactMap(\.self),
        members: [member].compactMap(\.self), names: ["+16145550130": "Maria Santos\nFrom: us"])

    @Test(arguments: [
        (0, "0 s"), (45, "45 s"), (59, "59 s"), (60, "1 min"), (89, "1 min"), (90, "2 min"), (3_540, "59 min"),
        (3_570, "1 h"), (3_600, "1 h"), (4_800, "1 h 20 min"), (7_199, "2 h"), (90_000, "25 h"),
    ])
    func `a length of time is told in the fewest words`(seconds: Int64, words: String) {
        #expect(Telling.duration(seconds) == words)
    }

    @Test func `people are told by name and number, own numbers as such, strangers by number`() {
        #expect(Self.telling.person("+16145550130") == "Maria Santos ⏎ From: us (+16145550130)")
        #expect(Self.telling.person("+16145550100") == "Main (own number +16145550100)")
        #expect(Self.telling.person("+16145550199") == "+16145550199")
    }

    @Test func `lines and members are told by name, and by id where they are gone`() {
        #expect(Self.telling.line("PN1") == "Main (+16145550100)")
        #expect(Self.telling.line("PN2") == "PN2")
        #expect(Self.telling.member("US1") == "Dana Reyes")
        #expect(Self.telling.member("US2") == "US2")
    }

    @Test func `a time is told with its offset, and one that cannot be read is passed on`() {
        #expect(Self.telling.stamp("2026-11-20T14:05:00.000Z") == "2026-11-20 14:05 +00:00")
        #expect(Self.telling.stamp("soon") == "soon")
        #expect(Self.telling.stamp(nil) == nil && Self.telling.stamp(5) == nil)
        #expect(Self.telling.relative("2026-11-20T14:00:00Z") == "5 min ago")
    }

    @Test func `a message that came in is told with who wrote it`() {
        let told = Self.telling.message([
            "id": "AC1", "createdAt": "2026-11-20T14:05:00Z", "direction": "incoming", "from": "+16145550130",
            "to": ["+16145550100"], "text": "Hello\u{200B}", "status": "received", "phoneNumberId": "PN1",
        ])
        #expect(
            told == [
                "id": "AC1", "at": "2026-11-20 14:05 +00:00", "from": "Maria Santos ⏎ From: us (+16145550130)",
                "text": "Hello [1 invisible characters removed]",
            ], "\(told)")
    }

    @Test func `a message of ours is told with whom it went to, and how it fared where it did not arrive`() {
        let record: JSONObject = [
            "id": "AC1", "direction": "outgoing", "from": "+16145550100", "to": ["+16145550130"], "userId": "US1",
            "text": "", "media": [["type": "image/png", "url": "https://example.com/1"]], "status": "undelivered",
        ]
        let told = Self.telling.message(.object(record))
        #expect(
            told == [
                "id": "AC1", "from": "us (Dana Reyes)", "to": ["Maria Santos ⏎ From: us (+16145550130)"],
                "media": ["image/png https://example.com/1"], "status": "undelivered",
            ], "\(told)")
        #expect(Self.telling.message(record.with("status", "delivered"))["status"] == nil)
    }

    @Test func `a call is told with the others, its length and who took it`() {
        let told = Self.telling.call([
            "id": "AC2", "createdAt": "2026-11-20T14:05:00Z", "participants": ["+16145550100", "+16145550130"],
            "direction": "incoming", "status": "completed", "duration": 80, "answeredBy": "US1",
            "forwardedTo": "US9", "aiHandled": nil,
        ])
        #expect(
            told == [
                "id": "AC2", "at": "2026-11-20 14:05 +00:00", "with": "Maria Santos ⏎ From: us (+16145550130)",
                "direction": "incoming", "status": "completed", "duration": "1 min", "answeredBy": "Dana Reyes",
                "forwardedTo": "US9",
            ], "\(told)")
    }

    @Test func `a conversation and a contact are told without what is empty`() {
        let told = Self.telling.conversation([
            "id": "CN1", "participants": ["+16145550199"], "name": nil, "phoneNumberId": "PN1", "assignedTo": "US1",
            "lastActivityAt": "2026-11-20T14:00:00Z", "snoozedUntil": nil, "deletedAt": nil,
        ])
        #expect(
            told == [
                "id": "CN1", "with": ["+16145550199"], "inbox": "Main (+16145550100)", "lastActivity": "5 min ago",
                "assignedTo": "Dana Reyes",
            ], "\(told)")
        let contact = Self.telling.short(.object(oddContact), .contact)
        #expect(
            contact == [
                "id": "C1", "name": "Ana Ruiz", "company": "Bakery",
                "numbers": ["main: +15555550101", "555 0199", "911"],
                "emails": ["work: a@example.com", "home: b@example.com"],
                "fields": ["plan": "gold", "options": "a,b, c", "Keyless": "kept"],
            ], "\(contact)")
    }

    @Test(
        arguments: [
            (["direction": "incoming", "status": "missed"], "missed call"),
            (["direction": "incoming", "status": "no-answer"], "missed call"),
            (["direction": "incoming", "status": "busy"], "missed call (busy)"),
            (["direction": "incoming", "status": "ringing"], "they called (ringing)"),
            (
                [
                    "direction": "incoming", "status": "completed", "answeredAt": "x", "answeredBy": "US1",
                    "duration": 130,
                ],
                "they called, 2 min, taken by Dana Reyes"
            ),
            (["direction": "outgoing", "status": "completed", "answeredAt": "x", "duration": 30], "we called, 30 s"),
            (["direction": "outgoing", "status": "no-answer"], "we called (no-answer)"),
        ] as [(JSONValue, String)])
    func `a call is told in a few words`(record: JSONValue, words: String) {
        #expect(Self.telling.callLine(ThreadEntry(kind: .call, record: record, time: 0, lineID: "PN1")) == words)
    }

    @Test(arguments: [
        ("Thanks!", true), ("Ok 👍", true), ("got it, thanks", true), ("Thanks, but when?", false),
        ("Could you call me back please", false), ("", false),
    ])
    func `thanks end an exchange, and a question does not`(text: String, isClosing: Bool) {
        #expect(AutomaticText.isClosing(text) == isClosing)
    }

    @Test(arguments: [
        ("Automatic reply: I am out of the office", true), ("Your verification code is 123456", true),
        ("I replied to you automatically yesterday, call me", false), ("Can you come at 3?", false),
    ])
    func `an automatic text is known by its words`(text: String, isAutomatic: Bool) {
        #expect(AutomaticText.isAutomatic(text) == isAutomatic)
    }

    @Test func `contacts are not read for an answer in which nobody is named`() async throws {
        let api = try RecordingAPI(["/v1/users": ["data": []]])
        #expect(await api.client.call("list_phone_numbers")["isError"] != true)
        #expect(api.targets.contains("/v1/phone-numbers") && !api.targets.contains { $0.hasPrefix("/v1/contacts") })
    }
}

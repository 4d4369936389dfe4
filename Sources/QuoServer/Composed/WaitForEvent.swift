import Directory
import Guard
import JSON
import MCP
import Store
import Webhooks

/// The tool `wait_for_event`: waits until a webhook tells of something, without asking the API.
struct WaitForEvent {
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let feed = desk.workspace.events
        let types = try desk.eventTypes(in: arguments)
        var sequence = try place(in: arguments)
        if sequence == nil { sequence = await feed.latest() }
        let person = try await person(in: arguments)
        var patience = Patience(arguments, desk.context)
        var after = sequence ?? 0
        while true {
            let arrivals = await feed.arrivals(after: after, of: types)
            let found = arrivals.filter { person?.takesPart(in: $0) ?? true }
            if !found.isEmpty { return await happened(found, upTo: arrivals.last, arguments) }
            after = arrivals.last?.sequence ?? after
            guard patience.lasts(EventFeed.interval), await feed.isLive() else { break }
            patience.report("Nothing yet")
            try await Task.sleep(for: EventFeed.interval)
        }
        let next =
            await feed.isLive()
            ? "Nothing in \(patience.seconds) s. To go on waiting call again with this after; or tell the user and look later with "
                + "list_events." : ListEvents.silence
        let sentences = [await desk.noteOfUnknown(types), next].compactMap { $0 }
        return [
            "happened": false, "after": .string("\(after)"), "next": .string(sentences.joined(separator: " ")),
        ]
    }

    private func happened(
        _ found: [WebhookRecord], upTo last: WebhookRecord?, _ arguments: JSONObject
    ) async -> JSONObject {
        let (told, lack) = await desk.told(found, isFull: arguments["detail"] == "full")
        let fitting = AnswerBudget.fitting(told)
        // What does not fit is told by the next call.
        let place = fitting < found.count ? found[fitting - 1].sequence : last?.sequence ?? 0
        var result: JSONObject = [
            "happened": true, "events": .array(Array(told.prefix(fitting))), "after": .string("\(place)"),
        ]
        if let lack { result["note"] = .string(lack) }
        return result
    }

    private func place(in arguments: JSONObject) throws(InvalidArguments) -> Int64? {
        guard let text = arguments["after"]?.stringValue else { return nil }
        guard let place = Int64(text), place >= 0 else {
            throw InvalidArguments(faults: [
                ArgumentFault(path: "after", message: "is none that an answer gave; leave it out to wait from now on")
            ])
        }
        return place
    }

    private func person(in arguments: JSONObject) async throws -> Correspondent? {
        guard let reference = arguments["with"]?.stringValue else { return nil }
        // A number says its country mostly by itself, and is waited for without the API.
        let region = (try? await desk.directory.lines())?.first?.region
        return try await desk.directory.correspondent(reference, region: region)
    }
}

extension Correspondent {
    /// Whether an event names this person, by a number or as a contact.
    fileprivate func takesPart(in record: WebhookRecord) -> Bool {
        guard let event = EventFeed.event(of: record) else { return false }
        if event.numbers.contains(where: numbers.contains) { return true }
        guard let contactID else { return false }
        if case .matched(let ids) = event.contacts, ids.contains(contactID) { return true }
        guard case .contact(let contact) = event.content else { return false }
        return contact.id == contactID
    }
}

import Guard
import PhoneNumbers
import Store

/// What `quo-mcp optout` does to the list of people who must not be texted.
enum OptOutRequest: Equatable {
    case list
    case add(number: String, note: String?)
    case remove(number: String)
}

/// Shows or changes who must not be texted by anything on this machine.
///
/// - Returns: The exit status.
func optOut(_ request: OptOutRequest) -> Int32 {
    switch request {
    case .list:
        return withStore { _, store throws(StoreError) in
            let optOuts = try store.wait { store throws(StoreError) in try store.optOuts(in: nil) }
            show(optOuts)
            return 0
        }
    case .add(let text, let note):
        guard let number = parse(text) else { return 2 }
        return withStore { _, store throws(StoreError) in
            let optOut = OptOut(number: number, note: note, time: Timestamp.now)
            try store.wait { store throws(StoreError) in try store.addOptOut(optOut) }
            Output.line("\(number) is on the list: no agent on this machine texts it, whoever approves.")
            return 0
        }
    case .remove(let text):
        guard let number = parse(text) else { return 2 }
        return withStore { _, store throws(StoreError) in
            guard try store.wait(for: { store throws(StoreError) in try store.removeOptOut(number, in: nil) }) else {
                Output.log("\(number) is not on the list; quo-mcp optout list shows it")
                return 1
            }
            Output.line("\(number) is off the list. A STOP among its latest messages still counts.")
            return 0
        }
    }
}

/// The E.164 form of a number as a person writes it; nil after saying what is wrong with it.
private func parse(_ text: String) -> String? {
    do throws(PhoneNumberError) {
        return try PhoneNumber.parse(text, region: "US").e164
    } catch {
        Output.log("\(text.oneVisibleLine): \(error)")
        return nil
    }
}

private func show(_ optOuts: [OptOut]) {
    if optOuts.isEmpty {
        Output.line("Nobody is on the list. quo-mcp optout add NUMBER [NOTE] puts someone on it.")
        return
    }
    let clock = LocalTime.ofOwner()
    var table = Table("NUMBER", clock.heading("SINCE"), "FOR", "NOTE")
    for optOut in optOuts {
        let workspace = optOut.workspace.map { "workspace \($0.shortText)" } ?? "every workspace"
        table.append([optOut.number, clock.text(optOut.time), workspace, optOut.note ?? ""])
    }
    Output.line(table.text())
}

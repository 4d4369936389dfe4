import FuzzSupport

@testable import Store

/// Whatever is in the state, by another's hand or a broken disk, reading and using it ends with an answer or an error, and an
/// audit that was changed is never called intact.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            switch input.byte() % 4 {
            case 0: pace(&input)
            case 1:
                // Bytes of the file: two for the page and the place in it, one for what is there.
                var file = template.file
                while !input.isAtEnd {
                    let place = (Int(input.byte()) << 8 | Int(input.byte())) << 4 | Int(input.byte()) & 15
                    file[place % file.count] = input.byte()
                }
                use(file, edits: [])
            default:
                // Rows: a line for each value.
                var edits: [Edit] = []
                while !input.isAtEnd, edits.count < 16 { edits.append(Edit(&input)) }
                use(template.file, edits: edits)
            }
        }
    }
}

/// Puts a text in the place of the pacing's state, and asks for turns.
func pace(_ input: inout Input) {
    let now = Int64(input.byte()) << (input.byte() % 40)
    let rate = PacingRate(limit: Int(input.byte() % 16), window: Int64(input.byte()) << (input.byte() % 40))
    var queue = PacingQueue(text: String(decoding: input.remainder, as: UTF8.self))
    let ticket = PacingTicket(id: "t", owner: "1/2/3", pacingClass: .interactive)
    for step in 0..<4 {
        _ = queue.ask(ticket, rate: rate, now: now + Int64(step))
        // A mark that joins what is before it hides a separator, and its line is left out.
        let again = PacingQueue(text: queue.text)
        require(again == queue || !queue.text.utf8.allSatisfy { $0 < 0x80 }, "the queue is kept as it is")
    }
    queue.withdraw(ticket)
}

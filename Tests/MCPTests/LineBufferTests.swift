import Testing

@testable import MCP

struct LineBufferTests {
    /// Feeds the pieces and collects the lines, as text.
    private func lines(_ pieces: [String], limit: Int = 100) -> [String] {
        var buffer = LineBuffer(limit: limit)
        var lines: [String] = []
        func take(_ line: LineBuffer.Line) {
            switch line {
            case .line(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
            case .oversized: lines.append("<oversized>")
            }
        }
        for piece in pieces {
            Array(piece.utf8).withUnsafeBytes { buffer.append($0) }
            while let line = buffer.next() { take(line) }
        }
        if let line = buffer.finish() { take(line) }
        return lines
    }

    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b", "\n", "c\n"], ["ab", "c"]), (["\n\na\n"], ["", "", "a"]),
        (["a\nb"], ["a", "b"]), ([""], []), (["a\r\nb\r\n"], ["a\r", "b\r"]),
    ])
    func `lines are cut at newlines wherever the reads end`(pieces: [String], expected: [String]) {
        #expect(lines(pieces) == expected)
    }

    @Test(arguments: [
        (["12345\n123456\n1\n"], ["12345", "<oversized>", "1"]),
        (["123456", "789", "0\n1\n"], ["<oversized>", "1"]),
        (["1\n123456", "789"], ["1", "<oversized>"]), (["12345", "6\n", "1\n"], ["<oversized>", "1"]),
        (["123456", "\n", "123456\n", "1"], ["<oversized>", "<oversized>", "1"]),
    ])
    func `a line beyond the limit is skipped and told once`(pieces: [String], expected: [String]) {
        #expect(lines(pieces, limit: 5) == expected)
    }

    @Test func `bytes arrive one by one`() {
        let text = "première\nzweite\n第三\n"
        var buffer = LineBuffer(limit: 100)
        var lines: [LineBuffer.Line] = []
        for byte in text.utf8 {
            withUnsafeBytes(of: byte) { buffer.append($0) }
            while let line = buffer.next() { lines.append(line) }
        }
        #expect(lines == ["première", "zweite", "第三"].map { .line(Array($0.utf8)) })
    }

    @Test func `a large line does not disturb what follows`() {
        let large = String(repeating: "x", count: 3 << 20)
        #expect(lines([large, large + "\nab", "c\n", "d\n"], limit: 10 << 20).map(\.count) == [6 << 20, 3, 1])
    }
}

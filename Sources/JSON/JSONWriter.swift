extension JSONValue {
    /// The JSON text: compact on one line without any line break, or indented for a person.
    ///
    /// - Parameter isPretty: Whether to indent by two spaces.
    public func text(isPretty: Bool = false) -> String {
        String(decoding: bytes(isPretty: isPretty), as: UTF8.self)
    }

    /// The JSON text in UTF-8; see ``text(isPretty:)``.
    ///
    /// - Parameter isPretty: Whether to indent by two spaces.
    public func bytes(isPretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isPretty: isPretty)
        writer.write(self)
        return writer.output
    }
}

private struct JSONWriter {
    let isPretty: Bool
    var output: [UInt8] = []
    var indentation = 0

    init(isPretty: Bool) {
        self.isPretty = isPretty
        output.reserveCapacity(512)
    }

    mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let number): output.append(contentsOf: number.text.utf8)
        case .string(let string): write(string)
        case .array(let elements):
            list("[", "]", count: elements.count) { writer, index in writer.write(elements[index]) }
        case .object(let object):
            list("{", "}", count: object.count) { writer, index in
                writer.write(object[index].name)
                writer.append(writer.isPretty ? ": " : ":")
                writer.write(object[index].value)
            }
        }
    }

    mutating func list(
        _ opening: StaticString, _ closing: StaticString, count: Int, element: (inout JSONWriter, Int) -> Void
    ) {
        append(opening)
        indentation += 2
        for index in 0..<count {
            if index > 0 { append(",") }
            breakLine()
            element(&self, index)
        }
        indentation -= 2
        if count > 0 { breakLine() }
        append(closing)
    }

    mutating func breakLine() {
        guard isPretty else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: indentation))
    }

    mutating func write(_ string: String) {
        output.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated()
            where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                output.append(contentsOf: bytes[start..<index])
                escape(byte)
                start = index + 1
            }
            output.append(contentsOf: bytes[start...])
        }
        output.append(UInt8(ascii: "\""))
    }

    mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(#"\""#)
        case UInt8(ascii: "\\"): append(#"\\"#)
        case 0x08: append(#"\b"#)
        case 0x0C: append(#"\f"#)
        case 0x0A: append(#"\n"#)
        case 0x0D: append(#"\r"#)
        case 0x09: append(#"\t"#)
        default:
            append(#"\u00"#)
            let digits: StaticString = "0123456789abcdef"
            output.append(digits.utf8Start[Int(byte >> 4)])
            output.append(digits.utf8Start[Int(byte & 15)])
        }
    }
}

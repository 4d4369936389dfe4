package import JSON

/// A place in a JSON document, as RFC 6901 writes it.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The steps from the root: member names and array indexes.
    package var steps: [String]

    /// The root.
    package init() { steps = [] }

    /// Reads the fragment of a local reference, for example `#/components/schemas/User`; nil where it is none.
    package init?(fragment: String) {
        guard fragment.hasPrefix("#"), let text = JSONPointer.percentDecoded(fragment.dropFirst()) else { return nil }
        if text.isEmpty {
            steps = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }

    /// This place and one step further.
    package func appending(_ step: String) -> JSONPointer {
        var result = self
        result.steps.append(step)
        return result
    }

    /// The value at this place.
    package func value(in root: JSONValue) -> JSONValue? {
        var value = root
        for step in steps {
            let next: JSONValue?
            if case .array = value { next = Int(step).flatMap { value[$0] } } else { next = value[step] }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// The fragment form: `#` and the pointer.
    package var description: String {
        "#" + steps.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let decoded = UInt8(digits, radix: 16) else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

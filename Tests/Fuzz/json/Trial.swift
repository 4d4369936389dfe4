import FuzzSupport
import JSON

/// What is read is written and read again as the same value, compact and indented; a copy is equal however its members
/// are ordered, and equal values have equal hashes.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            guard let value = try? JSONValue(parsing: bytes) else { return }
            for isPretty in [false, true] {
                let written = value.bytes(isPretty: isPretty)
                guard let again = try? JSONValue(parsing: written) else {
                    return require(false, "what is written is JSON")
                }
                require(again == value, "what is written is what was read")
                require(again.bytes() == value.bytes(), "nothing is lost by writing")
                require(isPretty || !written.contains { $0 < 0x20 }, "compact text has no control characters")
            }
            let turned = turned(value)
            require(turned == value && value == turned, "the order of members does not matter")
            require(turned.hashValue == value.hashValue, "equal values have equal hashes")
            compare(numbers(in: value))
            // Different at the very bottom, which a comparison must find out in good time.
            require(changed(value) != value, "a change is noticed")
        }
    }
}

/// The value with the members of each object in reverse.
func turned(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map(turned))
    case .object(let object):
        var result = JSONObject()
        for member in object.reversed() { result[member.name] = turned(member.value) }
        return .object(result)
    default: return value
    }
}

/// The value with its first leaf replaced.
func changed(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(var elements) where !elements.isEmpty:
        elements[0] = changed(elements[0])
        return .array(elements)
    case .object(var object) where !object.isEmpty:
        object[object[0].name] = changed(object[0].value)
        return .object(object)
    case .null: return true
    default: return .null
    }
}

func numbers(in value: JSONValue) -> [JSONNumber] {
    switch value {
    case .number(let number): [number]
    case .array(let elements): elements.flatMap(numbers)
    case .object(let object): object.flatMap { numbers(in: $0.value) }
    default: []
    }
}

func compare(_ numbers: [JSONNumber]) {
    for first in numbers.prefix(8) {
        require(first == first, "a number is equal to itself")
        if let integer = first.integer {
            require(first.isIntegral && JSONNumber(integer) == first, "integers are kept")
        }
        for second in numbers.prefix(8) where first == second {
            require(second == first && first.hashValue == second.hashValue, "numbers are equal both ways")
            for third in numbers.prefix(8) where second == third { require(first == third, "and in threes") }
        }
    }
}

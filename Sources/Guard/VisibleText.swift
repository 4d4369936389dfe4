extension String {
    /// This text with everything that a reader could not see spelled out, so that a form shows what will really be sent.
    ///
    /// Control characters other than line breaks and tabs, invisible and bidirectional formatting, tag characters and
    /// unassigned or private scalars become `\u{…}`. Joiners and variation selectors stay, because emoji need them.
    package func madeVisible() -> String {
        guard unicodeScalars.contains(where: { $0.isConcealed }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isConcealed {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// This text without what a reader could not see, for answers to an agent.
    ///
    /// Text from outside may carry instructions in invisible characters. What was taken out is said at the end, so that
    /// nothing is cut silently.
    package var cleaned: String {
        guard unicodeScalars.contains(where: { $0.isConcealed }) else { return self }
        var result = String.UnicodeScalarView()
        var removed = 0
        for scalar in unicodeScalars {
            if scalar.isConcealed { removed += 1 } else { result.append(scalar) }
        }
        // Line ends in two characters are common and hide nothing.
        if removed == unicodeScalars.count(where: { $0 == "\r" }) { return String(result) }
        return "\(String(result)) [\(removed) invisible characters removed]"
    }
}

extension Unicode.Scalar {
    /// Whether a reader of a form could not see it.
    var isConcealed: Bool {
        switch value {
        // Most text; asking Unicode about each of it would take longer than all else that is done with an answer.
        case 0x20...0x7E: false
        case 0x0A, 0x09: false
        case 0x200D, 0xFE00...0xFE0F: false
        case 0xE0000...0xE0FFF: true
        case 0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x2028, 0x2029, 0x2800, 0x3164, 0xFFA0: true
        default:
            switch properties.generalCategory {
            case .control, .format, .privateUse, .surrogate, .unassigned: true
            default: false
            }
        }
    }
}

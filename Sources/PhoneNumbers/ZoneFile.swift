/// What a file in TZif format says, from its 64-bit part.
struct ZoneFile {
    private(set) var changes: [Int] = []
    private(set) var offsets: [Int] = []
    let firstOffset: Int
    /// The text between the last two line feeds: a rule in the syntax of the environment variable TZ, or nothing.
    let footer: String

    /// An offset of more than this is no zone's: a day and an hour more than RFC 9636 recommends.
    static let largestOffset = 26 * 3600

    init(_ bytes: [UInt8]) throws(ZoneError) {
        var reader = ZoneReader(bytes)
        let first = try Header(&reader)
        guard first.version >= 2 else { throw .malformed("the file is of version 1, which ends in 2037") }
        try reader.skip(first.bodyLength(timeSize: 4))
        let header = try Header(&reader)
        guard header.typeCount > 0 else { throw .malformed("there are no local time types") }
        // Before anything is set aside for them: the counts are whatever the file says.
        guard header.bodyLength(timeSize: 8) <= reader.remaining else { throw .malformed("the file ends too early") }

        for _ in 0..<header.timeCount { changes.append(Int(Int64(bitPattern: try reader.integer(bytes: 8)))) }
        guard zip(changes, changes.dropFirst()).allSatisfy(<) else { throw .malformed("the changes are not in order") }
        var typeOfChange: [Int] = []
        for _ in 0..<header.timeCount { typeOfChange.append(Int(try reader.integer(bytes: 1))) }
        var types: [Int] = []
        for _ in 0..<header.typeCount {
            let offset = Int(Int32(truncatingIfNeeded: try reader.integer(bytes: 4)))
            guard abs(offset) <= Self.largestOffset else { throw .malformed("an offset is more than a day") }
            types.append(offset)
            try reader.skip(2)
        }
        for type in typeOfChange {
            guard types.indices.contains(type) else { throw .malformed("a change has no local time type") }
            offsets.append(types[type])
        }
        firstOffset = types[0]
        try reader.skip(
            header.characterCount + header.leapCount * 12 + header.standardCount + header.universalCount)
        footer = try reader.footer()
    }

    private struct Header {
        let version: Int
        let universalCount: Int
        let standardCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let characterCount: Int

        init(_ reader: inout ZoneReader) throws(ZoneError) {
            guard try reader.integer(bytes: 4) == 0x545A_6966 else {
                throw .malformed("the file is not of format TZif")
            }
            let version = try reader.integer(bytes: 1)
            self.version = version == 0 ? 1 : Int(version) - 0x30
            try reader.skip(15)
            universalCount = Int(try reader.integer(bytes: 4))
            standardCount = Int(try reader.integer(bytes: 4))
            leapCount = Int(try reader.integer(bytes: 4))
            timeCount = Int(try reader.integer(bytes: 4))
            typeCount = Int(try reader.integer(bytes: 4))
            characterCount = Int(try reader.integer(bytes: 4))
        }

        func bodyLength(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4) + standardCount
                + universalCount
        }
    }
}

/// Reads big-endian numbers and never past the end.
private struct ZoneReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func skip(_ count: Int) throws(ZoneError) {
        guard count <= remaining else { throw .malformed("the file ends too early") }
        position += count
    }

    mutating func integer(bytes count: Int) throws(ZoneError) -> UInt64 {
        let start = position
        try skip(count)
        return bytes[start..<position].reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func footer() throws(ZoneError) -> String {
        guard try integer(bytes: 1) == 0x0A, let end = bytes[position...].firstIndex(of: 0x0A) else {
            throw .malformed("the rule after the last change is not between line feeds")
        }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }
}

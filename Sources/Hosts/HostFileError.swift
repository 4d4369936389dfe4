/// Why a host's file is left as it is, in words for the person who owns it.
package struct HostFileError: Error, Equatable, CustomStringConvertible {
    /// What is wrong and, where it helps, what to do; begins in lower case, so that a path can stand before it.
    package let message: String

    /// Makes an error of its message.
    package init(_ message: String) { self.message = message }

    /// Makes an error that names the line and the column of an offset, both counted from 1.
    init(_ message: String, at offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == .lineFeed } + 1
        let column = before.reversed().prefix { $0 != .lineFeed }.count + 1
        self.init("line \(line), column \(column): \(message)")
    }

    /// The message.
    package var description: String { message }
}

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let apostrophe: UInt8 = 0x27
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A
    static let hash: UInt8 = 0x23
    static let backslash: UInt8 = 0x5C

    /// Whether this is a space, a tab or a part of a line's end.
    var isWhitespace: Bool { self == .space || self == .tab || self == .lineFeed || self == .carriageReturn }
}

extension [UInt8] {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// How the lines of this text end: as the first of them does.
    var lineEnd: String {
        guard let first = firstIndex(of: .lineFeed), first > 0 else { return "\n" }
        return self[first - 1] == .carriageReturn ? "\r\n" : "\n"
    }
}

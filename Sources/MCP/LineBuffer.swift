#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Cuts a stream of bytes into lines, looking at each byte once.
struct LineBuffer {
    /// What a stretch of input up to a newline is.
    enum Line: Equatable {
        /// The bytes of a line, without its newline.
        case line([UInt8])
        /// A line beyond the limit, whose bytes were not kept.
        case oversized
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the line begins that is not yet cut.
    private var start = 0
    /// Up to where that line is known to have no newline.
    private var searched = 0
    private var isSkipping = false

    /// Makes a buffer for lines of up to that many bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes in what was read.
    mutating func append(_ input: UnsafeRawBufferPointer) {
        if start > 0 {
            // What is left is a part of one line; a large array is not kept for a short one.
            if start == bytes.count {
                bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
            } else if bytes.capacity > 1 << 20 {
                bytes = Array(bytes[start...])
            } else {
                bytes.removeSubrange(..<start)
            }
            searched -= start
            start = 0
        }
        bytes.append(contentsOf: input)
    }

    /// The next whole line, or nil until more was read.
    mutating func next() -> Line? {
        while let newline = nextNewline() {
            defer {
                start = newline + 1
                searched = start
            }
            if isSkipping {
                isSkipping = false
                continue
            }
            return newline - start > limit ? .oversized : .line(Array(bytes[start..<newline]))
        }
        searched = bytes.count
        if isSkipping {
            start = bytes.count
        } else if bytes.count - start > limit {
            isSkipping = true
            start = bytes.count
            return .oversized
        }
        return nil
    }

    /// The line that the input ended without ending, if there is one.
    mutating func finish() -> Line? {
        defer { start = bytes.count }
        return isSkipping || start == bytes.count ? nil : .line(Array(bytes[start...]))
    }

    private func nextNewline() -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, searched < buffer.count,
                let found = memchr(base + searched, 0x0A, buffer.count - searched)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}

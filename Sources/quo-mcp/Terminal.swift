#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The terminal of the person who runs the program, apart from standard input and output, which may be pipes.
struct Terminal {
    private let descriptor: Int32

    /// Opens the controlling terminal; nil where there is none, so that nobody can be asked.
    init?() {
        descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    func close() {
        #if canImport(Darwin)
            _ = Darwin.close(descriptor)
        #else
            _ = Glibc.close(descriptor)
        #endif
    }

    /// Prints text.
    func print(_ text: String) { Output.write(text, to: descriptor) }
}

// MARK: - Asking

extension Terminal {
    /// What the keys send that end or correct an input.
    private enum Key {
        static let interrupt: UInt8 = 0x03
        static let endOfInput: UInt8 = 0x04
        static let backspace: Set<UInt8> = [0x08, 0x7F]
        static let enter: Set<UInt8> = [0x0A, 0x0D]
        static let eraseLine: UInt8 = 0x15
    }

    /// Asks for a line; nil at the end of input.
    ///
    /// What was typed before the question does not answer it.
    func askLine(_ question: String) -> String? {
        withRawInput { discardInput() }
        print(question)
        var line: [UInt8] = []
        while let byte = readByte() {
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Asks for a single key; nil at the end of input and for Control-C.
    ///
    /// What was typed before the question does not answer it.
    func askKey(_ question: String) -> Character? {
        withRawInput {
            discardInput()
            print(question)
            guard let byte = readByte(), byte != Key.interrupt, byte != Key.endOfInput else {
                print("\n")
                return nil
            }
            let key: Character = Key.enter.contains(byte) ? "\n" : Character(Unicode.Scalar(byte))
            print(byte > 0x20 && byte < 0x7F ? "\(key)\n" : "\n")
            return key
        }
    }

    /// Asks for a line that is not shown; nil at the end of input and for Control-C.
    func askSecret(_ question: String) -> String? {
        withRawInput {
            discardInput()
            print(question)
            defer { print("\n") }
            var line: [UInt8] = []
            while let byte = readByte(), byte != Key.interrupt, byte != Key.endOfInput {
                if Key.enter.contains(byte) { return String(decoding: line, as: UTF8.self) }
                if byte == Key.eraseLine {
                    line = []
                } else if Key.backspace.contains(byte) {
                    // A character of several bytes ends with those that continue it.
                    while let last = line.popLast(), last & 0xC0 == 0x80 {}
                } else if byte >= 0x20, line.count < 1024 {
                    line.append(byte)
                }
            }
            return nil
        }
    }

    /// Throws away what was typed so far; returns once nothing more has come for a fifth of a second.
    ///
    /// Lines that were pasted come in pieces when they come over a network, so emptying the queue once is too little.
    private func discardInput() {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        repeat {
            tcflush(descriptor, TCIFLUSH)
            source.revents = 0
        } while poll(&source, 1, 200) != 0 && source.revents & Int16(POLLIN) != 0
            && source.revents & Int16(POLLHUP | POLLERR | POLLNVAL) == 0
    }

    /// Does something while the terminal hands over each key as it is typed, without showing it.
    private func withRawInput<Value>(_ body: () -> Value) -> Value {
        var usual = termios()
        guard tcgetattr(descriptor, &usual) == 0 else { return body() }
        var raw = usual
        cfmakeraw(&raw)
        raw.c_oflag = usual.c_oflag
        tcsetattr(descriptor, TCSAFLUSH, &raw)
        defer { tcsetattr(descriptor, TCSAFLUSH, &usual) }
        return body()
    }

    private func readByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            return count == 1 ? byte : nil
        }
    }
}

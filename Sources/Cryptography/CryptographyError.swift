/// Why a digest, a code or random bytes could not be made.
public enum CryptographyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The system's library could not be opened; the text says why and what to install.
    case libraryMissing(String)
    /// The library refused the computation.
    case computationFailed
    /// The system's source of random bytes failed; the number is its `errno`.
    case noRandomBytes(Int32)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .libraryMissing(let reason): reason
        case .computationFailed: "libcrypto could not compute the digest."
        case .noRandomBytes(let number): "The system gave no random bytes (errno \(number))."
        }
    }
}

#if canImport(CryptoKit)
    import CryptoKit
#else
    import CLibraryLoader
#endif

/// The digest SHA-256 of FIPS 180-4.
public enum SHA256 {
    /// The 32 bytes of the digest.
    public static func hash(_ bytes: [UInt8]) throws(CryptographyError) -> [UInt8] {
        #if canImport(CryptoKit)
            return Array(CryptoKit.SHA256.hash(data: bytes))
        #else
            try loadLibrary()
            var digest = [UInt8](repeating: 0, count: 32)
            // A null pointer stands for no bytes, and C wants none here.
            let input = bytes.isEmpty ? [0] : bytes
            guard lazy_crypto_sha256(input, bytes.count, &digest) == 1 else { throw .computationFailed }
            return digest
        #endif
    }
}

/// The keyed code HMAC of RFC 2104.
public enum HMAC {
    /// The 32 bytes of HMAC-SHA-256.
    public static func sha256(key: [UInt8], message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        #if canImport(CryptoKit)
            var computation = CryptoKit.HMAC<CryptoKit.SHA256>(key: SymmetricKey(data: key))
            computation.update(data: message)
            return Array(computation.finalize())
        #else
            try loadLibrary()
            var code = [UInt8](repeating: 0, count: 32)
            let input = message.isEmpty ? [0] : message
            let secret = key.isEmpty ? [0] : key
            guard lazy_crypto_hmac_sha256(secret, key.count, input, message.count, &code) == 1 else {
                throw .computationFailed
            }
            return code
        #endif
    }
}

#if !canImport(CryptoKit)
    func loadLibrary() throws(CryptographyError) {
        if let reason = lazy_crypto_load() { throw .libraryMissing(String(cString: reason)) }
    }
#endif

/// Whether both hold the same bytes, found in a time that tells nothing about where they differ.
///
/// The lengths are compared first and are no secret.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}

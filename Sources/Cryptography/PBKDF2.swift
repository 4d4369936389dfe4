#if !canImport(CryptoKit)
    import CLibraryLoader
#endif

/// The slow derivation PBKDF2 of RFC 8018, for passwords that are kept.
public enum PBKDF2 {
    /// The 32 bytes that PBKDF2 with HMAC-SHA-256 makes of a password.
    ///
    /// - Parameters:
    ///   - salt: Random bytes of this password alone.
    ///   - iterations: How often the code is computed; at least 1. Each costs who guesses as much as who knows.
    public static func sha256(
        password: [UInt8], salt: [UInt8], iterations: Int
    ) throws(CryptographyError) -> [UInt8] {
        guard iterations > 0, let count = Int32(exactly: iterations) else { throw .computationFailed }
        #if canImport(CryptoKit)
            // One block of the result is all of it: as many bytes as the code has.
            var code = try HMAC.sha256(key: password, message: salt + [0, 0, 0, 1])
            var key = code
            for _ in 1..<count {
                code = try HMAC.sha256(key: password, message: code)
                for index in key.indices { key[index] ^= code[index] }
            }
            return key
        #else
            try loadLibrary()
            var key = [UInt8](repeating: 0, count: 32)
            // A null pointer stands for no bytes, and C wants none here.
            let secret = (password.isEmpty ? [0] : password).map { CChar(bitPattern: $0) }
            let input = salt.isEmpty ? [0] : salt
            guard lazy_crypto_pbkdf2_sha256(secret, password.count, input, salt.count, count, &key) == 1 else {
                throw .computationFailed
            }
            return key
        #endif
    }
}

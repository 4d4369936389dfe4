#if !canImport(CryptoKit)
    import CLibraryLoader
#endif

/// What computes the digests.
public enum CryptographyLibrary {
    /// Its name and version; without a version where it is a part of the system.
    ///
    /// - Throws: ``CryptographyError/libraryMissing(_:)``, which says what to install.
    public static func version() throws(CryptographyError) -> String {
        #if canImport(CryptoKit)
            return "CryptoKit"
        #else
            try loadLibrary()
            return String(cString: lazy_crypto_version())
        #endif
    }
}

#ifndef CRYPTO_LOADER_H
#define CRYPTO_LOADER_H

#include <stddef.h>

#ifndef __APPLE__

/// libcrypto, opened at its first use. Nothing but lazy_crypto_load may be called before that returned NULL.

/// Opens libcrypto, once for the process and from any thread.
///
/// Returns NULL where it is ready, else why it is not, as text that lives as long as the process.
const char *_Nullable lazy_crypto_load(void);

/// The version of OpenSSL.
const char *_Nonnull lazy_crypto_version(void);

/// Writes the 32 bytes of a SHA-256 digest; returns 1 on success.
int lazy_crypto_sha256(const unsigned char *_Nonnull bytes, size_t count, unsigned char *_Nonnull digest);

/// Writes the 32 bytes of an HMAC-SHA-256 code; returns 1 on success.
int lazy_crypto_hmac_sha256(
    const unsigned char *_Nonnull key, size_t key_count, const unsigned char *_Nonnull bytes, size_t count,
    unsigned char *_Nonnull code);

/// Writes the 32 bytes of a key that PBKDF2 with HMAC-SHA-256 makes of a password; returns 1 on success.
int lazy_crypto_pbkdf2_sha256(
    const char *_Nonnull password, size_t password_count, const unsigned char *_Nonnull salt, size_t salt_count,
    int iterations, unsigned char *_Nonnull key);

#endif
#endif

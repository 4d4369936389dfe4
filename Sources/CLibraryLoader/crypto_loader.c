#include "crypto_loader.h"

#ifndef __APPLE__

#include "library.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

static struct {
    __typeof__(&EVP_sha256) sha256;
    __typeof__(&EVP_Digest) digest;
    __typeof__(&HMAC) hmac;
    __typeof__(&PKCS5_PBKDF2_HMAC) pbkdf2;
    __typeof__(&OpenSSL_version) version;
} functions;

static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define NAME "libcrypto.so.3"
#define FIND(member, name) \
    (*(void **)&functions.member = find_function(library, NAME, name, failure, sizeof failure))

static void load(void) {
    void *library = open_library(NAME, "libssl3", failure, sizeof failure);
    if (!library) return;
    (void)(FIND(sha256, "EVP_sha256") && FIND(digest, "EVP_Digest") && FIND(hmac, "HMAC") &&
           FIND(pbkdf2, "PKCS5_PBKDF2_HMAC") && FIND(version, "OpenSSL_version"));
    keep_openssl_until_the_end(library);
}

const char *lazy_crypto_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

const char *lazy_crypto_version(void) { return functions.version(OPENSSL_VERSION); }

int lazy_crypto_sha256(const unsigned char *bytes, size_t count, unsigned char *digest) {
    return functions.digest(bytes, count, digest, NULL, functions.sha256(), NULL) == 1;
}

int lazy_crypto_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *bytes, size_t count, unsigned char *code) {
    if (key_count > INT_MAX) return 0;
    return functions.hmac(functions.sha256(), key, (int)key_count, bytes, count, code, NULL) != NULL;
}

int lazy_crypto_pbkdf2_sha256(
    const char *password, size_t password_count, const unsigned char *salt, size_t salt_count, int iterations,
    unsigned char *key) {
    if (password_count > INT_MAX || salt_count > INT_MAX) return 0;
    return functions.pbkdf2(
               password, (int)password_count, salt, (int)salt_count, iterations, functions.sha256(), 32, key) == 1;
}

#endif

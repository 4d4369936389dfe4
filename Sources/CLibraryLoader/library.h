#ifndef LIBRARY_H
#define LIBRARY_H

#include <stddef.h>

/// Opens a library; where that fails, writes why and what to install, and returns NULL.
void *open_library(const char *name, const char *package, char *failure, size_t failure_size);

/// Finds a function; where that fails, writes why, and returns NULL.
void *find_function(void *library, const char *library_name, const char *name, char *failure, size_t failure_size);

/// Keeps OpenSSL, where it is among what the library brought, from tearing itself down in exit() while other threads still use it
/// or end: a thread that ends frees what OpenSSL keeps for it, and so does that. It must be told before its first use.
void keep_openssl_until_the_end(void *library);

#endif

#include "library.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

static const char *last_failure(void) {
    const char *text = dlerror();
    return text ? text : "no reason given";
}

void *open_library(const char *name, const char *package, char *failure, size_t failure_size) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        snprintf(
            failure, failure_size, "%s could not be opened: %s. Install it: apt install %s", name, last_failure(),
            package);
    }
    return library;
}

void *find_function(void *library, const char *library_name, const char *name, char *failure, size_t failure_size) {
    void *function = dlsym(library, name);
    if (!function) {
        snprintf(
            failure, failure_size, "%s is too old or not what it seems: %s. Update it", library_name, last_failure());
    }
    return function;
}

void keep_openssl_until_the_end(void *library) {
    const uint64_t no_atexit = 0x00080000;
    int (*init)(uint64_t, const void *) = NULL;
    // Absent where another TLS library was brought.
    *(void **)&init = dlsym(library, "OPENSSL_init_crypto");
    if (init) init(no_atexit, NULL);
}

#include "curl_loader.h"

#include "library.h"

#include <curl/curl.h>
#include <pthread.h>

#ifdef __APPLE__
#define NAME "libcurl.4.dylib"
#else
#define NAME "libcurl.so.4"
#endif

// The headers turn calls of some functions into type-checking macros; here their plain types are wanted.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

/// Every function that is used, with its type from <curl/curl.h>.
#define FUNCTIONS(EACH) \
    EACH(global_init) EACH(easy_init) EACH(easy_cleanup) EACH(easy_strerror) EACH(easy_setopt) EACH(easy_getinfo) \
    EACH(slist_append) EACH(slist_free_all) EACH(multi_init) EACH(multi_cleanup) EACH(multi_setopt) \
    EACH(multi_add_handle) EACH(multi_remove_handle) EACH(multi_perform) EACH(multi_poll) EACH(multi_wakeup) \
    EACH(multi_info_read) EACH(version)

#define DECLARE(name) __typeof__(&curl_##name) name;
static struct { FUNCTIONS(DECLARE) } functions;

static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = open_library(NAME, "libcurl4", failure, sizeof failure);
    if (!library) return;
#define FIND(name) \
    if (!(*(void **)&functions.name = find_function(library, NAME, "curl_" #name, failure, sizeof failure))) return;
    FUNCTIONS(FIND)
    keep_openssl_until_the_end(library);
    CURLcode code = functions.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        const char *text = functions.easy_strerror(code);
        size_t index = 0;
        for (; text[index] && index + 1 < sizeof failure; index++) failure[index] = text[index];
        failure[index] = 0;
    }
}

const char *lazy_curl_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

const char *lazy_curl_version(void) { return functions.version(); }

void *lazy_curl_easy_init(void) { return functions.easy_init(); }

void lazy_curl_easy_cleanup(void *easy) { functions.easy_cleanup(easy); }

const char *lazy_curl_easy_strerror(int code) { return functions.easy_strerror((CURLcode)code); }

int lazy_curl_easy_set_long(void *easy, int option, long value) {
    return functions.easy_setopt(easy, (CURLoption)option, value);
}

int lazy_curl_easy_set_offset(void *easy, int option, int64_t value) {
    return functions.easy_setopt(easy, (CURLoption)option, (curl_off_t)value);
}

int lazy_curl_easy_set_pointer(void *easy, int option, const void *value) {
    return functions.easy_setopt(easy, (CURLoption)option, value);
}

int lazy_curl_easy_set_receiver(void *easy, int option, lazy_curl_receiver receiver) {
    return functions.easy_setopt(easy, (CURLoption)option, receiver);
}

int lazy_curl_easy_restrict_to_http(void *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = functions.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code != CURLE_UNKNOWN_OPTION) return code;
#endif
    // Before 7.85 there was a set of bits in its place.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    return functions.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#pragma clang diagnostic pop
}

void lazy_curl_easy_abandon_lookups(void *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    functions.easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
}

int lazy_curl_easy_get_long(void *easy, int info, long *value) {
    return functions.easy_getinfo(easy, (CURLINFO)info, value);
}

int lazy_curl_easy_get_offset(void *easy, int info, int64_t *value) {
    curl_off_t offset = 0;
    CURLcode code = functions.easy_getinfo(easy, (CURLINFO)info, &offset);
    *value = offset;
    return code;
}

void *lazy_curl_slist_append(void *list, const char *line) { return functions.slist_append(list, line); }

void lazy_curl_slist_free_all(void *list) { functions.slist_free_all(list); }

void *lazy_curl_multi_init(void) { return functions.multi_init(); }

void lazy_curl_multi_cleanup(void *multi) { functions.multi_cleanup(multi); }

int lazy_curl_multi_set_long(void *multi, int option, long value) {
    return functions.multi_setopt(multi, (CURLMoption)option, value);
}

int lazy_curl_multi_add_handle(void *multi, void *easy) { return functions.multi_add_handle(multi, easy); }

int lazy_curl_multi_remove_handle(void *multi, void *easy) { return functions.multi_remove_handle(multi, easy); }

int lazy_curl_multi_perform(void *multi, int *running) { return functions.multi_perform(multi, running); }

int lazy_curl_multi_poll(void *multi, int milliseconds) {
    return functions.multi_poll(multi, NULL, 0, milliseconds, NULL);
}

int lazy_curl_multi_wakeup(void *multi) { return functions.multi_wakeup(multi); }

void *lazy_curl_multi_next_finished(void *multi, int *code) {
    int remaining = 0;
    CURLMsg *message;
    while ((message = functions.multi_info_read(multi, &remaining))) {
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

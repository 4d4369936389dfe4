#ifndef CURL_LOADER_H
#define CURL_LOADER_H

#include <stddef.h>
#include <stdint.h>

/// libcurl, opened at its first use.
///
/// Linked in the usual way it would bring thirty libraries into every start of the program. Handles are untyped, codes
/// and options are the integers of <curl/curl.h>. Nothing but lazy_curl_load may be called before that returned NULL.

/// Opens libcurl and sets it up, once for the process and from any thread.
///
/// Returns NULL where libcurl is ready, else why it is not, as text that lives as long as the process.
const char *_Nullable lazy_curl_load(void);

/// The versions of libcurl and of the libraries that it uses.
const char *_Nonnull lazy_curl_version(void);

void *_Nullable lazy_curl_easy_init(void);
void lazy_curl_easy_cleanup(void *_Nonnull easy);
const char *_Nonnull lazy_curl_easy_strerror(int code);

/// curl_easy_setopt is variadic; these are its cases. Each returns a CURLcode.
int lazy_curl_easy_set_long(void *_Nonnull easy, int option, long value);
int lazy_curl_easy_set_offset(void *_Nonnull easy, int option, int64_t value);
int lazy_curl_easy_set_pointer(void *_Nonnull easy, int option, const void *_Nullable value);

/// Receives part of a body or a header line; returns how many bytes it took, fewer to abort.
typedef size_t (*lazy_curl_receiver)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);
int lazy_curl_easy_set_receiver(void *_Nonnull easy, int option, lazy_curl_receiver _Nonnull receiver);

/// Lets a handle speak http and https alone, whichever option this libcurl has for it.
int lazy_curl_easy_restrict_to_http(void *_Nonnull easy);

/// Lets a handle be abandoned while its host's name is still being looked up, where this libcurl can; older ones make
/// the abandoning thread wait for the answer.
void lazy_curl_easy_abandon_lookups(void *_Nonnull easy);

int lazy_curl_easy_get_long(void *_Nonnull easy, int info, long *_Nonnull value);
int lazy_curl_easy_get_offset(void *_Nonnull easy, int info, int64_t *_Nonnull value);

void *_Nullable lazy_curl_slist_append(void *_Nullable list, const char *_Nonnull line);
void lazy_curl_slist_free_all(void *_Nullable list);

void *_Nullable lazy_curl_multi_init(void);
void lazy_curl_multi_cleanup(void *_Nonnull multi);
int lazy_curl_multi_set_long(void *_Nonnull multi, int option, long value);
int lazy_curl_multi_add_handle(void *_Nonnull multi, void *_Nonnull easy);
int lazy_curl_multi_remove_handle(void *_Nonnull multi, void *_Nonnull easy);
int lazy_curl_multi_perform(void *_Nonnull multi, int *_Nonnull running);
int lazy_curl_multi_poll(void *_Nonnull multi, int milliseconds);
/// The only call on a multi handle that any thread may make.
int lazy_curl_multi_wakeup(void *_Nonnull multi);
/// Takes the next finished handle and its CURLcode; NULL where there is none.
void *_Nullable lazy_curl_multi_next_finished(void *_Nonnull multi, int *_Nonnull code);

#endif

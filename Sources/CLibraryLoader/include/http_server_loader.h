#ifndef HTTP_SERVER_LOADER_H
#define HTTP_SERVER_LOADER_H

#include <stddef.h>

/// libmicrohttpd, opened at its first use.
///
/// Only a process that takes webhooks needs it, so the program is built and runs without it. Nothing but
/// lazy_http_server_load may be called before that returned NULL.

/// Opens libmicrohttpd, once for the process and from any thread.
///
/// Returns NULL where it is ready, else why it is not, as text that lives as long as the process.
const char *_Nullable lazy_http_server_load(void);

/// The version of libmicrohttpd.
const char *_Nonnull lazy_http_server_version(void);

/// Handles a request on the server's thread: once when its header is there, with *request NULL, then with each part of its
/// body, then with none until the request is answered or suspended. Returns 0 to close the connection.
typedef int (*lazy_http_handler)(
    void *_Nonnull server, void *_Nonnull connection, const char *_Nonnull path, const char *_Nonnull method,
    const char *_Nullable bytes, size_t count, void *_Nullable *_Nonnull request);

/// Takes back what a handler left in *request, once nothing more comes of the request.
typedef void (*lazy_http_ending)(void *_Nonnull request);

/// Serves a socket that listens, on a thread of its own; closes the socket in the end. Returns NULL where that failed.
void *_Nullable lazy_http_server_start(
    int socket, unsigned connections, unsigned idle_seconds, lazy_http_handler _Nonnull handler,
    lazy_http_ending _Nonnull ending, void *_Nonnull server);

/// Stops accepting connections; those that are there go on.
void lazy_http_server_quiesce(void *_Nonnull daemon);
/// Closes all connections, none of which may be suspended, and ends the thread.
void lazy_http_server_stop(void *_Nonnull daemon);

/// Takes one header line of a request.
typedef void (*lazy_http_header)(void *_Nonnull context, const char *_Nonnull name, const char *_Nonnull value);
void lazy_http_each_header(void *_Nonnull connection, lazy_http_header _Nonnull take, void *_Nonnull context);

/// Takes a request off the server's thread until it is resumed.
void lazy_http_suspend(void *_Nonnull connection);
/// Has the handler called again; from any thread.
void lazy_http_resume(void *_Nonnull connection);

/// Answers with a text, which is copied; returns 0 where that failed. Allow is the header of that name, or NULL for none.
int lazy_http_respond(
    void *_Nonnull connection, unsigned status, const char *_Nonnull text, const char *_Nullable allow);

#endif

#include "http_server_loader.h"

#include "library.h"

#include <pthread.h>

#define PACKAGE "libmicrohttpd12"

// Taking webhooks is the only use of this library, so a build without its headers is a whole one but for that.
#if __has_include(<microhttpd.h>)

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#define NAME "libmicrohttpd.dylib"
#else
#define NAME "libmicrohttpd.so.12"
#endif

/// Every function that is used, with its type from <microhttpd.h>.
#define FUNCTIONS(EACH) \
    EACH(start_daemon) EACH(quiesce_daemon) EACH(stop_daemon) EACH(get_connection_values) EACH(suspend_connection) \
    EACH(resume_connection) EACH(create_response_from_buffer) EACH(add_response_header) EACH(queue_response) \
    EACH(destroy_response) EACH(get_version)

#define DECLARE(name) __typeof__(&MHD_##name) name;
static struct { FUNCTIONS(DECLARE) } functions;

static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = open_library(NAME, PACKAGE, failure, sizeof failure);
    if (!library) return;
#define FIND(name) \
    if (!(*(void **)&functions.name = find_function(library, NAME, "MHD_" #name, failure, sizeof failure))) return;
    FUNCTIONS(FIND)
}

const char *lazy_http_server_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

const char *lazy_http_server_version(void) { return functions.get_version(); }

/// What a server was started with; it is freed when that is stopped.
struct callbacks {
    lazy_http_handler handler;
    lazy_http_ending ending;
    void *server;
    struct MHD_Daemon *daemon;
};

static enum MHD_Result on_access(
    void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *bytes, size_t *count, void **request) {
    (void)version;
    const struct callbacks *callbacks = context;
    size_t taken = *count;
    *count = 0;
    return callbacks->handler(callbacks->server, connection, url, method, bytes, taken, request) ? MHD_YES : MHD_NO;
}

static void on_completed(
    void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode code) {
    (void)connection;
    (void)code;
    const struct callbacks *callbacks = context;
    if (*request) callbacks->ending(*request);
    *request = NULL;
}

void *lazy_http_server_start(
    int socket, unsigned connections, unsigned idle_seconds, lazy_http_handler handler, lazy_http_ending ending,
    void *server) {
    struct callbacks *callbacks = malloc(sizeof *callbacks);
    if (!callbacks) return NULL;
    *callbacks = (struct callbacks){handler, ending, server, NULL};
    struct MHD_Daemon *daemon = functions.start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, callbacks,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket, MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, callbacks, MHD_OPTION_END);
    if (!daemon) {
        free(callbacks);
        return NULL;
    }
    callbacks->daemon = daemon;
    return callbacks;
}

void lazy_http_server_quiesce(void *running) {
    struct callbacks *callbacks = running;
    MHD_socket socket = functions.quiesce_daemon(callbacks->daemon);
    // The socket is handed back where it is quiesced, and then nobody else closes it.
    if (socket != MHD_INVALID_SOCKET) close(socket);
}

void lazy_http_server_stop(void *running) {
    struct callbacks *callbacks = running;
    functions.stop_daemon(callbacks->daemon);
    // No thread calls back any more.
    free(callbacks);
}

struct each_header {
    lazy_http_header take;
    void *context;
};

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    (void)kind;
    const struct each_header *each = context;
    each->take(each->context, name, value ? value : "");
    return MHD_YES;
}

void lazy_http_each_header(void *connection, lazy_http_header take, void *context) {
    struct each_header each = {take, context};
    functions.get_connection_values(connection, MHD_HEADER_KIND, on_header, &each);
}

void lazy_http_suspend(void *connection) { functions.suspend_connection(connection); }

void lazy_http_resume(void *connection) { functions.resume_connection(connection); }

int lazy_http_respond(void *connection, unsigned status, const char *text, const char *allow) {
    struct MHD_Response *response =
        functions.create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    if (!response) return 0;
    functions.add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
    if (allow) functions.add_response_header(response, MHD_HTTP_HEADER_ALLOW, allow);
    enum MHD_Result result = functions.queue_response(connection, status, response);
    functions.destroy_response(response);
    return result == MHD_YES;
}

#else

const char *lazy_http_server_load(void) {
    return "This quo-mcp was built without libmicrohttpd, which taking webhooks needs. Install its headers "
           "(Debian: apt install libmicrohttpd-dev; Fedora: libmicrohttpd-devel) and build again";
}

const char *lazy_http_server_version(void) { return ""; }

void *lazy_http_server_start(
    int socket, unsigned connections, unsigned idle_seconds, lazy_http_handler handler, lazy_http_ending ending,
    void *server) {
    return NULL;
}
void lazy_http_server_quiesce(void *daemon) {}
void lazy_http_server_stop(void *daemon) {}
void lazy_http_each_header(void *connection, lazy_http_header take, void *context) {}
void lazy_http_suspend(void *connection) {}
void lazy_http_resume(void *connection) {}
int lazy_http_respond(void *connection, unsigned status, const char *text, const char *allow) { return 0; }

#endif

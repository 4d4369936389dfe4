#include "sqlite_loader.h"

#include "library.h"

#include <pthread.h>
#include <sqlite3.h>

#ifdef __APPLE__
#define NAME "libsqlite3.dylib"
#else
#define NAME "libsqlite3.so.0"
#endif

/// Every function that is used, with its type from <sqlite3.h>.
#define FUNCTIONS(EACH) \
    EACH(open_v2) EACH(close_v2) EACH(busy_timeout) EACH(exec) EACH(errmsg) EACH(extended_errcode) \
    EACH(system_errno) EACH(changes) EACH(get_autocommit) EACH(prepare_v3) EACH(finalize) EACH(bind_text) \
    EACH(bind_int64) EACH(bind_null) EACH(step) EACH(reset) EACH(clear_bindings) EACH(column_type) \
    EACH(column_int64) EACH(column_text) EACH(column_bytes) EACH(libversion)

#define DECLARE(name) __typeof__(&sqlite3_##name) name;
static struct { FUNCTIONS(DECLARE) } functions;

static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = open_library(NAME, "libsqlite3-0", failure, sizeof failure);
    if (!library) return;
#define FIND(name) \
    if (!(*(void **)&functions.name = find_function(library, NAME, "sqlite3_" #name, failure, sizeof failure))) return;
    FUNCTIONS(FIND)
}

const char *lazy_sqlite_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

const char *lazy_sqlite_version(void) { return functions.libversion(); }

int lazy_sqlite_open(const char *path, int flags, void **database) {
    return functions.open_v2(path, (sqlite3 **)database, flags, NULL);
}

void lazy_sqlite_close(void *database) { functions.close_v2(database); }

int lazy_sqlite_busy_timeout(void *database, int milliseconds) {
    return functions.busy_timeout(database, milliseconds);
}

int lazy_sqlite_execute(void *database, const char *sql) { return functions.exec(database, sql, NULL, NULL, NULL); }

const char *lazy_sqlite_error_message(void *database) { return functions.errmsg(database); }

int lazy_sqlite_error_code(void *database) { return functions.extended_errcode(database); }

int lazy_sqlite_system_error(void *database) { return functions.system_errno(database); }

int lazy_sqlite_changes(void *database) { return functions.changes(database); }

int lazy_sqlite_is_autocommit(void *database) { return functions.get_autocommit(database); }

int lazy_sqlite_prepare(void *database, const char *sql, void **statement) {
    return functions.prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, (sqlite3_stmt **)statement, NULL);
}

void lazy_sqlite_finalize(void *statement) { functions.finalize(statement); }

int lazy_sqlite_bind_text(void *statement, int parameter, const char *text, int count) {
    return functions.bind_text(statement, parameter, text, count, SQLITE_TRANSIENT);
}

int lazy_sqlite_bind_integer(void *statement, int parameter, int64_t value) {
    return functions.bind_int64(statement, parameter, value);
}

int lazy_sqlite_bind_null(void *statement, int parameter) { return functions.bind_null(statement, parameter); }

int lazy_sqlite_step(void *statement) { return functions.step(statement); }

void lazy_sqlite_reset(void *statement) {
    functions.reset(statement);
    functions.clear_bindings(statement);
}

int lazy_sqlite_column_type(void *statement, int column) { return functions.column_type(statement, column); }

int64_t lazy_sqlite_column_integer(void *statement, int column) { return functions.column_int64(statement, column); }

const unsigned char *lazy_sqlite_column_text(void *statement, int column) {
    return functions.column_text(statement, column);
}

int lazy_sqlite_column_size(void *statement, int column) { return functions.column_bytes(statement, column); }

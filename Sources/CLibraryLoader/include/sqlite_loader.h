#ifndef SQLITE_LOADER_H
#define SQLITE_LOADER_H

#include <stddef.h>
#include <stdint.h>

/// SQLite, opened at its first use.
///
/// A process that only answers what its tools are never needs it. Handles are untyped, codes are the integers of
/// <sqlite3.h>. Nothing but lazy_sqlite_load may be called before that returned NULL.

/// Opens SQLite, once for the process and from any thread.
///
/// Returns NULL where it is ready, else why it is not, as text that lives as long as the process.
const char *_Nullable lazy_sqlite_load(void);

/// The version of SQLite.
const char *_Nonnull lazy_sqlite_version(void);

/// Opens a database; *database may be set on failure too, and is to be closed then.
int lazy_sqlite_open(const char *_Nonnull path, int flags, void *_Nullable *_Nonnull database);
void lazy_sqlite_close(void *_Nonnull database);
int lazy_sqlite_busy_timeout(void *_Nonnull database, int milliseconds);
/// Runs statements that give no rows.
int lazy_sqlite_execute(void *_Nonnull database, const char *_Nonnull sql);
/// Why the latest call failed; valid until the next one.
const char *_Nonnull lazy_sqlite_error_message(void *_Nonnull database);
/// The extended code of the latest failure.
int lazy_sqlite_error_code(void *_Nonnull database);
/// The errno behind the latest failure, 0 where there was none.
int lazy_sqlite_system_error(void *_Nonnull database);
/// How many rows the latest statement changed.
int lazy_sqlite_changes(void *_Nonnull database);
/// Whether no transaction is open.
int lazy_sqlite_is_autocommit(void *_Nonnull database);

/// Compiles one statement that will be used many times.
int lazy_sqlite_prepare(void *_Nonnull database, const char *_Nonnull sql, void *_Nullable *_Nonnull statement);
void lazy_sqlite_finalize(void *_Nonnull statement);
/// Copies the text; parameters count from 1.
int lazy_sqlite_bind_text(void *_Nonnull statement, int parameter, const char *_Nonnull text, int count);
int lazy_sqlite_bind_integer(void *_Nonnull statement, int parameter, int64_t value);
int lazy_sqlite_bind_null(void *_Nonnull statement, int parameter);
int lazy_sqlite_step(void *_Nonnull statement);
/// Makes a statement ready for its next use, and forgets what was bound.
void lazy_sqlite_reset(void *_Nonnull statement);

/// Columns count from 0; bytes are valid until the next step or reset.
int lazy_sqlite_column_type(void *_Nonnull statement, int column);
int64_t lazy_sqlite_column_integer(void *_Nonnull statement, int column);
const unsigned char *_Nullable lazy_sqlite_column_text(void *_Nonnull statement, int column);
int lazy_sqlite_column_size(void *_Nonnull statement, int column);

#endif

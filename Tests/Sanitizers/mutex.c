// Tells the thread sanitizer what a contended Mutex orders; scripts/sanitize links it into what that sanitizer watches.
//
// The uncontended path of a Mutex is compiled into its user, where the sanitizer sees it. The other one is in
// libswiftSynchronization and the kernel, where it does not: these take its place, call it, and say what it did.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Weak, for tools that are built beside what is watched.
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

SWIFT void lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT bool tryLock(SELF void *mutex) __asm__(TRY);
SWIFT void unlock(SELF void *mutex) __asm__(UNLOCK);

static void *original(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function) return function;
    fprintf(stderr, "%s is not in this Swift: Tests/Sanitizers/mutex.c has to follow it\n", name);
    abort();
}

static void acquire(void *address) {
    if (__tsan_acquire) __tsan_acquire(address);
}

SWIFT void lock(uint32_t thread, SELF void *mutex) {
    SWIFT void (*locks)(uint32_t, SELF void *) = original(LOCK);
    locks(thread, mutex);
    acquire(mutex);
}

SWIFT bool tryLock(SELF void *mutex) {
    SWIFT bool (*locks)(SELF void *) = original(TRY);
    if (!locks(mutex)) return false;
    acquire(mutex);
    return true;
}

SWIFT void unlock(SELF void *mutex) {
    SWIFT void (*unlocks)(SELF void *) = original(UNLOCK);
    if (__tsan_release) __tsan_release(mutex);
    unlocks(mutex);
}

// For continuation.swift: whoever resumed the task that runs here has released it already.
void *swift_task_getCurrent(void);
void acquireCurrentTask(void);
void acquireCurrentTask(void) { acquire(swift_task_getCurrent()); }

"""The scenarios of a module, played one after the other. Standard library only."""
import traceback


def play(title, names, helpers):
    """Plays every function that a module made itself and that is no helper, and returns the exit status.

    `names` are the module's globals."""
    passed = failed = 0
    for scenario in [value for value in names.values() if callable(value) and getattr(value, "__module__", "") == "__main__"]:
        if scenario in helpers:
            continue
        try:
            scenario()
            passed += 1
        except BaseException:
            failed += 1
            print(f"FAILED {scenario.__name__}")
            traceback.print_exc()
    print(f"{title}: {passed} passed, {failed} failed")
    return 1 if failed else 0

"""What must hold whatever others write, and whatever a program does that stands where a person should. Standard library only.

Secrets show nowhere; what is made is closed to others; no name, id or text changes the shape of a request; what comes from outside reaches
an agent without what nobody sees; and a text goes only where the form's required choice was made, in the answer to that form.

usage: security.py BINARY; the variable ONLY may hold an expression that the names of scenarios must match
"""

import concurrent.futures
import os
import pathlib
import re
import sys
import time
import traceback

for folder in ("Faults", "Webhooks"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))
# Each adds its scenarios.
import choice  # noqa: F401
import disk  # noqa: F401
import reading  # noqa: F401
import secrecy  # noqa: F401
import shape  # noqa: F401
from scenarios import SCENARIOS


def main() -> int:
    started = time.monotonic()
    chosen = [each for each in SCENARIOS if not os.environ.get("ONLY") or re.search(os.environ["ONLY"], each.__name__)]
    # The one that waits for a form to lapse takes most of a minute.
    chosen.sort(key=lambda each: each.__name__ != "an_answer_after_the_time_is_no_answer")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for each, future in [(each, pool.submit(each)) for each in chosen]:
            try:
                future.result()
            except Exception as error:
                failed += 1
                print(f"FAILED {each.__name__}: {error!r}"[:2500])
                if not isinstance(error, AssertionError):
                    traceback.print_exception(error)
    print(f"security: {len(chosen) - failed} passed, {failed} failed in {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

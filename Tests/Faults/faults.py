"""What becomes of a read and of a text when the network, the API, the clock or the disk fails, row by row, over real sockets.

Of each row it holds: what the agent is told says what happened and what to do, and never shows the key; the API saw as many requests as
it should, and a text at most once; and once the fault is over, the same process reads, and the same text asked for again is delivered
once in all, or not at all where nobody can know yet. Standard library only, and openssl for certificates.

usage: faults.py BINARY [--table FILE]; the variable ONLY may hold an expression that the names of rows must match

Rows that need mounts of their own (root, or user namespaces), certificates or a C compiler are skipped with a line where there is none.
"""

import concurrent.futures
import contextlib
import datetime
import os
import re
import sys
import tempfile
import textwrap
import time
import traceback

import certificates
import surroundings  # noqa: F401
from mounts import mounted
from network import BUNDLE, NO_TLS
from rows import ROWS, SKIPPED, Row, Seen

# What is told of every text whose fate is unknown, which the page says once.
ALWAYS = [
    " the request left, and no answer says whether it was performed. Do not repeat it. Look with read_thread whether it arrived, and tell the"
    " user what you found.",
    " Nobody knows whether it was performed. It must not be repeated before someone has looked whether it was.",
]


def shorten(text: str, most: int = 300) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def write_table(path: str, seen: list[tuple[Row, Seen]], seconds: float) -> None:
    titles = {"read": "A read", "text": "A text", "disk": "The disk", "clock": "The clock", "killed": "Killed"}
    introduction = (
        "Each row is played over real sockets against the release binary by `make test-faults`; `make faults-table` writes this page. "
        "Reads are `list_users`, which is one request; texts are `send_message`, whose own request is counted and not what the guard "
        "reads before it. The next call is made by the same process once the fault is over, except where it was killed. Addresses, "
        f"times and counts of bytes are left out. `UNKNOWN OUTCOME:` goes on with: {ALWAYS[0].strip()} It ends in: {ALWAYS[1].strip()}"
    )
    lines = [
        "# What becomes of faults",
        "",
        *textwrap.wrap(introduction, 140),
        "",
        f"Written on {datetime.date.today().isoformat()} from {len(seen)} rows, which took {seconds:.0f} s.",
        "",
    ]
    for group, title in titles.items():
        rows = [(each.name, found) for each, found in seen if each.group == group]
        if not rows:
            continue
        lines += [f"## {title}", "", "| fault | told | requests | next call |", "|---|---|---|---|"]
        for name, found in rows:
            words = found.told
            for each in ALWAYS:
                words = words.replace(each, "")
            cells = [name, shorten(words, 420), found.requests, shorten(found.next)]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    for skipped in SKIPPED:
        lines.append(f"Not run: {skipped}")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines).rstrip() + "\n")


def main() -> int:
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        if NO_TLS is None:
            authority = certificates.make(stack.enter_context(tempfile.TemporaryDirectory()))
            stack.enter_context(mounted("--bind", authority, BUNDLE))
        chosen = [
            each for each in ROWS if not os.environ.get("ONLY") or re.search(os.environ["ONLY"], f"{each.group} {each.name}")
        ]
        # Some rows wait for half a minute, and so begin first.
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            order = sorted(chosen, key=lambda each: not re.search("never|accepts no", each.name))
            futures = {id(each): pool.submit(each.run) for each in order}
            seen, failed = [], 0
            for each in chosen:
                future = futures[id(each)]
                try:
                    found = future.result()
                    seen.append((each, found))
                    print(
                        f"{each.group} | {each.name} | {shorten(found.told, 110)} | {found.requests} | {shorten(found.next, 60)}"
                    )
                except Exception as error:
                    failed += 1
                    print(f"FAILED {each.group} | {each.name}: {error!r}")
                    if not isinstance(error, AssertionError):
                        traceback.print_exception(error)
    for skipped in SKIPPED:
        print(f"skipped {skipped}")
    seconds = time.monotonic() - started
    if "--table" in sys.argv and not failed:
        write_table(sys.argv[sys.argv.index("--table") + 1], seen, seconds)
    print(f"faults: {len(seen)} passed, {failed} failed, {len(SKIPPED)} skipped in {seconds:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

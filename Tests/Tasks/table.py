#!/usr/bin/env python3
"""Write the table of the plain tasks: calls and tokens of the answers, beside what the API's own operations would take.

usage: table.py ANSWERS OUTPUT
ANSWERS is the folder that the Swift tests filled (TASK_ANSWERS); OUTPUT is the Markdown file. Tokens are o200k_base, by the
PyPI package rs-bpe.
"""
import json
import pathlib
import sys
from collections.abc import Callable

from rs_bpe.bpe import openai


def table(heading: str, rows: list[dict], count: Callable[[str], int]) -> list[str]:
    lines = [f"| {heading} | calls | tokens | calls, one to one | tokens, one to one |", "|---|--:|--:|--:|--:|"]
    totals = [0, 0, 0, 0]
    for row in rows:
        figures = [
            len(row["answers"]), sum(map(count, row["answers"])), len(row["oneToOne"]), sum(map(count, row["oneToOne"])),
        ]
        totals = [total + figure for total, figure in zip(totals, figures)]
        lines.append(f"| {row['name']} | " + " | ".join(f"{figure:,}" for figure in figures) + " |")
    lines.append(f"| **all {len(rows)}** | " + " | ".join(f"**{figure:,}**" for figure in totals) + " |")
    return lines


def main(answers: pathlib.Path, output: pathlib.Path) -> None:
    count = openai.o200k_base().count
    tasks, sizes = ([json.loads(path.read_text()) for path in sorted(answers.glob(f"{kind}-*.json"))] for kind in ["task", "size"])
    if not tasks or not sizes:
        sys.exit(f"there are no answers in {answers}")
    lines = [
        "# What people ask for, measured",
        "",
        "Each task of `Tests/Tasks/tasks.json` is played against the sandbox by the tests: with the tools of quo-mcp, and with one tool",
        "for each operation of the API, whose agent pages through contacts and looks through every thread of the last week.",
        "Tokens are those of the answers (o200k). `make tasks` writes this page anew.",
        "",
        *table("task", tasks, count),
        "",
        "Much at once, beside what the API says of the same:",
        "",
        *table("answer", sizes, count),
    ]
    output.write_text("\n".join(lines) + "\n")
    print("\n".join(lines[6:]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))

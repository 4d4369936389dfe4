#!/usr/bin/env python3
"""Write the table of the plain tasks: calls and tokens of the answers, beside what the API's own operations would take.

usage: table.py ANSWERS OUTPUT
ANSWERS is the folder that the Swift tests filled (TASK_ANSWERS); OUTPUT is the Markdown file. Tokens are o200k_base, by the
PyPI package rs-bpe.
"""
import json
import pathlib
import sys

from rs_bpe.bpe import openai


def main(answers: pathlib.Path, output: pathlib.Path) -> None:
    encoding = openai.o200k_base()
    rows = sorted((json.loads(path.read_text()) for path in answers.glob("*.json")), key=lambda row: row["place"])
    if not rows:
        sys.exit(f"there are no answers in {answers}")
    lines = [
        "# What people ask for, measured",
        "",
        "Each task of `Tests/Tasks/tasks.json` is played against the sandbox by the tests: with the tools of quo-mcp, and with one tool",
        "for each operation of the API, whose agent pages through contacts and looks through every thread of the last week.",
        "Tokens are those of the answers (o200k). `make tasks` writes this table anew.",
        "",
        "| task | calls | tokens | calls, one to one | tokens, one to one |",
        "|---|--:|--:|--:|--:|",
    ]
    totals = [0, 0, 0, 0]
    for row in rows:
        figures = [
            len(row["answers"]), sum(map(encoding.count, row["answers"])),
            len(row["oneToOne"]), sum(map(encoding.count, row["oneToOne"])),
        ]
        totals = [total + figure for total, figure in zip(totals, figures)]
        lines.append(f"| {row['task']} | " + " | ".join(f"{figure:,}" for figure in figures) + " |")
    lines.append(f"| **all {len(rows)}** | " + " | ".join(f"**{figure:,}**" for figure in totals) + " |")
    output.write_text("\n".join(lines) + "\n")
    print(lines[-1])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))

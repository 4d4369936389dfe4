"""Checks every line that a server wrote, in all transcripts of a folder, against the official schemas.

usage: validate_transcripts.py FOLDER

A transcript is a file NAME.jsonl with one session in it, one object a line: {"direction": "in" or "out", "line": "..."}, seen from the server.
"""
import json
import pathlib
import sys

import schema_validity
import schema_validity_cases


def skip(reason: str) -> int:
    print(f"schema validity skipped: {reason}")
    return 0


def main() -> int:
    if (path := schema_validity.folder()) is None:
        return skip("MCP_SCHEMAS names no folder with the official schemas of all five revisions")
    try:
        schemas = schema_validity.Schemas(path)
    except ImportError:
        return skip("the Python package jsonschema is not installed")
    sound = schema_validity_cases.check(schemas)
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl"))
    if not files:
        print(f"schema validity: there is no transcript in {sys.argv[1]}")
        return 1
    lines = failed = 0
    for file in files:
        with file.open(encoding="utf-8") as transcript:
            entries = [json.loads(entry) for entry in transcript]
        count, problems = schema_validity.check(schemas, [(entry["direction"], entry["line"]) for entry in entries])
        lines += count
        failed += len(problems)
        for problem in problems:
            print(f"INVALID {file.name}: {problem}")
    print(f"schema validity: {lines} lines of {len(files)} sessions, {failed} problems")
    return 0 if sound and lines and not failed else 1


if __name__ == "__main__":
    sys.exit(main())

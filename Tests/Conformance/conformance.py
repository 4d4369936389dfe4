"""The scenarios of the official conformance suite for servers, over standard input and output, against mcp-fixture.

usage: conformance.py FIXTURE [PART OF A SCENARIO'S NAME]
"""
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

# Importing them fills SCENARIOS.
import legacy_scenarios  # noqa: F401
import modern_scenarios  # noqa: F401
import shared_scenarios  # noqa: F401
from peer import Peer
from scenario import SCENARIOS, Scenario
from server_process import ServerProcess


def run(fixture: str, scenario: Scenario, revision: str) -> str | None:
    """What went wrong, if anything did."""
    process = ServerProcess([fixture], f"{scenario.name}.{revision}".replace(": ", ".").replace(" ", "-"))
    try:
        scenario.run(Peer(process, revision, scenario.capabilities, scenario.answers))
        status, _, log, _ = process.end()
        assert status == 0, f"the server ended with status {status}"
        assert not log, f"the server logged: {log}"
    except Exception:
        return traceback.format_exc()
    finally:
        process.kill()
    return None


def main() -> int:
    fixture, part = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    cases = [(scenario, revision) for scenario in SCENARIOS for revision in scenario.revisions if part in scenario.name]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda case: run(fixture, *case), cases))
    for (scenario, revision), problem in zip(cases, outcomes):
        print(f"{'FAILED' if problem else 'passed'} {revision} {scenario.name}")
        if problem:
            print(problem)
    failed = sum(problem is not None for problem in outcomes)
    print(f"conformance: {len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())

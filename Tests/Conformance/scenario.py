"""How a function becomes a scenario of the suite."""
from collections.abc import Callable
from dataclasses import dataclass

from peer import Answers, Peer


@dataclass
class Scenario:
    name: str
    revisions: list[str]
    run: Callable[[Peer], None]
    capabilities: dict
    answers: Answers


SCENARIOS: list[Scenario] = []


def scenario(revisions: list[str], name: str | None = None, capabilities: dict | None = None, answers: Answers | None = None):
    """Adds a function to the scenarios of those revisions, under the name that it has in the official suite."""

    def add(function: Callable[[Peer], None]) -> Callable[[Peer], None]:
        official = name or function.__name__.replace("_", "-")
        SCENARIOS.append(Scenario(official, revisions, function, capabilities or {}, answers or {}))
        return function

    return add

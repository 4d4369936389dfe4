"""Mixed load for a long time, and whether memory, descriptors or threads grow, or an answer is lost. Standard library only.

Two servers live as long as the run: one on the sandbox, one on an API over real sockets that fails now and then. Both get reads, texts
with forms that are approved, declined or left alone, and calls that are cancelled. Beside them clients come and go on the same state: some
end in order, some servers are killed, some terminated.

usage: soak.py BINARY MINUTES [--write FOLDER]

With --write, soak.json, soak.svg and soak.md are written into the folder.
"""

import collections
import datetime
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Faults"))
from api import API, LINE, reset, response
from machine import ASKING, UNATTENDED, Machine, envelope
from picture import picture

minutes = float(sys.argv[2])
INTERVAL = 5
RATE = {"sandbox": 20, "api": 8}
# What may be added between the middle of the run and its end, as medians of a tenth of it. In the first half what the allocator keeps
# of busy moments is still growing towards its level, which a leak does not have.
BOUNDS = {"memory": 8.0, "descriptors": 4, "threads": 4}
UNITS = {"memory": "MiB", "descriptors": "", "threads": ""}
FORMS = {"elicitation": {"form": {}}}
PEOPLE = {
    "sandbox": ["Ingrid Olsen", "Daniel Park", "Terrence Wu", "Elena Petrova", "Priscilla Grant", "nobody at all"],
    "api": ["Person 142", "Person 187", "Person 211", "+16145550101", "nobody at all"],
}


def contact(number: int) -> dict:
    return {
        "id": f"CT{number}",
        "source": "public-api",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "externalId": None,
        "createdByUserId": "US1",
        "customFields": [],
        "defaultFields": {
            "firstName": "Person",
            "lastName": str(number),
            "company": "Example",
            "role": None,
            "emails": [],
            "phoneNumbers": [{"id": f"N{number}", "name": "mobile", "value": f"+1614555{number:04d}"}],
        },
    }


def failing_api(chance: random.Random) -> API:
    """An API with 300 contacts of whose reads every twentieth fails in one of many ways."""
    api = API()
    contacts = [contact(number) for number in range(300)]

    def page(request):
        start = int(request.target.partition("pageToken=")[2].partition("&")[0] or 0)
        more = str(start + 50) if start + 50 < len(contacts) else None
        return {"data": contacts[start : start + 50], "totalItems": len(contacts), "nextPageToken": more}

    def fault(api, connection, request):
        kind = chance.randrange(5)
        if kind == 0:
            reset(connection)
        elif kind < 4:
            connection.sendall(
                [response(500, b"{}"), response(200, b'{"data": [', length=99), response(200, b"<html>")][kind - 1]
            )
        # Else it ends without an answer.

    api.answers["/v1/contacts"] = page
    api.answers |= {f"/v1/contacts/{each['id']}": {"data": each} for each in contacts}
    api.fault, api.faulty = fault, lambda request: request.method == "GET" and chance.random() < 0.05
    return api


class Client:
    """A connection that is read by a thread of its own, and what is still unanswered on it."""

    def __init__(self, machine: Machine, counts: collections.Counter, *arguments: str):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.argv[1], *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=machine.environment
        )
        self.counts, self.lock, self.last = counts, threading.Lock(), 0
        self.pending: dict[int, dict] = {}
        self.cancelled: set[int] = set()
        self.free = threading.Semaphore(8)
        self.follow_up = None
        self.faults: list[str] = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def write(self, message: dict) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
        with self.lock:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def send(self, method: str, params: dict, cancel: bool = False) -> None:
        with self.lock:
            self.last += 1
            identifier = self.last
            (self.cancelled.add(identifier) if cancel else self.pending.__setitem__(identifier, params))
        self.counts["cancelled" if cancel else "requests"] += 1
        self.write({"id": identifier, "method": method, "params": {**params, "_meta": envelope(FORMS)}})
        if cancel:
            self.write({"method": "notifications/cancelled", "params": {"requestId": identifier}})

    def read(self) -> None:
        for line in self.process.stdout:
            message = json.loads(line)
            if "id" not in message:
                self.counts["notifications"] += 1
                continue
            with self.lock:
                params = self.pending.pop(message["id"], None)
                was_cancelled = message["id"] in self.cancelled
                self.cancelled.discard(message["id"])
            if params is None:
                self.counts["answers after a cancellation"] += was_cancelled
                if not was_cancelled:
                    self.faults.append(f"an answer to nothing that was asked: {line[:200]!r}")
                continue
            self.counts["answers"] += 1
            if "error" in message:
                self.faults.append(f"{params.get('name')}: {message['error']}")
            elif message["result"].get("isError"):
                self.counts["answers that tell of a failure"] += 1
            self.free.release()
            if self.follow_up:
                self.follow_up(params, message.get("result", {}))

    def drain(self, seconds: float) -> None:
        """Waits until all is answered."""
        deadline = time.monotonic() + seconds
        while self.pending and time.monotonic() < deadline:
            time.sleep(0.05)
        for params in self.pending.values():
            self.faults.append(f"never answered: {json.dumps(params)[:200]}")

    def end(self) -> None:
        self.process.stdin.close()
        status = self.process.wait(20)
        if status != 0:
            self.faults.append(f"ended with {status}")
        self.reader.join(5)
        self.process.stdout.close()


class Load:
    """What one long-lived server is asked."""

    def __init__(self, name: str, machine: Machine, seed: int, *arguments: str):
        self.name, self.chance, self.counts = name, random.Random(seed), collections.Counter()
        self.client = Client(machine, self.counts, *arguments)
        self.client.follow_up = self.answer_form
        self.forms: collections.deque = collections.deque()
        self.samples: list[dict] = []
        self.text = 0

    def answer_form(self, params: dict, result: dict) -> None:
        if result.get("resultType") == "input_required":
            self.forms.append((params, result))

    def action(self) -> tuple[str, dict]:
        """What is asked next: a form that waits, or anything of the day."""
        if self.forms:
            params, result = self.forms.popleft()
            [(key, request)] = result["inputRequests"].items()
            choice = self.chance.choice(["approve", "decline", "empty", "leave"])
            self.counts[f"forms: {choice}"] += 1
            if choice != "leave":
                decision = request["params"]["requestedSchema"]["properties"]["decision"]["enum"][-1]
                answer = {
                    "approve": {"action": "accept", "content": {"decision": decision}},
                    "decline": {"action": "decline"},
                    "empty": {"action": "accept", "content": {}},
                }[choice]
                return "tools/call", {**params, "inputResponses": {key: answer}, "requestState": result["requestState"]}
        person = self.chance.choice(PEOPLE[self.name])
        self.text += 1
        tools = [
            ("whoami", {}),
            ("guard_status", {}),
            ("list_users", {}),
            ("find_contacts", {"query": person}),
            ("list_conversations", {}),
            ("read_thread", {"with": [person]}),
            ("digest", {}),
            ("inbox_triage", {}),
            ("preview_message", {"from": LINE, "to": person, "text": "x"}),
            ("send_message", {"to": " "}),
            ("create_contact", {"firstName": f"New {self.text}"})
            if self.name == "sandbox" and self.text % 20 == 0
            else ("whoami", {}),
        ]
        if self.text % 10 == 0:
            return "tools/call", {"name": "send_message", "arguments": {"from": LINE, "to": person, "text": f"Text {self.text}"}}
        if self.text % 10 == 1:
            return self.chance.choice(
                [
                    ("tools/list", {}),
                    ("resources/list", {}),
                    ("resources/read", {"uri": "quo://guard"}),
                    ("prompts/list", {}),
                    ("resources/read", {"uri": "quo://workspace"}),
                ]
            )
        # Triage of the API reads much at ten requests a second.
        name, arguments = self.chance.choice(tools[:7] + tools[8:] if self.name == "api" else tools)
        return "tools/call", {"name": name, "arguments": arguments}

    def run(self, until: float) -> None:
        due = time.monotonic()
        while time.monotonic() < until:
            cancel = self.chance.random() < 0.1
            if not cancel and not self.client.free.acquire(timeout=90):
                self.client.faults.append("no answer for 90 s")
                return
            method, params = self.action()
            self.client.send(method, params, cancel)
            due = max(due + 1 / RATE[self.name], time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))

    def sample(self, seconds: float) -> None:
        root = f"/proc/{self.client.process.pid}"
        with open(f"{root}/status", encoding="ascii") as file:
            status = dict(line.split(":", 1) for line in file)
        self.samples.append(
            {
                "seconds": round(seconds, 1),
                "memory": int(status["VmRSS"].split()[0]) / 1024,
                "descriptors": len(os.listdir(f"{root}/fd")),
                "threads": int(status["Threads"]),
            }
        )


def growth(samples: list[dict]) -> dict:
    """For each quantity what it was in the middle of the run, what it was at its end, and the most."""
    begin = max(30, samples[-1]["seconds"] / 2)
    later = [sample for sample in samples if sample["seconds"] >= begin] or samples[-1:]
    tenth = max(1, min(len(later), len(samples) // 10))
    return {
        name: {
            "middle": statistics.median(sample[name] for sample in later[:tenth]),
            "end": statistics.median(sample[name] for sample in later[-tenth:]),
            "most": max(sample[name] for sample in samples),
        }
        for name in BOUNDS
    }


def come_and_go(machines: dict[str, Machine], until: float, counts: collections.Counter, faults: list[str]) -> None:
    """Clients that connect, ask a few things, and leave, each in its own way."""
    chance = random.Random(3)
    while time.monotonic() < until:
        name = chance.choice(list(machines))
        client = Client(machines[name], counts, *(["--sandbox"] if name == "sandbox" else []))
        counts["clients"] += 1
        way = chance.choice(["ends", "ends", "is killed", "is terminated"])
        counts[f"clients: {way}"] += 1
        try:
            for _ in range(chance.randrange(1, 6)):
                tool = chance.choice([("whoami", {}), ("guard_status", {}), ("find_contacts", {"query": "Person 142"})])
                client.send("tools/call", {"name": tool[0], "arguments": tool[1]})
            if way == "ends":
                client.drain(60)
                client.end()
                faults += client.faults
            else:
                client.process.send_signal(signal.SIGKILL if way == "is killed" else signal.SIGTERM)
                # SIGTERM may come before the program has begun.
                if client.process.wait(20) not in (0, -signal.SIGTERM, -signal.SIGKILL):
                    faults.append(f"a client that {way}: status {client.process.returncode}")
                # What it had not answered is not lost: nobody waits for it.
                client.reader.join(5)
                counts["unanswered at a killed server"] += len(client.pending)
                client.process.stdin.close()
                client.process.stdout.close()
        except BrokenPipeError:
            faults.append(f"a server ended by itself where the client {way}")
        time.sleep(chance.random() * 2)


def main() -> int:
    started = datetime.datetime.now(datetime.timezone.utc)
    begun = time.monotonic()
    until = begun + minutes * 60
    api = failing_api(random.Random(4))
    asking = {**ASKING, "budgets": UNATTENDED["budgets"]}
    machines = {"sandbox": Machine(api.url, asking), "api": Machine(api.url, asking)}
    loads = [Load("sandbox", machines["sandbox"], 1, "--sandbox"), Load("api", machines["api"], 2)]
    visits, visit_faults = collections.Counter(), []
    threads = [threading.Thread(target=load.run, args=(until,)) for load in loads]
    threads.append(threading.Thread(target=come_and_go, args=(machines, until, visits, visit_faults)))
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        for load in loads:
            load.sample(time.monotonic() - begun)
        time.sleep(max(0, min(INTERVAL, until - time.monotonic())))
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begun
    faults = list(visit_faults)
    report = {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds),
        "interval": INTERVAL,
        "bounds": BOUNDS,
        "servers": {},
    }
    for load in loads:
        load.client.drain(90)
        load.client.end()
        grown = growth(load.samples)
        for name, found in grown.items():
            if found["end"] - found["middle"] > BOUNDS[name]:
                faults.append(f"{load.name}: {name} grew from {found['middle']:.1f} to {found['end']:.1f}")
        faults += [f"{load.name}: {fault}" for fault in load.client.faults]
        report["servers"][load.name] = {
            "counts": dict(sorted(load.counts.items())),
            "growth": grown,
            "samples": load.samples,
            "lost": load.counts["requests"] - load.counts["answers"],
        }
    report["visits"] = dict(sorted(visits.items()))
    report["apiRequests"], report["delivered"] = len(api.requests), len(api.delivered)
    texts = [message["text"] for message in api.delivered]
    if len(texts) != len(set(texts)):
        faults.append("a text was delivered twice")
    report["faults"] = faults[:50]
    for name, server in report["servers"].items():
        told = ", ".join(
            f"{key} {found['middle']:.4g} → {found['end']:.4g} (most {found['most']:.4g})"
            for key, found in server["growth"].items()
        )
        print(
            f"{name}: {server['counts']['requests']} requests, {server['lost']} lost, {server['counts'].get('cancelled', 0)} cancelled; {told}"
        )
    print(f"visits: {dict(sorted(visits.items()))}")
    for fault in faults[:20]:
        print("fault:", fault)
    if "--write" in sys.argv:
        write(pathlib.Path(sys.argv[sys.argv.index("--write") + 1]), report)
    print(f"soak: {seconds / 60:.1f} minutes, {len(faults)} faults")
    return 1 if faults else 0


def write(folder: pathlib.Path, report: dict) -> None:
    """Writes the figures, the picture and the page."""
    (folder / "soak.json").write_text(json.dumps(report, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")
    (folder / "soak.svg").write_text(
        picture({name: server["samples"] for name, server in report["servers"].items()}), encoding="utf-8"
    )
    version = subprocess.run([sys.argv[1], "--version"], capture_output=True, text=True, check=True).stdout.strip()
    span = f"{report['seconds'] // 60} minutes and {report['seconds'] % 60} seconds"
    lines = [
        "# A long run",
        "",
        f"`make soak MINUTES=60` plays mixed load for that long; this page is of a run of {span} that began at {report['started']}, with",
        f"{version} on {os.cpu_count()} cores. Two servers live as long as the run, one on the sandbox and one on an API over real",
        "sockets of whose reads every twentieth fails. Beside them clients come and go on the same state.",
        "",
        "![memory, descriptors and threads](soak.svg)",
        "",
        "| | " + " | ".join(report["servers"]) + " |",
        "|---|" + "--:|" * len(report["servers"]),
    ]

    def line(title: str, value) -> None:
        lines.append(f"| {title} | " + " | ".join(value(server) for server in report["servers"].values()) + " |")

    for title in ["requests", "answers"]:
        line(title, lambda server, t=title: f"{server['counts'][t]:,}")
    line("lost", lambda server: f"{server['lost']}")
    for title in [
        "cancelled",
        "answers after a cancellation",
        "answers that tell of a failure",
        "forms: approve",
        "forms: decline",
        "forms: empty",
        "forms: leave",
    ]:
        line(title, lambda server, t=title: f"{server['counts'].get(t, 0):,}")
    for name, bound in BOUNDS.items():
        unit = f" in {UNITS[name]}" if UNITS[name] else ""
        line(
            f"{name}{unit}: from the middle to the end; most (bound: +{bound:g})",
            lambda server, n=name: "{middle:.4g} → {end:.4g}; {most:.4g}".format(**server["growth"][n]),
        )
    visits = report["visits"]
    lines += [
        "",
        f"{visits.get('clients', 0):,} clients came and went, with {visits.get('requests', 0):,} requests: "
        f"{visits.get('clients: ends', 0):,} ended in order and "
        f"lost nothing, {visits.get('clients: is killed', 0):,} servers were killed, {visits.get('clients: is terminated', 0):,} got SIGTERM.",
        f"The API saw {report['apiRequests']:,} requests and delivered {report['delivered']:,} texts, none of them twice.",
        "",
        "What is compared are medians of a tenth of the run: from its middle on, and up to its end. The figures of all samples are in",
        "[soak.json](soak.json).",
    ]
    if report["faults"]:
        lines += ["", "What went wrong:", ""] + [f"- {fault}" for fault in report["faults"]]
    (folder / "soak.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

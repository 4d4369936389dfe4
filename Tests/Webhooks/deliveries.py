"""Delivers events to two listeners on one store as Quo would, repeated, out of order and forged, while they are killed.

usage: deliveries.py BINARY [COUNT]

Each of COUNT events is delivered until a listener says that it has it. Both listeners are killed with SIGKILL in the middle and
started again. In the end every event must be in the store once and as it was sent, and nothing else.
"""
import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import queue
import random
import socket
import sqlite3
import sys
import tempfile
import threading
import time

from listener import Listener

KEY = bytes(range(1, 25))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
KILLS = 4
WORKERS = 8


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def event(number, start):
    moment = start + datetime.timedelta(seconds=number)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return json.dumps({
        "id": f"EV{number}", "apiVersion": "2026-03-30", "createdAt": stamp, "type": "message.received",
        "data": {
            "resource": {
                "id": f"AC{number}", "direction": "incoming", "text": f"Text {number} \U0001F382", "media": [],
                "status": "received", "createdAt": stamp},
            "context": {
                "orgId": "OR1", "phoneNumberId": "PN1", "conversationId": "CN1", "userId": "US1",
                "contacts": {"ids": [], "lookupStatus": "unavailable"}, "senderIdentifier": "+16145550142",
                "recipientIdentifiers": ["+16145550100"]},
            "links": {"quo": None}}}, ensure_ascii=False).encode()


def headers(name, body):
    seconds = str(int(time.time()))
    code = hmac.new(KEY, f"{name}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(code).decode()}


class Courier(threading.Thread):
    """Delivers what is in the queue, and puts back what was not taken."""

    def __init__(self, work, listeners, seed):
        super().__init__(daemon=True)
        self.work, self.listeners, self.random = work, listeners, random.Random(seed)
        self.connections, self.times, self.taken, self.lost, self.faults = {}, [], set(), 0, []

    def run(self):
        while (job := self.work.get()) is not None:
            name, body, expected = job
            try:
                if self.deliver(name, body, expected):
                    continue
            except Exception as error:
                self.faults.append(repr(error))
            self.work.put(job)

    def deliver(self, name, body, expected):
        port = self.random.choice(self.listeners).port
        connection = self.connections.pop(port, None) or http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        signed = headers(name, body if expected != 401 else body + b" ")
        begun = time.perf_counter()
        try:
            connection.request("POST", "/quo", body, signed)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            # A broken connection says nothing about the event, so it is delivered again, as Quo does.
            connection.close()
            self.lost += 1
            time.sleep(0.02)
            return False
        self.times.append(time.perf_counter() - begun)
        self.connections[port] = connection
        if response.status == 503:
            return False
        if response.status != expected:
            self.faults.append(f"{name} was answered with {response.status}, not {expected}")
        elif expected == 200:
            self.taken.add(name)
        return True


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def rows(state):
    database = sqlite3.connect(f"file:{state}/state.sqlite3?mode=ro", uri=True)
    try:
        return database.execute(
            "SELECT delivery, content FROM webhook_event ORDER BY resource_time, sequence").fetchall()
    finally:
        database.close()


def main(binary, count):
    chance = random.Random(20260330)
    start = datetime.datetime(2026, 11, 1)
    bodies = {f"msg_{number}": event(number, start) for number in range(count)}
    jobs = [(name, body, 200) for name, body in bodies.items()]
    jobs += [(name, bodies[name], 200) for name in chance.choices(list(bodies), k=count // 4)]
    jobs += [(f"forged_{number}", event(count + number, start), 401) for number in range(count // 20)]
    jobs += [(f"half_{number}", b'{"id":', 400) for number in range(count // 100)]
    jobs += [(f"large_{number}", b" " * (1 << 20) + b"{}", 413) for number in range(3)]
    chance.shuffle(jobs)
    with tempfile.TemporaryDirectory() as state:
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": state, "QUO_MCP_STATE": state, "QUO_API_KEY": "test",
            "QUO_BASE_URL": "http://127.0.0.1:9", "QUO_WEBHOOK_SECRET": SECRET}

        def listener(port):
            return Listener(binary, environment, "--listen", f"127.0.0.1:{port}")

        listeners = [listener(free_port()), listener(free_port())]
        # One at a time first, to learn how long an answer takes where nothing else waits.
        work = queue.Queue()
        alone = Courier(work, listeners, 0)
        quiet = jobs[:min(200, count // 10)]
        for job in quiet + [None]:
            work.put(job)
        alone.run()
        begun = time.time()
        couriers = [Courier(work, listeners, seed) for seed in range(1, WORKERS + 1)]
        for job in jobs[len(quiet):]:
            work.put(job)
        total = work.qsize()
        for courier in couriers:
            courier.start()
        for turn in range(KILLS):
            while work.qsize() > total * (KILLS - turn) // (KILLS + 1):
                time.sleep(0.005)
            killed = listeners[turn % 2]
            killed.kill()
            time.sleep(0.05)
            listeners[turn % 2] = listener(killed.port)
        while any(courier.is_alive() for courier in couriers):
            if work.empty():
                # Whoever puts a job back takes it again before the end that is put here.
                for _ in couriers:
                    work.put(None)
                for courier in couriers:
                    courier.join()
            time.sleep(0.01)
        duration = time.time() - begun
        while not work.empty():
            job = work.get()
            if job is not None and not alone.deliver(*job):
                work.put(job)
        for each in listeners:
            each.stop()
        everyone = couriers + [alone]
        faults = [fault for courier in everyone for fault in courier.faults]
        kept = rows(state)
        taken = set().union(*(courier.taken for courier in everyone))
        names = [name for name, _ in kept]
        expected = sorted(bodies, key=lambda name: int(name[4:]))
        if names != expected:
            faults.append(f"kept {len(names)} events, {len(set(names))} different; {len(bodies)} were delivered")
        if taken != set(bodies):
            faults.append(f"{len(set(bodies) - taken)} events were never taken")
        faults += [f"{name} is not as it was sent" for name, content in kept if content.encode() != bodies.get(name)][:5]
        busy = [moment for courier in couriers for moment in courier.times]
        print(f"{len(jobs)} deliveries of {count} events to 2 listeners, {KILLS} kills, "
              f"{sum(courier.lost for courier in everyone)} broken connections, {len(names)} events kept")
        print(f"one at a time: p50 {percentile(alone.times, 0.5):.1f} ms, p99 {percentile(alone.times, 0.99):.1f} ms; "
              f"{WORKERS} at once: p50 {percentile(busy, 0.5):.1f} ms, p99 {percentile(busy, 0.99):.1f} ms, "
              f"{len(busy) / duration:.0f} a second")
        for fault in faults[:10]:
            print("fault:", fault)
        print("FAILED" if faults else "ok: none lost, none doubled")
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))

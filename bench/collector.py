"""
The collector against two routes of the same work: durable events a second over loopback, batches of 100, 16 connections.

Goal (issue 4): at least 80% of a FastAPI route that parses with orjson, checks by hand and shares one fdatasync between the
requests that wait; at least 2.5 times one with a pydantic model per event; p99 at most 30 ms. The collector does more than either:
it finds the key, checks ids and times, recognises what came before, and writes checksums.

    python bench/collector.py [seconds=5] [rounds=3]

Figures in bench/README.md; rounds differ by a third, so take six.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process, Queue
from pathlib import Path

CONNECTIONS, BATCH, PORT = 16, 100, 18_123
KEY = "wk_bench"
HERE = Path(__file__).resolve()


# --- the routes to compare with -------------------------------------------------------------------


def plain_app(log_path: str, typed: bool):
    """A FastAPI route with group commit, as ../shared/bench has it."""
    import orjson
    from fastapi import FastAPI, Request, Response
    from pydantic import BaseModel

    class Log:
        def __init__(self):
            self.fd = os.open(log_path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
            self.waiting, self.done, self.task = [], None, None

        def append(self, block):
            if self.done is None:
                self.done = asyncio.get_running_loop().create_future()
            self.waiting.append(block)
            if self.task is None:
                self.task = asyncio.create_task(self.run())
            return self.done

        async def run(self):
            while self.waiting:
                block, done = b"".join(self.waiting), self.done
                self.waiting, self.done = [], None
                await asyncio.get_running_loop().run_in_executor(None, self.write, block)
                done.set_result(None)
            self.task = None

        def write(self, block):
            os.write(self.fd, block)
            os.fdatasync(self.fd)

    def checked(events):
        for event in events:
            if not isinstance(event["type"], str) or not isinstance(event["userId"], str) or "timestamp" not in event:
                raise ValueError
        return events

    def lines(events):
        return b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in events)

    class Event(BaseModel):
        type: str
        userId: str
        messageId: str
        timestamp: str
        event: str
        properties: dict = {}

    class Batch(BaseModel):
        batch: list[Event]

    app, log = FastAPI(openapi_url=None), Log()

    async def by_hand(request: Request):
        await log.append(lines(checked(orjson.loads(await request.body())["batch"])))
        return Response(b"{}", media_type="application/json")

    async def by_model(body: Batch):
        await log.append(lines(event.model_dump() for event in body.batch))
        return Response(b"{}", media_type="application/json")

    by_model.__annotations__["body"], by_hand.__annotations__["request"] = Batch, Request
    app.post("/v1/batch")(by_model if typed else by_hand)
    return app


def our_app(folder: str):
    """The whole application of `kezhi serve`."""
    from kezhi.serve.app import create_app
    from kezhi.store.records import WriteKey

    (Path(folder) / "kezhi.yaml").write_text("name: bench\n", encoding="utf-8")
    app = create_app(Path(folder))
    with app.state.workspace.store.session() as session:
        session.add(WriteKey(write_key=KEY, source="web", author="bench"))
    return app


def server(kind: str, folder: str) -> None:
    """Run one of them until it is stopped."""
    import uvicorn

    app = our_app(folder) if kind == "collector" else plain_app(f"{folder}/events.log", kind == "pydantic")
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False, server_header=False)


# --- the load -------------------------------------------------------------------------------------


def request_of(prefix: bytes, number: int) -> bytes:
    event = (
        b'{"type":"track","event":"product_viewed","messageId":"%s-%010d","userId":"C%07d","anonymousId":null,'
        b'"timestamp":"2026-01-01T12:00:00.000Z","properties":{"product_id":"SKU%05d","price":19.9,"category":"category_05",'
        b'"url":"/p/abc","referrer":"newsletter"}}'
    )
    rows = b",".join(event % (prefix, i, i * 7919 % 1_000_000, i % 5000) for i in range(number * BATCH, (number + 1) * BATCH))
    body = b'{"sentAt":"2026-01-01T12:00:01.000Z","writeKey":"%s","batch":[%s]}' % (KEY.encode(), rows)
    return b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def load(seconds: float, results: Queue) -> None:
    """Send batches over CONNECTIONS connections, each waiting for its answer; tells batches a second and latencies."""

    async def one(requests: list[bytes], until: float, spans: list[float], prefix: bytes, mine: int):
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        number = mine
        while time.perf_counter() < until:
            data = requests.pop() if requests else request_of(prefix, number)
            number += CONNECTIONS
            began = time.perf_counter()
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(head.decode())
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            spans.append(time.perf_counter() - began)
        writer.close()

    async def all_of_them():
        prefix = secrets.token_hex(12).encode()
        made = [request_of(prefix + b"m", i) for i in range(int(seconds * 3500))]  # beforehand, or making them would be timed
        share = [made[i::CONNECTIONS] for i in range(CONNECTIONS)]
        spans: list[float] = []
        began = time.perf_counter()
        await asyncio.gather(*(one(share[i], began + seconds, spans, prefix, i) for i in range(CONNECTIONS)))
        return len(spans) / (time.perf_counter() - began), sorted(spans)

    import uvloop

    rate, spans = uvloop.run(all_of_them())
    results.put((rate, spans[len(spans) // 2] * 1000, spans[int(len(spans) * 0.99)] * 1000))


def measured(kind: str, seconds: float) -> tuple[float, float, float]:
    """Events a second, p50 and p99 in ms."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([sys.executable, str(HERE), "--serve", kind, folder], start_new_session=True)
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                        break
                time.sleep(0.1)
            results: Queue = Queue()
            for span in (0.7, seconds):  # the first warms up
                sender = Process(target=load, args=(span, results))
                sender.start()
                rate, half, most = results.get(timeout=120)
                sender.join()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
        return rate * BATCH, half, most


def main() -> None:
    seconds, rounds = (float(sys.argv[1]) if len(sys.argv) > 1 else 5.0), (int(sys.argv[2]) if len(sys.argv) > 2 else 3)
    found: dict[str, list[tuple[float, float, float]]] = {"by hand": [], "pydantic": [], "collector": []}
    for _ in range(rounds):
        for kind in found:
            found[kind].append(measured(kind, seconds))
            rate, half, most = found[kind][-1]
            print(f"{kind:10} {rate:10,.0f} events/s  p50 {half:5.1f} ms  p99 {most:5.1f} ms", flush=True)
    middle = {kind: statistics.median(rate for rate, _, _ in runs) for kind, runs in found.items()}
    ours = middle["collector"]
    worst = statistics.median(most for _, _, most in found["collector"])
    print(
        f"collector: {ours / middle['by hand']:.2f} of the route by hand, {ours / middle['pydantic']:.2f} of pydantic's, p99 {worst:.1f} ms"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--serve":
        server(sys.argv[2], sys.argv[3])
    else:
        main()

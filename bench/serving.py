"""
What the workspace's server takes: cold start, first page, the page of one customer and lists under 20 clients, look-ups by key.

Goals (issue 4): profile with the last 20 orders <= 3 ms p99 straight from what serves it; the data of a customer's page p99 <= 50 ms
and list pages <= 200 ms with 20 users at once; cold start <= 3 s; first page <= 600 KB compressed.

    python bench/serving.py DIR [seconds=10] [clients=20] [think=1.0]

DIR is a project that has been run, as `kezhi city DIR --customers 100000` and `kezhi run -p DIR` make one. A client is a person: it
asks, reads for *think* seconds on average, asks again; each phase is measured once so and once without a pause, which is the
throughput. The server is a process of its own on loopback with a new store; the clients are threads of this process and take their
part of the processor too.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

KEZHI = [sys.executable, "-c", "import sys; from kezhi.cli import main; sys.exit(main())"]
LOOKUPS = 2000
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "明华国建文军平志伟东海强晓生光林小民永杰"
LISTS = (
    "customers",
    "customers?sort=-orders_life&limit=50",
    "customers?rfm_group=重要价值客户&sort=-recency_days",
    "customers?city=武汉市&lifecycle_stage=稳定&sort=customer_id",
    "customers?segment=orders_90d%20>=%203%20AND%20net_amount_365d%20>=%201000",
    "customers?q=王",
    "products?sort=-buyers",
    "rules",
)


def serving(folder: Path, *, seconds: float = 10, clients: int = 20, think: float = 1.0) -> None:
    """Measure everything of the project in *folder* and print a line each."""
    ids = straight(folder)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["KEZHI_STORE"] = f"sqlite:///{scratch}/store.db"
        token = _token(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        began = time.monotonic()
        server = subprocess.Popen([*KEZHI, "serve", "-p", str(folder), "--port", str(port), "--no-browser"], stdout=subprocess.DEVNULL)
        try:
            while not _ready(port):
                time.sleep(0.02)
            print(f"cold start: {time.monotonic() - began:.2f} s", flush=True)
            first_page(port)
            rng = random.Random(7)
            one = [
                f"customers/{name}{part}"
                for name in rng.sample(ids, min(2000, len(ids)))
                for part in ("", "/timeline", "/circle", "/live-events")
            ]
            for what, paths in (("one customer", one), ("lists", list(LISTS)), ("lists never asked before", fresh(rng))):
                for path in LISTS if "lists" in what else paths[: len(LISTS)]:
                    _ask(port, token, path)  # what is loaded once is loaded
                for pause in (think, 0.0):
                    _load(what, port, token, paths, seconds, clients, pause)
            print(f"memory of the server: {_memory(server.pid):.0f} MiB")
        finally:
            server.terminate()
            server.wait()


def fresh(rng: random.Random) -> list[str]:
    """Lists that differ from each other in what they filter by: none has been answered before."""
    shapes: tuple[Callable[[], str], ...] = (
        lambda: f"customers?segment=orders_90d >= {rng.randint(0, 9)} AND net_amount_365d >= {rng.randint(0, 9999)}",
        lambda: (
            f"customers?segment=recency_days <= {rng.randint(1, 999)}&sort={rng.choice(('', '-'))}orders_life&limit={rng.randint(10, 60)}"
        ),
        lambda: f"customers?q={rng.choice(SURNAMES)}{rng.choice(GIVEN)}&limit={rng.randint(10, 60)}",
        lambda: f"customers?rfm_group=重要价值客户&sort=-recency_days&limit={rng.randint(10, 200)}",
    )
    return list(dict.fromkeys(rng.choice(shapes)() for _ in range(4000)))


def straight(folder: Path) -> list[str]:
    """Profile and last 20 orders of random customers, from what serves them; gives the ids of customers."""
    from kezhi.flow.lake import Lake
    from kezhi.flow.reader import Reader

    snapshot = Lake(folder / ".kezhi" / "lake").current()
    assert snapshot, f"{folder} has not been run"
    with Reader(snapshot) as reader:
        ids = sorted(reader.sql("SELECT customer_id FROM profile")["customer_id"].to_pylist())
        taken = []
        for name in random.Random(1).choices(ids, k=LOOKUPS + 100):
            began = time.perf_counter()
            found = reader.pick("profile", "customer_id", [name])
            list(islice(reader.each("orders", "customer_id", name), 20))
            taken.append(time.perf_counter() - began)
            assert found[0]["customer_id"] == name
    print(f"{len(ids):,} customers, {snapshot.rows('orders'):,} orders")
    print(f"profile and last 20 orders, straight: {_spread(taken[100:])}", flush=True)
    return ids


def first_page(port: int) -> None:
    """The page that is opened first, with all that it names, compressed as it is sent."""
    page, size = _get(port, "/")
    names = sorted(set(re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page.decode())))
    sizes = {name: _get(port, name)[1] for name in names}
    print(f"first page: {(size + sum(sizes.values())) / 1000:.0f} KB compressed, {len(sizes)} files besides index.html")


def _load(what: str, port: int, token: str, paths: list[str], seconds: float, clients: int, pause: float) -> None:
    taken: list[tuple[str, float]] = []
    until = time.monotonic() + seconds

    def person(number: int) -> None:
        rng = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        mine = rng.sample(paths, len(paths))
        place = 0
        while time.monotonic() < until:
            if pause:
                time.sleep(rng.uniform(0, 2 * pause))
            path = mine[place % len(mine)]
            place += 1
            began = time.perf_counter()
            _ask(port, token, path, connection)
            taken.append((path, time.perf_counter() - began))
        connection.close()

    people = [threading.Thread(target=person, args=(number,)) for number in range(clients)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    times = [seconds for _, seconds in taken]
    print(
        f"{what}, {clients} clients, {f'{pause:g} s between' if pause else 'no pause'}: {_spread(times)}, {len(times) / seconds:.0f}/s",
        flush=True,
    )
    kinds: dict[str, list[float]] = {}
    for path, took in taken:
        part = "/".join(["", *path.split("/")[2:]])
        kind = part if path.startswith("customers/") else path if what == "lists" else re.sub(r"=[^&]*", "=…", path)
        kinds.setdefault(kind, []).append(took)
    for kind, times in sorted(kinds.items()):
        print(f"    {kind or '/':70} {_spread(times)}")


def _ask(port: int, token: str, path: str, connection: http.client.HTTPConnection | None = None) -> None:
    asked = connection or http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    asked.request(
        "GET",
        "/api/v1/" + "".join(c if c.isascii() and c != " " else "".join(f"%{b:02X}" for b in c.encode()) for c in path),
        headers=headers,
    )
    answer = asked.getresponse()
    body = answer.read()
    if answer.status not in (200, 404) or (answer.status == 404 and not path.endswith("/circle")):
        raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
    if connection is None:
        asked.close()


def _get(port: int, path: str) -> tuple[bytes, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return (gzip.decompress(body) if answer.headers.get("content-encoding") == "gzip" else body), len(body)


def _ready(port: int) -> bool:
    try:
        return bool(json.loads(_get(port, "/readyz")[0])["ready"])
    except OSError:
        return False


def _token(folder: Path) -> str:
    from kezhi.serve.access.roles import ACTIONS
    from kezhi.store import sessions, users
    from kezhi.store.place import open_store

    store = open_store(folder)
    with store.session() as session:
        one = users.add_user(session, "bench", "correct horse battery", "admin")
        key = sessions.add_token(session, one.user_id, "bench", list(ACTIONS))[1]
    store.close()
    return key


def _memory(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else float("nan")


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    at = [ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 for share in (0.5, 0.99)]
    return f"p50 {at[0]:.2f} ms, p99 {at[1]:.2f} ms"


if __name__ == "__main__":
    options = dict(word.split("=", 1) for word in sys.argv[2:])
    serving(
        Path(sys.argv[1]),
        seconds=float(options.get("seconds", 10)),
        clients=int(options.get("clients", 20)),
        think=float(options.get("think", 1.0)),
    )

"""What happened to one customer, newest first, of all kinds in one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from kezhi.flow.reader import Reader


@dataclass(frozen=True)
class Kind:
    """Rows of one table as entries: its key, its moment and what is shown; to show another table, add one to KINDS."""

    table: str
    key: str
    at: str
    shown: dict[str, str]  # name in the answer -> column


KINDS = {
    "order": Kind(
        "orders",
        "order_id",
        "ordered_at",
        {"what": "order_kind", "status": "status", "amount": "net_amount", "channel": "channel", "place": "store"},
    ),
    "event": Kind(
        "events", "event_id", "occurred_at", {"what": "event_name", "channel": "channel", "place": "page", "product_id": "product_id"}
    ),
}
COLUMNS = ("what", "status", "amount", "channel", "place", "product_id")


def kinds(reader: Reader) -> list[str]:
    """The kinds that the snapshot has."""
    return [name for name, kind in KINDS.items() if kind.table in reader.snapshot.tables]


def entries(reader: Reader, customer_id: str, *, of: list[str], after: tuple[str, str, str] | None, limit: int) -> list[dict[str, Any]]:
    """
    The next *limit* entries and one more, newest first, equal moments by kind and key; *after* is (moment, kind, key) of the last one seen.

    Each kind is read only as far as could be on the page.
    """
    last = (datetime.fromisoformat(after[0]), after[1], after[2]) if after else None
    found = [row for name in of for row in islice(_entries(reader, name, customer_id, last), limit + 1)]
    found.sort(key=lambda row: (row["kind"], row["key"]))
    found.sort(key=lambda row: row["at"], reverse=True)
    page = found[: limit + 1]
    _name_goods(reader, page)
    return page


def _entries(reader: Reader, name: str, customer_id: str, last: tuple[datetime, str, str] | None) -> Iterator[dict[str, Any]]:
    """The entries of one kind after *last*, newest first."""
    kind = KINDS[name]
    for row in reader.each(kind.table, "customer_id", customer_id):
        at, key = row[kind.at], row[kind.key]
        if last is None or at < last[0] or (at == last[0] and (name, key) > last[1:]):
            yield {"kind": name, "key": key, "at": at} | {new: row[kind.shown[new]] if new in kind.shown else None for new in COLUMNS}


def _name_goods(reader: Reader, page: list[dict[str, Any]]) -> None:
    """Write into each entry which goods it was about."""
    has = reader.snapshot.tables
    lines: dict[str, list[str]] = {}
    if "order_lines" in has:
        for line in reader.pick("order_lines", "order_id", [row["key"] for row in page if row["kind"] == "order"]):
            if line["product_id"] is not None:
                lines.setdefault(line["order_id"], []).append(line["product_id"])
    about = {
        row["key"]: lines.get(row["key"], []) if row["kind"] == "order" else [row["product_id"]] * (row["product_id"] is not None)
        for row in page
    }
    wanted = sorted({product for products in about.values() for product in products})
    names = {row["product_id"]: row["product_name"] for row in reader.pick("products", "product_id", wanted)} if "products" in has else {}
    for row in page:
        row["products"] = [names.get(product) or product for product in about[row["key"]]]
        del row["product_id"]

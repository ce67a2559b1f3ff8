"""What is really so, beside the messy files: parquet tables and a summary under `truth/`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from kezhi.city import catalogue as goods
from kezhi.city.bundles import THEMES, Bundles
from kezhi.city.circles import Circles
from kezhi.city.pages import DEFECT_SCHEMA, Page
from kezhi.city.people import NEVER, SYSTEMS, People
from kezhi.city.records import Records
from kezhi.city.rings import Rings
from kezhi.city.seasons import END, days

MONEY = pl.Decimal(18, 2)


class Truth:
    """Collects the truth while the files are written; tables that grow with the orders are written as they come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.files: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        self.kinds: Counter[str] = Counter()
        self.money: dict[str, Counter[str]] = defaultdict(Counter)

    def __enter__(self) -> Truth:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()

    def page(self, page: Page) -> None:
        """Count a finished page and write its defects."""
        counts = self.files[page.source, page.table_name, page.source_file]
        counts["rows_written"] += len(page) + len(page.broken)
        counts["rows_rejected"] += page.rejected
        counts["rows_duplicate"] += page.repeated
        if page.defects:
            found = pl.concat(page.defects)
            self.kinds.update(dict(found["kind"].value_counts().iter_rows()))
            self._append("defects", found.cast(DEFECT_SCHEMA))

    def orders(self, truth: pl.DataFrame) -> None:
        """Write orders and refunds, amounts in fen; adds up what a right cleaner finds."""
        kept = truth.filter(~pl.col("must_reject"))
        for (source,), part in kept.group_by("source"):
            total = self.money[str(source)]
            paid = part.filter("is_paid")
            total["net_fen"] += int(paid["net"].sum())
            total["net_before_end_fen"] += int(paid.filter(~pl.col("dated_in_future"))["net"].sum())
            purchases = paid.filter(pl.col("order_kind") == "purchase")
            total["purchases"] += len(purchases)
            total["purchase_fen"] += int(purchases["net"].sum())
            total["refunds"] += len(paid) - len(purchases)
            total["refund_fen"] += int(purchases["net"].sum()) - int(paid["net"].sum())
        money = [_yuan(fen) for fen in ("gross", "discount", "net")]
        self._append(
            "orders",
            truth.with_columns(money).select(
                "source", "table_name", "order_id", "person_id", "record_id", "buyer", "ordered_at", "gross_amount", "discount_amount",
                "net_amount", "order_kind", "refund_of", "refund_of_written", "status", "is_paid", "channel", "store", "dated_in_future", "must_reject",
            ),
        )  # fmt: skip

    def persons(self, people: People, linkable: np.ndarray) -> None:
        """Write truth/persons.parquet."""
        never = pl.Series(people.left != NEVER)
        frame = pl.DataFrame(
            {
                "person_id": people.person_id, "name": people.name, "mobile": people.mobile, "new_mobile": people.new_mobile,
                "landline": people.landline, "email": people.email, "id_number": people.id_number, "household": people.household,
                "shares_mobile": people.shares_mobile, "gender": pl.Series(np.where(people.female, "female", "male")),
                "birth_date": days(people.birth_day), "joined_on": days(people.joined), "left_on": days(np.where(people.left == NEVER, 0, people.left)),
                "churn_hazard_per_year": people.churn_hazard, "orders_per_year": people.orders_per_year,
                "favourite_category": pl.Series(goods.NAMES).gather(people.category), "high_end": people.high_end, "loyal_to_brand": people.loyal,
                "app_share": people.app_share, "peak_hour": people.peak_hour, "thrift": people.thrift,
                **{f"in_{source}": people.systems[:, number] for number, source in enumerate(SYSTEMS)},
                "linkable_by_exact_keys": linkable,
            }
        ).with_columns(left_on=pl.when(never).then("left_on"))  # fmt: skip
        self._append("persons", frame)

    def cards(self, frame: pl.DataFrame) -> None:
        """Write truth/cards.parquet: the present and the best plan of every user with a card, and what the year costs with them."""
        self._append("cards", frame)

    def bundles(self, catalogue: goods.Catalogue, found: Bundles) -> None:
        """Write truth/bundles.parquet: a row per product of a bundle; `weight` is the bundle's share of all that are bought."""
        size = [len(products) for products in found.products]
        frame = pl.DataFrame(
            {
                "bundle": np.repeat(np.arange(1, len(size) + 1), size),
                "theme": pl.Series([theme for theme, _ in THEMES]).gather(np.repeat(np.arange(len(size)), size)),
                "product_id": catalogue.frame["product_id"].gather(np.concatenate(found.products)),
                "weight": np.repeat(found.weights, size),
            }
        )
        self._append("bundles", frame)

    def points(self, frame: pl.DataFrame) -> None:
        """Write truth/points.parquet: per member, by the first record, points earned, redeemed, lapsed, and the balance before the data end."""
        self._append("points", frame)

    def feedback(self, frame: pl.DataFrame) -> None:
        """Write truth/feedback.parquet: what each thing said is about and how it is meant; `is_flawed` products break."""
        self._append("feedback", frame)

    def places(self, frame: pl.DataFrame) -> None:
        """Write truth/places.parquet: who of those who share their place commutes, and each one's haunt."""
        self._append("places", frame)

    def uplift(self, frame: pl.DataFrame) -> None:
        """Write truth/uplift.parquet: what each campaign truly does to whoever was in it, and whether the person answered."""
        self._append("uplift", frame)

    def frauds(self, frame: pl.DataFrame) -> None:
        """Write truth/frauds.parquet: of every paid order of the app the log-odds to be fraud, whether it is, and whether the bank told."""
        self._append("frauds", frame)

    def leads(self, found: pl.DataFrame, pick_up: pl.DataFrame) -> None:
        """Write truth/leads.parquet (log-odds to convert once reached, and to pick up) and truth/pick_up.parquet (what hour, weekday and agent add)."""
        self._append("leads", found)
        self._append("pick_up", pick_up)

    def records(self, people: People, systems: dict[str, Records], groups: dict[str, np.ndarray]) -> None:
        """Write truth/records.parquet: records of a person in one `exact_key_group` can be tied by exact keys, others cannot."""
        for source, held in systems.items():
            frame = pl.DataFrame(
                {
                    "source": pl.Series([source]).new_from_index(0, len(held)), "record_id": held.record_id,
                    "person_id": people.person_id.gather(held.person), "in_file": held.in_file, "exact_key_group": groups[source],
                }
            )  # fmt: skip
            self._append("records", frame)

    def circles(self, people: People, net: Circles) -> None:
        """Write truth/circles.parquet (person and circle, null without one) and truth/relations.parquet (every true tie)."""
        member = pl.DataFrame({"person_id": people.person_id, "circle": net.circle, "household": people.household})
        self._append(
            "circles",
            member.with_columns(
                circle=pl.when(pl.col("circle") >= 0).then("circle"),
                shared_taste=pl.when(pl.col("circle") >= 0).then(pl.Series(goods.NAMES).gather(people.category)),
            ),
        )
        self._ties(people, net)

    def rings(self, people: People, found: Rings) -> None:
        """Write truth/rings.parquet (person, number and kind of the ring; `friends` do nothing wrong) and the true ties of its people."""
        kind = pl.Series(list(found.kind), dtype=pl.String).gather(found.ring)
        self._append("rings", pl.DataFrame({"person_id": people.person_id.gather(found.person), "ring": found.ring, "kind": kind}))
        self._ties(people, found.net)

    def _ties(self, people: People, net: Circles) -> None:
        ends = {name: people.person_id.gather(end) for name, end in (("from_person_id", net.one), ("to_person_id", net.other))}
        self._append("relations", pl.DataFrame({**ends, "kind": pl.Series(net.kind.tolist(), dtype=pl.String), "weight": net.weight}))

    def summary(self, **city: Any) -> dict[str, Any]:
        """Write and give truth/summary.json; money as text in yuan."""
        files = [
            {"source": s, "table_name": t, "source_file": f, **{n: c[n] for n in ("rows_written", "rows_rejected", "rows_duplicate")},
             "rows_expected": c["rows_written"] - c["rows_rejected"] - c["rows_duplicate"]}
            for (s, t, f), c in sorted(self.files.items())
        ]  # fmt: skip
        sales = {
            source: {name.replace("_fen", "_amount"): _text(name, value) for name, value in sorted(c.items())}
            for source, c in sorted(self.money.items())
        }
        total: Counter[str] = Counter()
        for counts in self.money.values():
            total.update(counts)
        result = {
            **city,
            "as_of": END.isoformat(),
            "files": files,
            "defects": dict(sorted(self.kinds.items())),
            "sales": sales,
            "total": {name.replace("_fen", "_amount"): _text(name, value) for name, value in sorted(total.items())},
        }
        (self.folder / "summary.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return result

    def _append(self, name: str, frame: pl.DataFrame) -> None:
        table = frame.to_arrow()
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema, compression="zstd")
        self._writers[name].write_table(table.cast(self._writers[name].schema))


def _yuan(fen: str) -> pl.Expr:
    """Fen in a column as exact yuan: 18 digits, two of them after the point."""
    return (pl.col(fen).cast(pl.Decimal(18, 2)) * pl.lit("0.01").cast(pl.Decimal(18, 2))).cast(MONEY).alias(f"{fen}_amount")


def _text(name: str, value: int) -> str | int:
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}" if name.endswith("_fen") else value

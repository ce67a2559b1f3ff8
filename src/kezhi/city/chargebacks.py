"""Payments that their cardholders deny: orders of the app that were no doing of the customer, told by the bank weeks later."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import stream
from kezhi.city.layouts import APP_CHARGEBACKS
from kezhi.city.orders import PAID, Ledger
from kezhi.city.pages import Page
from kezhi.city.seasons import END

BASE = -6.2  # log-odds of a small daytime purchase of an old customer by another way than a bank card
CARD, LATE, DEAR, FIRSTS = 2.2, 1.6, 1.8, 1.5  # … of a bank card, from LATE_HOUR on, above DEAR_YUAN, among the first FIRST orders
LATE_HOUR, DEAR_YUAN, FIRST = 21, 600, 3
SOONEST_DAYS, LATEST_DAYS = 4, 28  # until the bank tells


class Chargebacks:
    """Hears the orders slice by slice, in order of time; a stream of its own marks some, and none is changed."""

    def __init__(self, seed: int, persons: int) -> None:
        self.seed = seed
        self.bought = np.zeros(persons, dtype=np.int64)
        self._found: list[pl.DataFrame] = []

    def hear(self, part: int, ledger: Ledger) -> None:
        """Mark some of the paid orders of the app as fraud."""
        orders = ledger.orders.filter((pl.col("status") == PAID) & (pl.col("person") >= 0))
        place = orders.select(place=pl.int_range(pl.len()).over("person")).to_series().to_numpy()
        earlier = self.bought[orders["person"].to_numpy()] + place
        np.add.at(self.bought, orders["person"].to_numpy(), 1)
        odds = (
            BASE
            + CARD * (orders["payment_method"] == "银行卡").to_numpy()
            + LATE * (orders["ordered_at"].dt.hour() >= LATE_HOUR).to_numpy()
        )
        odds = odds + DEAR * (orders["net"] >= DEAR_YUAN * 100).to_numpy() + FIRSTS * (earlier < FIRST)
        rng = stream(self.seed, "chargebacks", part)
        is_fraud = (rng.random(len(orders)) < 1 / (1 + np.exp(-odds))) & (orders["source"] == "app").to_numpy()
        days = rng.uniform(SOONEST_DAYS, LATEST_DAYS, len(orders))
        known = orders["ordered_at"] + pl.Series((days * 86_400).astype(np.int64) * 1_000_000).cast(pl.Duration("us"))
        marked = orders.select("order_id", "source", "ordered_at", "net").with_columns(fraud_odds=odds, is_fraud=is_fraud, known_at=known)
        self._found.append(marked.filter(pl.col("source") == "app").drop("source"))

    def page(self) -> tuple[Page, pl.DataFrame]:
        """What the bank told before the data end, and the truth: order_id, fraud_odds, is_fraud, is_told of every paid order of the app."""
        every = pl.concat(self._found).with_columns(is_told=pl.col("is_fraud") & (pl.col("known_at") < END))
        told = every.filter("is_told").sort("known_at", "order_id")
        cells = {
            "order_id": told["order_id"],
            "known_at": told["known_at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
            "reason": pl.repeat("unauthorised", len(told), eager=True),
            "amount": defects.money_text(told["net"]),
        }
        frame = pl.DataFrame({header: cells[field] for field, header in APP_CHARGEBACKS.columns.items()})
        page = Page("app", "chargebacks", APP_CHARGEBACKS.path, frame, told["order_id"], APP_CHARGEBACKS.fields)
        return page, every.select("order_id", "fraud_odds", "is_fraud", "is_told")

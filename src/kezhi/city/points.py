"""Points of the member programme: earned with every purchase, redeemed at two festivals, lapsed at the end of the next year."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import stream
from kezhi.city.layouts import MEMBER_LEVELS, MEMBER_POINTS, Layout
from kezhi.city.orders import PAID, Ledger
from kezhi.city.pages import Page
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, END, START, days, timestamps

FEN_PER_POINT = 1_000  # a point for each whole ten yuan
FESTIVALS = ((6, 18), (11, 11))  # when points are redeemed
REDEEMS = 0.45  # of members with enough points, at each festival
LEAST = 50  # points that can be redeemed at once, and their step
LEVELS = ((3_000, "钻石卡"), (1_000, "金卡"), (300, "银卡"), (0, "普卡"))  # points earned in the last 365 days
MISTOLD = 0.01  # of balances that the level file tells wrong
PLACE = np.dtype([("person", np.int32), ("second", np.int64), ("points", np.int64), ("number", np.int64)])


class Points:
    """Collects what is earned while orders are written, then redeems, lapses and writes it down."""

    def __init__(self, seed: int, members: Records) -> None:
        self.seed, self.members = seed, members
        self._earned: list[np.ndarray] = []

    def earn(self, ledger: Ledger) -> None:
        """The points of the paid purchases that members made after they joined."""
        orders = ledger.orders.filter((pl.col("status") == PAID) & (pl.col("person") >= 0))
        person = orders["person"].to_numpy()
        row = self.members.first_of_person[person]
        second = (orders["ordered_at"].dt.epoch("s") - int(pl.Series([START]).cast(pl.Datetime).dt.epoch("s")[0])).to_numpy()
        points = orders["net"].to_numpy() // FEN_PER_POINT
        there = np.flatnonzero((row >= 0) & (points > 0))
        there = there[self.members.registered[row[there]] <= second[there]]
        made = np.empty(len(there), PLACE)
        made["person"], made["second"], made["points"], made["number"] = (
            a[there] for a in (person, second, points, orders["number"].to_numpy())
        )
        self._earned.append(made)

    def pages(self) -> tuple[Page, Page, pl.DataFrame]:
        """The bookings, the levels, and per member record_id, earned, redeemed, lapsed and balance."""
        rng = stream(self.seed, "points")
        earned = np.concatenate(self._earned)
        years = np.arange(START.year, END.year + 1)
        people = len(self.members.first_of_person)
        left = np.zeros((people, len(years)), np.int64)  # of each year's points
        lapsed = np.zeros(people, np.int64)
        redeemed = []
        booked = 0
        for n, year in enumerate(years):
            for month, day in FESTIVALS:
                when = (date(year, month, day) - START).days * DAY_SECONDS
                if when < 0 or date(year, month, day) >= END:
                    continue
                upto = int(np.searchsorted(earned["second"], when))
                self._add(left, earned[booked:upto], years)
                booked = upto
                redeemed.append(_redeem(rng, left, n, when))
            upto = int(np.searchsorted(earned["second"], (date(year + 1, 1, 1) - START).days * DAY_SECONDS))
            self._add(left, earned[booked:upto], years)
            booked = upto
            if date(year, 12, 31) < END and n:
                lapsed += left[:, n - 1]
                left[:, n - 1] = 0
        spent = np.concatenate(redeemed)
        truth = self._truth(earned, spent, lapsed, left.sum(axis=1))
        return self._bookings(rng, earned, spent), self._levels(rng, earned, truth), truth

    @staticmethod
    def _add(left: np.ndarray, earned: np.ndarray, years: np.ndarray) -> None:
        np.add.at(left, (earned["person"], _years(earned["second"]) - years[0]), earned["points"])

    def _truth(self, earned: np.ndarray, spent: np.ndarray, lapsed: np.ndarray, balance: np.ndarray) -> pl.DataFrame:
        given, taken = np.zeros(len(lapsed), np.int64), np.zeros(len(lapsed), np.int64)
        np.add.at(given, earned["person"], earned["points"])
        np.add.at(taken, spent["person"], spent["points"])
        member = np.flatnonzero(self.members.first_of_person >= 0)
        return pl.DataFrame(
            {
                "record_id": self.members.record_id.gather(self.members.first_of_person[member]),
                **{
                    name: values[member]
                    for name, values in (("earned", given), ("redeemed", taken), ("lapsed", lapsed), ("balance", balance))
                },
            }
        )

    def _bookings(self, rng: np.random.Generator, earned: np.ndarray, spent: np.ndarray) -> Page:
        both = np.concatenate([earned, spent])
        taken = np.concatenate([np.zeros(len(earned), bool), np.ones(len(spent), bool)])
        order = np.argsort(both["second"], kind="stable")
        both, taken = both[order], taken[order]
        ends = pl.Series(_years(both["second"]) + 1).cast(pl.String) + "-12-31"
        frame = pl.DataFrame({"taken": taken, "ends": ends, "points": both["points"], "number": both["number"]}).select(
            kind=pl.when("taken").then(pl.lit("兑换")).otherwise(pl.lit("消费积分")),
            points=pl.when("taken").then(-pl.col("points")).otherwise("points").cast(pl.String),
            expires_on=pl.when(~pl.col("taken")).then("ends"),
        )
        cells = {
            "entry_id": pl.Series([f"JF{number:010d}" for number in range(1, len(both) + 1)], dtype=pl.String),
            "record_id": self.members.record_id.gather(self.members.first_of_person[both["person"]]),
            "booked_at": pl.Series(timestamps(both["second"])).dt.strftime("%Y-%m-%d %H:%M:%S"),
            **{name: frame[name] for name in frame.columns},
        }
        page = _page(MEMBER_POINTS, cells, "entry_id")
        defects.repeat_rows(rng, page, 0.002)
        return page

    def _levels(self, rng: np.random.Generator, earned: np.ndarray, truth: pl.DataFrame) -> Page:
        recent = np.zeros(len(self.members.first_of_person), np.int64)
        last = earned[earned["second"] >= ((END - START).days - 365) * DAY_SECONDS]
        np.add.at(recent, last["person"], last["points"])
        row = self.members.first_of_person
        member = np.flatnonzero(row >= 0)
        wrong = rng.random(len(member)) < MISTOLD
        told = truth["balance"].to_numpy() + np.where(wrong, rng.integers(1, 200, len(member)), 0)
        bounds = np.array([least for least, _ in LEVELS])
        level = (recent[member][:, None] >= bounds[None, :]).argmax(axis=1)
        joined = days(self.members.registered[row[member]] // DAY_SECONDS)
        cells = {
            "record_id": truth["record_id"],
            "member_level": pl.Series([name for _, name in LEVELS]).gather(level),
            "joined_on": pl.Series(joined).cast(pl.Date).cast(pl.String),
            "points_told": pl.Series(told).cast(pl.String),
        }
        return _page(MEMBER_LEVELS, cells, "record_id")


def _redeem(rng: np.random.Generator, left: np.ndarray, year: int, when: int) -> np.ndarray:
    """Some of those with enough points take a part of them, those of the year before first; *left* is lessened."""
    before = left[:, year - 1] if year else np.zeros(len(left), np.int64)
    there = before + left[:, year]
    who = np.flatnonzero((rng.random(len(left)) < REDEEMS) & (there >= LEAST))
    points = np.maximum((there[who] * rng.uniform(0.3, 1, len(who))).astype(np.int64) // LEAST * LEAST, LEAST)
    old = np.minimum(points, before[who])
    if year:
        left[who, year - 1] -= old
    left[who, year] -= points - old
    made = np.empty(len(who), PLACE)
    made["person"], made["second"], made["points"], made["number"] = who, when + np.sort(rng.integers(0, 3_600, len(who))), points, -1
    return made


def _years(seconds: np.ndarray) -> np.ndarray:
    years: np.ndarray = timestamps(seconds).astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def _page(layout: Layout, cells: dict[str, pl.Series], key: str) -> Page:
    frame = pl.DataFrame({header: cells[field] for field, header in layout.columns.items()})
    return Page(layout.source, layout.table_name, layout.path, frame, cells[key], layout.fields)

"""The mobile plans that 江城百货 sells to its members: plans.yaml, a year of use, and which plan is really the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import some
from kezhi.city.layouts import APP_USAGE
from kezhi.city.pages import Page
from kezhi.city.people import People
from kezhi.city.records import Records
from kezhi.city.seasons import END

MONTHS = 12  # whole months of use, the last one before END
SHARE = 0.35  # of the app's users have a card of the store
GIGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Card:
    """A plan: yuan cents; use beyond the allowance is paid by the minute, the message and the started gigabyte."""

    key: str
    name: str
    name_en: str
    fee_fen: int
    minutes: int
    minute_fen: int
    messages: int
    message_fen: int
    gigabytes: int
    gigabyte_fen: int
    company: str = ""


CARDS = (
    Card("lite", "江城轻享卡", "Jiangcheng Lite", 1900, 50, 19, 20, 10, 2, 500),
    Card("family", "江城家常卡", "Jiangcheng Everyday", 3900, 200, 15, 50, 10, 10, 500),
    Card("talk", "江城畅聊卡", "Jiangcheng Talk", 5900, 800, 10, 100, 10, 12, 500),
    Card("max", "江城无忧卡", "Jiangcheng Max", 9900, 1000, 10, 200, 10, 60, 300),
    Card("rival", "邻省直通卡", "Next Province Direct", 4900, 300, 12, 0, 10, 20, 500, company="邻省移动"),
)
ADD_ON = ("data10", "10GB 加油包", "10 GB extra", 1500, 10)  # key, name, English name, fen, gigabytes
_OWN = tuple(card for card in CARDS if not card.company)


def plans_text() -> str:
    """plans.yaml."""
    lines = [
        "# 套餐：charges 是各种用量的计费；company 表示竞争对手的套餐。详见 docs/how-to/price-plans.md。",
        "# Price plans: `charges` says what each kind of use costs; `company` marks a competitor's plan.",
        "plans:",
    ]
    for card in CARDS:
        lines += [f"  - key: {card.key}", f"    name: {card.name}", f"    name_en: {card.name_en}"]
        if card.company:
            lines.append(f"    company: {card.company}")
        lines += [f"    monthly_fee: {card.fee_fen / 100:.2f}", "    charges:"]
        lines.append(f"      minutes: {{included: {card.minutes}, price: {card.minute_fen / 100:.2f}, rounding: {{per: record, unit: 1}}}}")
        lines.append(f"      messages: {{included: {card.messages}, price: {card.message_fen / 100:.2f}}}")
        data = f"included: {card.gigabytes * GIGABYTE}, price: {card.gigabyte_fen / 100:.2f}, per: {GIGABYTE}"
        lines.append(f"      megabytes: {{{data}, rounding: {{per: month, unit: {GIGABYTE}}}}}")
        if not card.company:
            lines.append(f"    add_ons: [{ADD_ON[0]}]")
    key, name, name_en, fen, gigabytes = ADD_ON
    lines += ["add_ons:", f"  - key: {key}", f"    name: {name}", f"    name_en: {name_en}", f"    monthly_fee: {fen / 100:.2f}"]
    lines.append(f"    included: {{megabytes: {gigabytes * GIGABYTE}}}")
    lines += ["unit_costs: {minutes: 0.02, messages: 0.01, megabytes: 0.001}", ""]
    return "\n".join(lines)


def usage(rng: np.random.Generator, users: Records, people: People) -> tuple[Page, pl.DataFrame]:
    """
    The monthly use of those of the app's *users* who have a card, as the app writes it, and the truth.

    Returns:
        The page, and per user record_id, plan, best_plan, best_add_ons, current_fen, best_fen, rival_fen (over the year).
    """
    owner = some(rng, len(users), SHARE, at_least=10)
    count = len(owner)
    person = users.person[owner]
    talk = rng.lognormal(4.6, 1.0, count)
    data = rng.lognormal(8.6, 1.1, count) * np.where(people.birth_day[person] > -9000, 1.6, 1.0)
    plan = rng.choice(len(_OWN), count, p=[0.3, 0.35, 0.2, 0.15])
    each = (count, MONTHS)
    minutes = np.round(talk[:, None] * rng.lognormal(0, 0.35, each), 1)
    messages = rng.poisson(rng.gamma(1.2, 15, count)[:, None], each)
    megabytes = np.round(data[:, None] * rng.lognormal(0, 0.4, each), 2)
    months = [
        f"{(END.year * 12 + END.month - 1 - MONTHS + n) // 12}-{(END.year * 12 + END.month - 1 - MONTHS + n) % 12 + 1:02d}"
        for n in range(MONTHS)
    ]
    row = np.repeat(np.arange(count), MONTHS)
    record = users.record_id.gather(owner[row])
    cells = {
        "usage_id": pl.Series([f"B{number:09d}" for number in range(1, len(row) + 1)]),
        "record_id": record,
        "used_at": pl.Series([f"{month}-28" for month in months] * count),
        "minutes": pl.Series([f"{value:.1f}" for value in minutes.ravel()]),
        "messages": pl.Series([str(value) for value in messages.ravel()]),
        "megabytes": pl.Series([f"{value:.2f}" for value in megabytes.ravel()]),
        "plan": pl.Series([_OWN[number].key for number in plan[row]]),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in APP_USAGE.columns.items()})
    page = Page("app", "usage", APP_USAGE.path, frame, cells["usage_id"], APP_USAGE.fields)
    defects.repeat_rows(rng, page, 0.003)
    defects.break_objects(rng, page, 0.0001)
    truth = _truth(CARDS, minutes, messages, megabytes, plan).with_columns(record_id=users.record_id.gather(owner))
    return page, truth.select("record_id", pl.exclude("record_id"))


def _truth(cards: Sequence[Card], minutes: np.ndarray, messages: np.ndarray, megabytes: np.ndarray, plan: np.ndarray) -> pl.DataFrame:
    """Bills in whole fen, worked out plan by plan; numbers of *plan* are those of the own cards."""
    spoken = np.ceil(minutes).astype(np.int64)
    started = np.ceil(np.round(megabytes * 100).astype(np.int64) / (GIGABYTE * 100)).astype(np.int64)
    names, totals, rivals = [], [], []
    for card in cards:
        for add_on in (False, True) if not card.company else (False,):
            fee = card.fee_fen + (ADD_ON[3] if add_on else 0)
            free = card.gigabytes + (ADD_ON[4] if add_on else 0)
            bill = (
                fee
                + np.maximum(spoken - card.minutes, 0) * card.minute_fen
                + np.maximum(messages - card.messages, 0) * card.message_fen
                + np.maximum(started - free, 0) * card.gigabyte_fen
            )
            if card.company:
                rivals.append(bill.sum(axis=1))
            else:
                names.append((card.key, ADD_ON[0] if add_on else ""))
                totals.append(bill.sum(axis=1))
    # plans alone come before plans with the add-on, so that of equal totals the simpler one is the best
    order = sorted(range(len(names)), key=lambda number: (names[number][1] != "", number))
    every = np.stack([totals[number] for number in order])
    best = every.argmin(axis=0)
    bare = np.stack([totals[names.index((card.key, ""))] for card in _OWN])
    return pl.DataFrame(
        {
            "plan": [_OWN[number].key for number in plan],
            "best_plan": [names[order[number]][0] for number in best],
            "best_add_ons": [names[order[number]][1] for number in best],
            "current_fen": bare[plan, np.arange(len(plan))],
            "best_fen": every.min(axis=0),
            "rival_fen": np.stack(rivals).min(axis=0),
        }
    )

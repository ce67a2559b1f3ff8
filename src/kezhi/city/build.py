"""Build the city: people, records, then orders and events slice by slice, each written down by its system."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from kezhi.city import circles, customers, defects, events, layouts, leads, plans, sales
from kezhi.city.bundles import bundles
from kezhi.city.campaigns import campaigns
from kezhi.city.catalogue import Catalogue, catalogue
from kezhi.city.chance import stream
from kezhi.city.chargebacks import Chargebacks
from kezhi.city.files import WORKBOOK_ROWS, Files
from kezhi.city.orders import Ledger, fill, skeleton, slices
from kezhi.city.pages import Page
from kezhi.city.people import People, people
from kezhi.city.places import places
from kezhi.city.points import Points
from kezhi.city.project import MARK, features_text, segments_text, settings_text, tags_text
from kezhi.city.records import Records, exact_key_groups, records
from kezhi.city.refunds import refunds
from kezhi.city.rings import ring_orders, rings
from kezhi.city.seasons import END
from kezhi.city.truth import Truth
from kezhi.city.voices import Voices
from kezhi.errors import FolderTaken, WrongInput
from kezhi.settings import FILE

FEWEST = 50  # people, so that every defect finds a row
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class CityReport:
    """What was written: people, rows of each file (broken ones and repeats included), and the summary of the truth."""

    folder: Path
    persons: int
    orders: int
    rows: MappingProxyType[str, int]
    summary: MappingProxyType[str, Any]


def build(folder: Path, *, customers: int = 5000, seed: int = 7, progress: Progress | None = None) -> CityReport:
    """
    Write the demo company's project into *folder*: kezhi.yaml, tags.yaml, segments.yaml, features.yaml, plans.yaml, data/, truth/; an earlier city there is replaced.

    The same arguments give the same bytes, on any day. Memory: about 4 KB a customer.

    Args:
        folder: Made if absent; other files in it are left alone.
        customers: How many people the city has.
        seed: Another number gives another city.
        progress: Called with what is written, steps done and steps in all.

    Raises:
        WrongInput: Fewer than 50 customers.
        FolderTaken: The folder holds another project, or data that no city made.
    """
    if customers < FEWEST:
        raise WrongInput(problem=f"customers={customers} < {FEWEST}")
    _make_room(folder)
    (folder / FILE).write_text(settings_text(), encoding="utf-8")
    (folder / "tags.yaml").write_text(tags_text(), encoding="utf-8")
    (folder / "segments.yaml").write_text(segments_text(), encoding="utf-8")
    (folder / "features.yaml").write_text(features_text(), encoding="utf-8")
    (folder / "plans.yaml").write_text(plans.plans_text(), encoding="utf-8")
    with Files(folder) as files, Truth(folder / "truth") as truth:
        city = _City(seed, customers, files, truth, progress or _silent)
        city.write()
        orders = len(city.skeleton)
    summary = truth.summary(seed=seed, persons=customers)
    rows = {file["source_file"]: file["rows_written"] for file in summary["files"]}
    return CityReport(folder, customers, orders, MappingProxyType(rows), MappingProxyType(summary))


def _make_room(folder: Path) -> None:
    """Clear the city that stands in *folder*; anything else there that would be overwritten is left, and is an error."""
    settings = folder / FILE
    if not (settings.is_file() and settings.read_bytes().startswith(MARK.encode())):
        for name in (FILE, "tags.yaml", "segments.yaml", "features.yaml", "plans.yaml", "data", "truth"):
            if (folder / name).exists():
                raise FolderTaken(folder=str(folder), what=name)
    for made in ("data", "truth"):
        if (folder / made).exists():
            shutil.rmtree(folder / made)
    folder.mkdir(parents=True, exist_ok=True)


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


class _City:
    """The world of one seed, and the order in which it is written down."""

    def __init__(self, seed: int, count: int, files: Files, truth: Truth, progress: Progress) -> None:
        self.seed, self.files, self.truth = seed, files, truth
        progress("people", 0, 1)
        self.people: People = people(seed, count)
        self.systems: dict[str, Records] = records(seed, self.people)
        self.goods: Catalogue = catalogue(seed)
        self.skeleton = skeleton(seed, self.people, self.systems)
        self.slices = list(slices(self.skeleton))
        self.points = Points(seed, self.systems["member"])
        self.voices = Voices(seed, self.systems["app"], self.people, self.goods)
        self.chargebacks = Chargebacks(seed, len(self.people))
        self.event_parts = -(-len(self.systems["app"]) // events.SLICE)
        self.steps, self.done, self._progress = 2 + len(self.slices) + self.event_parts, 0, progress

    def write(self) -> None:
        self._step("people")
        self._persons()
        self._step("customers")
        self._customers()
        carried = None  # negative orders of the next year
        for part, year, first, end in self.slices:
            last = part == len(self.slices) - 1
            carried = self._orders(part, year, first, end, carried, last)
            self._step("orders")
        self._rings()
        for part in range(self.event_parts):
            table = events.events(self.seed, part, self.systems["app"], self.people, self.goods)
            rng = stream(self.seed, "event page", part)
            page = sales.event_page(rng, table, part, self.systems["app"], self.goods)
            defects.break_objects(rng, page, 0.00001)
            self._json(page)
            self._step("events")
        for page in (found := self.points.pages())[:2]:
            self._csv(page)
        self.truth.points(found[2])
        page, cards = plans.usage(stream(self.seed, "card usage"), self.systems["app"], self.people)
        self._json(page)
        self.truth.cards(cards)
        page, said = self.voices.page()
        self._json(page)
        self.truth.feedback(said)
        page, haunts = places(stream(self.seed, "places"), self.systems["app"])
        self._json(page)
        self.truth.places(haunts)
        page, answers, effects = campaigns(self.seed, self.systems["app"], self.people)
        self._json(page)
        self._json(answers)
        self.truth.uplift(effects)
        page, denied = self.chargebacks.page()
        self._json(page)
        self.truth.frauds(denied)
        desk = leads.leads(self.seed, len(self.people))
        self._csv(desk.leads)
        self._csv(desk.calls)
        self.truth.leads(desk.truth, leads.pick_up())

    def _step(self, what: str) -> None:
        self._progress(what, self.done, self.steps)
        self.done += 1

    def _persons(self) -> None:
        groups = exact_key_groups(self.people, self.systems)
        person = np.concatenate([held.person for held in self.systems.values()])
        label = np.concatenate([groups[source] for source in self.systems])
        smallest, largest = np.full(len(self.people), len(person)), np.full(len(self.people), -1)
        np.minimum.at(smallest, person, label)
        np.maximum.at(largest, person, label)
        self.truth.persons(self.people, smallest == largest)
        self.truth.records(self.people, self.systems, groups)

    def _customers(self) -> None:
        self._csv(customers.shop_page(stream(self.seed, "shop customers"), self.people, self.systems))
        page = customers.app_page(stream(self.seed, "app users"), self.people, self.systems)
        self._json(page)
        members = len(self.systems["member"])
        size = WORKBOOK_ROWS - WORKBOOK_ROWS // 100  # leaves room for repeated rows
        for part, first in enumerate(range(0, members, size)):
            path = layouts.MEMBERS.path.format(part=f"_{part + 1}" if members > size else "")
            rng = stream(self.seed, "members", part)
            page, numbers = customers.member_page(rng, self.people, self.systems, first, min(first + size, members), path)
            self.files.workbook(page, numbers, (layouts.MEMBERS.header("registered_at"),))
            self.truth.page(page)
        self._csv(self._product_page())
        self.truth.bundles(self.goods, bundles(self.seed, self.goods))
        self._relations()

    def _relations(self) -> None:
        net, app, shop = circles.circles(self.seed, self.people), self.systems["app"], self.systems["shop"]
        self._json(circles.relation_page(self.seed, layouts.APP_RELATIONS, net, app, None))
        self._csv(circles.relation_page(self.seed, layouts.SHOP_RELATIONS, net, shop, app))
        self.truth.circles(self.people, net)

    def _rings(self) -> None:
        """Ties, orders and refunds of the rings, below what stands in the app's files, which stays as it is without them."""
        app, net = self.systems["app"], circles.circles(self.seed, self.people)
        found = rings(self.seed, self.people, app, net.circle)
        bought, given = ring_orders(self.seed, found, self.goods, app, len(self.skeleton))
        if not len(bought.orders):
            return
        self._json(circles.relation_page(self.seed, layouts.APP_RELATIONS, found.net, app, None, "ring relations"))
        self.truth.rings(self.people, found)
        rng = stream(self.seed, "ring pages")
        both = pl.concat([bought.orders, given.orders.select(bought.orders.columns)])
        refunded = bought.orders.filter(pl.col("order_id").is_in(given.orders["refund_of"].implode()))["number"]
        none = bought.orders["order_id"].clear()
        page, truth = sales.order_page(rng, layouts.APP_ORDERS, both, refunded, none, app, self.people, END.year)
        self.truth.orders(truth)
        self._json(page)
        unreadable = truth.filter("must_reject").select("order_id")
        lines = pl.concat([_with_order(bought.lines, bought.orders), _with_order(given.lines, given.orders)])
        lines = lines.join(unreadable, on="order_id", how="anti", maintain_order="left")
        self._json(sales.line_page(rng, layouts.APP_LINES, lines, self.goods, END.year))

    def _product_page(self) -> Page:
        rng, layout = stream(self.seed, "products"), layouts.SHOP_PRODUCTS
        table = self.goods.frame.with_columns(
            list_price=defects.money_text(self.goods.price_fen), unit_cost=defects.money_text(self.goods.cost_fen)
        )
        frame = table.select(pl.col(field).alias(header) for field, header in layout.columns.items())
        page = Page("shop", "products", layout.path, frame, table["product_id"], layout.fields)
        defects.spoil_money(rng, page, layout.header("list_price"), 0.03)
        defects.drop_values(rng, page, {layout.header("unit_cost"): 0.01, layout.header("brand"): 0.01})
        defects.repeat_rows(rng, page, 0.005)
        defects.break_rows(rng, page, 0.001)
        return page

    def _orders(self, part: int, year: int, first: int, end: int, carried: Ledger | None, last: bool) -> Ledger:
        ledger = fill(self.seed, part, first, end, (self.people, self.systems, self.goods, self.skeleton))
        self.points.earn(ledger)
        self.voices.hear(part, ledger)
        self.chargebacks.hear(part, ledger)
        negative, table = refunds(self.seed, part, ledger)
        refunded = pl.concat([negative.orders["refunded_number"], table["refunded_number"]])
        now, later = _split_by_year(negative, year)
        if carried is not None and len(carried.orders):
            mine, still_later = _split_by_year(carried, year)
            now, later = _joined(mine, now), _joined(still_later, later)
        doubled = ledger.orders.filter(pl.col("order_id").is_duplicated())["order_id"].unique(maintain_order=True)
        purchases = ledger.orders.with_columns(refund_of_written=pl.lit(None, dtype=pl.String))
        for layout, lines_layout in ((layouts.SHOP_ORDERS, layouts.SHOP_LINES), (layouts.APP_ORDERS, layouts.APP_LINES)):
            source, rng = layout.source, stream(self.seed, f"{layout.source} orders", part)
            bought = purchases.filter(pl.col("source") == source)
            returned = now.orders.filter(pl.col("source") == source)
            both = pl.concat([bought, returned.select(bought.columns)])
            shared = doubled if source == "app" else doubled.clear()
            page, truth = sales.order_page(rng, layout, both, refunded, shared, self.systems[source], self.people, year)
            unreadable = truth.filter("must_reject").select("order_id")
            lines = pl.concat([_with_order(ledger.lines, bought), _with_order(now.lines, returned)]).join(
                unreadable, on="order_id", how="anti", maintain_order="left"
            )
            line_page = sales.line_page(rng, lines_layout, lines, self.goods, year)
            self.truth.orders(truth)
            if source == "shop":
                defects.break_rows(rng, page, 0.00005, last_is_open=last)
                defects.break_rows(rng, line_page, 0.00001)
                self._csv(page)
                self._csv(line_page)
                refund_page, refund_truth = sales.refund_page(rng, table, self.systems["shop"], self.people)
                defects.break_rows(rng, refund_page, 0.0001)
                self.truth.orders(refund_truth)
                self._csv(refund_page)
            else:
                defects.break_objects(rng, page, 0.00003)
                self._json(page)
                self._json(line_page)
        return later

    def _csv(self, page: Page) -> None:
        self.files.csv(page)
        self.truth.page(page)

    def _json(self, page: Page) -> None:
        numbers = ("total_fee", "discount_fee", "pay_amount", "price", "qty", "line_no", "call_minutes", "sms", "data_mb", "times", "stars",
                   "send_cost", "discount_rate")  # fmt: skip
        self.files.json_lines(page, numbers)
        self.truth.page(page)


def _split_by_year(ledger: Ledger, year: int) -> tuple[Ledger, Ledger]:
    """Negative orders of *year* and those of later years, each with its lines."""
    here = ledger.orders.filter(pl.col("ordered_at").dt.year() <= year)
    later = ledger.orders.filter(pl.col("ordered_at").dt.year() > year)
    return tuple(
        Ledger(part, ledger.lines.join(part.select("number"), on="number", how="semi", maintain_order="left")) for part in (here, later)
    )  # type: ignore[return-value]


def _joined(first: Ledger, second: Ledger) -> Ledger:
    return Ledger(pl.concat([first.orders, second.orders]), pl.concat([first.lines, second.lines]))


def _with_order(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """The *lines* of *orders*, with their order id."""
    return lines.join(orders.select("number", "order_id"), on="number", how="inner", maintain_order="left")

"""The kinds of rows that metrics count: which tables they come from, their columns, their day and their dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kezhi.kit.ages import age_band
from kezhi.kit.days import day, midnight
from kezhi.kit.engine import _, ibis, ir
from kezhi.tables import LEDGER, ORDER_LINES, POINTS, PRODUCTS, PROFILE, Table

Tables = Mapping[str, ir.Table]

PROFILE_COLUMNS = PROFILE.types | {"age_band": "string"}
PROFILE_DIMENSIONS = (
    "gender", "age_band", "province", "city", "occupation", "rfm_group", "lifecycle_stage",
    "favourite_category", "favourite_brand", "favourite_channel", "favourite_store",
    "member_level",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grain:
    """
    One kind of rows.

    Attributes:
        needs: Tables of the lake that must be there; `uses` are read where they are.
        columns: What each row has, name to Ibis type; every row of a customer can also read the customer's `profile`.
        time: The column with the day a row belongs to; None for stocks.
        dimensions: Own columns that figures may be split by, beside those of the profile.
        build: The rows before an as-of day.
    """

    name: str
    needs: tuple[str, ...]
    columns: Mapping[str, str]
    time: str | None
    dimensions: tuple[str, ...]
    build: Callable[[Tables, date], ir.Table]
    uses: tuple[str, ...] = ()

    def days(self) -> tuple[str, ...]:
        """Columns that say a day."""
        return tuple(name for name, kind in self.columns.items() if kind == "date")


def with_age_band(profile: ir.Table) -> ir.Table:
    """*profile* with the band of its ages."""
    return profile.mutate(age_band=age_band(profile.age_years))


def _profile(tables: Tables, _as_of: date) -> ir.Table:
    return with_age_band(tables["profile"])


def _ledger(tables: Tables, as_of: date) -> ir.Table:
    rows = tables["ledger"].filter(_.ordered_at < midnight(as_of))
    return rows.mutate(ordered_on=day(rows.ordered_at))


_SALE = ("customer_id", "ordered_at", "ordered_on", "channel", "store", "is_purchase", "is_refund", "is_netted")
_PRODUCT = ("product_name", "category", "brand")


def _lines(tables: Tables, as_of: date) -> ir.Table:
    lines = tables["order_lines"]
    sold = lines.inner_join(_ledger(tables, as_of).select("order_id", *_SALE), "order_id").select(*lines.columns, *_SALE)
    if "products" not in tables:
        return sold.mutate(**{name: ibis.null("string") for name in _PRODUCT})
    return sold.left_join(tables["products"].select("product_id", *_PRODUCT), "product_id").select(*sold.columns, *_PRODUCT)


def _events(tables: Tables, as_of: date) -> ir.Table:
    rows = tables["events"].filter(_.occurred_at < midnight(as_of))
    return rows.select(
        "event_id", "customer_id", "event_name", "session_id", "channel", "product_id", "page", occurred_on=day(rows.occurred_at)
    )


def _bookings(tables: Tables, as_of: date) -> ir.Table:
    rows = tables["point_entries"].filter(_.booked_at < midnight(as_of))
    return rows.select("entry_id", "customer_id", "source", booked_on=day(rows.booked_at), booking="kind", booked_points="points")


def _reach(tables: Tables, _as_of: date) -> ir.Table:
    people = tables["customers"]
    return people.select("customer_id", has_phone=_.phone.notnull(), has_email=_.email.notnull(), has_wechat=_.wechat_id.notnull())


def _of(table: Table, *more: tuple[str, str]) -> dict[str, str]:
    return table.types | dict(more)


_LEDGER_COLUMNS = _of(LEDGER, ("ordered_on", "date"))

GRAINS: dict[str, Grain] = {
    grain.name: grain
    for grain in (
        Grain("profile", ("profile",), PROFILE_COLUMNS, None, PROFILE_DIMENSIONS, _profile),
        Grain("ledger", ("ledger",), _LEDGER_COLUMNS, "ordered_on", ("channel", "store", "payment_method", "source"), _ledger),
        Grain(
            "lines",
            ("ledger", "order_lines"),
            _of(ORDER_LINES) | {name: _LEDGER_COLUMNS[name] for name in _SALE} | {name: PRODUCTS.column(name).type for name in _PRODUCT},
            "ordered_on",
            ("category", "brand", "product_id", "product_name", "channel", "store"),
            _lines,
            uses=("products",),
        ),
        Grain(
            "events",
            ("events",),
            dict.fromkeys(("event_id", "customer_id", "event_name", "session_id", "channel", "product_id", "page"), "string")
            | {"occurred_on": "date"},
            "occurred_on",
            ("event_name", "channel", "product_id", "page"),
            _events,
        ),
        Grain(
            "points",
            ("point_entries",),
            {
                "entry_id": "string",
                "customer_id": "string",
                "source": "string",
                "booked_on": "date",
                "booking": "string",
                "booked_points": POINTS,
            },
            "booked_on",
            ("source",),
            _bookings,
        ),
        Grain(
            "reach",
            ("customers",),
            {"customer_id": "string"} | dict.fromkeys(("has_phone", "has_email", "has_wechat"), "boolean"),
            None,
            (),
            _reach,
        ),
    )
}

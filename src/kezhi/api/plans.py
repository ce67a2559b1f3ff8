"""Price plans on frames of any kind: bills, the best plan of each customer, what must not be sold to whom."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kezhi.api.kinds import as_ibis, like
from kezhi.api.plan_forms import in_megabytes, names_of, nearest, read_plans
from kezhi.api.usage_frames import Usage, kinds_there, read_usage
from kezhi.decide.plans import kinds
from kezhi.errors import WrongInput
from kezhi.flow.plans import Rated
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.settings import EngineSettings, Settings

Columns = Mapping[str, str] | None


def bills(
    usage: Any,
    plans: Any,
    *,
    current: Any = None,
    add_ons: bool = False,
    columns: Columns = None,
    rounding: Mapping[str, Any] | None = None,
) -> Any:
    """
    What every customer's months of use would have cost with every plan.

    Args:
        usage: One row per call, session, message or reading, or per month: `customer_id` (or user_id), a time (`month`,
            `used_at`, a `…_date`), and either a column per kind of use that the plans charge (`minutes`, `messages`, `megabytes`,
            `kwh`, …) or `kind` and `quantity`. A dictionary of kind to such a table is taken too; a table without a
            quantity counts its rows. `plan` names the customer's present plan, `account_id` who pays for several
            lines. Null is no use; a month without a row is not billed.
        plans: Path of a plans.yaml or its folder, its content as a dictionary, a list of plans, or a flat table with a row per
            plan (`plan`, `monthly_fee`, `minutes_included`, `price_per_minute`, …); docs/how-to/price-plans.md.
        current: Present plans: a table or dictionary of customer to plan, or one plan for all; before the column of usage.
        add_ons: Also every plan with every allowed set of add-ons.
        columns: Our names -> the columns of usage.
        rounding: For flat tables: kind -> `record` (each call rounded up to one unit) or `month` (the month's sum).

    Returns:
        One row per customer, month and plan: customer_id, month, plan, add_ons, fee, `<charge>_charge` per charge,
        usage_charge, discount, top_up (to the least bill), total = fee + usage_charge - discount + top_up; is_current
        where present plans are known. Money is decimal. Ids, months and the kind of frame are as they came; ordered by customer,
        month and plan.

    Raises:
        SettingsWrong: The plans are not sound; says which key, and for a file the line.
        WrongInput: Usage lacks a column, or a value is below 0, no number or no time; says which and how many.
    """
    with _rated(usage, plans, columns, rounding) as found:
        made = found.bench.arrow(found.rated.bills(add_ons=add_ons))
        order = {offer.label: number for number, offer in enumerate(found.rated.offers)}
        label = pc.if_else(
            pc.equal(made["add_ons"], ""),
            made["plan"],
            pc.binary_join_element_wise(made["plan"], pc.replace_substring(made["add_ons"], ",", "+"), "+"),
        )
        now = found.current(current)
        if now is not None:
            known = dict(zip(now["customer_id"].to_pylist(), now["plan"].to_pylist(), strict=True))
            have = pc.take(
                pa.array(list(known.values()), pa.string()), pc.index_in(made["customer_id"], value_set=pa.array(list(known), pa.string()))
            )
            made = made.append_column("is_current", pc.fill_null(pc.equal(have, label), False))
        place = pc.take(pa.array(list(order.values()), pa.int64()), pc.index_in(label, value_set=pa.array(list(order), pa.string())))
        return found.out(made.append_column("place", place), ("customer_id", "month", "place"))


def best_plan(
    usage: Any,
    plans: Any,
    *,
    current: Any = None,
    columns: Columns = None,
    rounding: Mapping[str, Any] | None = None,
    currency: str = "CNY",
) -> Any:
    """
    The plan, with add-ons, that would have cost each customer least; arguments as for `bills`.

    Args:
        usage: As for `bills`.
        plans: As for `bills`; those with a `company` are competitors', and are compared but never advised.
        current: As for `bills`. Where it is not known, the best plan is compared with the next best one.
        columns: As for `bills`.
        rounding: As for `bills`.
        currency: Named in the sentences.

    Returns:
        `tables.BEST_PLAN`, one row per customer and ordered by it, in the kind of frame that came.

    Raises:
        SettingsWrong: As for `bills`.
        WrongInput: As for `bills`; also where no own plan is on sale, or a present plan is not one of *plans*.
    """
    return _answer("best_plan", usage, plans, current, columns, rounding, currency)


def blocked_plans(
    usage: Any, plans: Any, *, current: Any = None, columns: Columns = None, rounding: Mapping[str, Any] | None = None
) -> Any:
    """`tables.BLOCKED_PLANS`: own plans on sale that would have cost a customer more than the present one; as `best_plan`."""
    return _answer("blocked_plans", usage, plans, current, columns, rounding, "CNY")


def plan_review(usage: Any, plans: Any, *, current: Any = None, columns: Columns = None, rounding: Mapping[str, Any] | None = None) -> Any:
    """`tables.PLAN_REVIEW`: every plan, a competitor's too, against all customers' months; arguments and errors as `best_plan`."""
    return _answer("plan_review", usage, plans, current, columns, rounding, "CNY")


def _answer(name: str, usage: Any, plans: Any, current: Any, columns: Columns, rounding: Mapping[str, Any] | None, currency: str) -> Any:
    with _rated(usage, plans, columns, rounding) as found:
        now = found.current(current)
        kept = None if now is None else found.bench.keep(now.schema, now.to_batches())
        made = found.bench.arrow(found.rated.best(kept, currency=currency)[name])
        keys = [key for key in ("customer_id", "plan") if key in made.column_names]
        return found.out(made, keys)


@dataclass(frozen=True)
class _Found:
    """Use that can be billed, and how to give answers back."""

    frame: Any
    usage: Usage
    settings: Settings
    rated: Rated
    bench: Warehouse

    def current(self, given: Any) -> pa.Table | None:
        """customer_id and plan as *given*, else as usage says; plans by their keys."""
        now = self.usage.plans if given is None else _present(given, self.usage.table["customer_id"])
        if now is None:
            return None
        now = now.filter(pc.is_valid(now["plan"]))
        keys = {offer.label: offer.label for offer in self.rated.offers} | dict(names_of(self.settings))
        said = now["plan"].to_pylist()
        unknown = [plan for plan in said if plan not in keys]
        if unknown:
            hint = nearest(unknown[0], list(keys))
            raise WrongInput(problem=Phrase("plans.unknown_current", rows=len(unknown), plan=unknown[0], hint=hint))
        plans = pa.array([keys[plan] for plan in said], pa.string())
        return pa.table({"customer_id": now["customer_id"].cast(pa.string()), "plan": plans})

    def out(self, made: pa.Table, order: Sequence[str]) -> Any:
        """*made* in *order*, with ids and months as they came, in the kind of frame that came; the column `place` only orders."""
        if "customer_id" in made.column_names:
            ids = made["customer_id"].cast(self.usage.customer_type)
            made = made.set_column(made.column_names.index("customer_id"), "customer_id", ids)
        made = made.sort_by([(name, "ascending") for name in order])
        made = made.drop_columns(["place"]) if "place" in made.column_names else made
        if "month" in made.column_names:
            made = made.set_column(made.column_names.index("month"), "month", self.usage.month_out(made["month"]))
        if isinstance(self.frame, list):
            return made.to_pylist()
        return like(self.frame, made)


@contextmanager
def _rated(usage: Any, plans: Any, columns: Columns, rounding: Mapping[str, Any] | None) -> Iterator[_Found]:
    """*usage* and *plans* read and checked, in an engine of their own that is gone afterwards."""
    settings = read_plans(plans, rounding)
    if "gigabytes" in kinds(settings) and "gigabytes" not in (there := kinds_there(usage, columns)) and "megabytes" in there:
        settings = in_megabytes(settings)
    by_clock = any(charge.hours or charge.weekdays for plan in settings.plans for charge in plan.charges.values())
    read = read_usage(usage, kinds(settings), columns, needs_clock=by_clock)
    frame = next(iter(usage.values())) if isinstance(usage, Mapping) and not hasattr(usage, "columns") else usage
    with tempfile.TemporaryDirectory(prefix="kezhi-") as folder, Warehouse(EngineSettings(), Path(folder)) as bench:
        use = bench.keep(read.table.schema, read.table.to_batches())
        yield _Found(frame, read, settings, Rated(use, settings, bench), bench)


def _present(given: Any, customers: pa.ChunkedArray) -> pa.Table:
    """customer_id and plan (text) of *given*."""
    if isinstance(given, str):
        ids = pc.unique(customers)
        return pa.table({"customer_id": ids, "plan": pa.array([given] * len(ids), pa.string())})
    if isinstance(given, Mapping) and not hasattr(given, "columns"):
        return pa.table(
            {
                "customer_id": pa.array([str(key) for key in given], pa.string()),
                "plan": pa.array([None if v is None else str(v) for v in given.values()], pa.string()),
            }
        )
    table: ir.Table | None = as_ibis(given) if hasattr(given, "columns") or hasattr(given, "column_names") else None
    if table is None:
        raise WrongInput(problem=Phrase("plans.bad_current"))
    customer = next((name for name in ("customer_id", "user_id", "account_id") if name in table.columns), None)
    plan = next((name for name in ("plan", "current_plan", "plan_name", "plan_id") if name in table.columns), None)
    if customer is None or plan is None:
        raise WrongInput(problem=Phrase("plans.bad_current"))
    found = table.select(customer, plan).to_pyarrow().rename_columns(["customer_id", "plan"])
    found = pa.table({name: found[name].cast(pa.string()) for name in found.column_names}).filter(pc.is_valid(found["customer_id"]))
    return found.group_by("customer_id", use_threads=False).aggregate([("plan", "last")]).rename_columns(["customer_id", "plan"])

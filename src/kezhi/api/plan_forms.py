"""Plans as they come: a path, dictionaries in the form of plans.yaml, or a flat table with a row per plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kezhi.api.kinds import as_ibis
from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.settings import PLANS_FILE, PlanSettings, Settings, checked_plans, load_plans

# Names that people give to kinds of use. A gigabyte is 1024 megabytes, as tariffs count.
KINDS = {
    "minutes": ("minute", "min", "mins", "call_minutes", "minutes_used", "voice", "voice_minutes", "calls_minutes", "duration", "分钟", "通话分钟"),
    "messages": ("message", "sms", "text", "texts", "messages_sent", "sms_count", "短信"),
    "megabytes": ("mb", "megabyte", "mb_used", "data_mb", "mbs", "流量mb"),
    "gigabytes": ("gb", "gigabyte", "gb_used", "data_gb", "gbs", "流量gb"),
    "kwh": ("kilowatt_hour", "kilowatt_hours", "energy_kwh", "电量"),
}  # fmt: skip
MEGABYTES = Decimal(1024)
_KEYS = ("key", "plan", "plan_name", "plan_id", "plan_key", "tariff", "name")
_FEES = re.compile(r"^(monthly_fee|fixed_fee|fee|base_fee|base_price|monthly_rate|([a-z]{3}_)?monthly_(pay|price|fee|charge)|月费)$")
_INCLUDED = re.compile(r"^(?:(?P<a>\w+?)(?:_per_month)?_(?:included|allowance)|(?:included|free)_(?P<b>\w+?))$")
_PRICE = re.compile(
    r"^(?:(?:[a-z]{3}_|price_|fee_|rate_)?per_(?P<a>\w+)|(?P<b>\w+?)_(?:price|rate|overage|overage_price)|price_(?P<c>\w+))$"
)
_WHOLE = ("name_en", "company", "on_sale", "monthly_cost", "minimum", "cap")


def read_plans(plans: Any, rounding: Mapping[str, Any] | None = None) -> Settings:
    """
    Checked settings that hold *plans*.

    Args:
        plans: Path of a plans file or of the folder that holds `plans.yaml`; a dictionary with `plans` and perhaps
            `add_ons` and `unit_costs`; a list of dictionaries, each a plan; a table with a row per plan; `Settings`.
        rounding: For flat tables, how each kind is rounded: kind -> `record`, `month`, or a rounding as in plans.yaml.

    Raises:
        SettingsWrong: A key or value is wrong; says the nearest known key, and for a file the line.
        WrongInput: Not a form of plans, or a column of a flat table that nobody understands.
    """
    if isinstance(plans, Settings):
        return plans
    if isinstance(plans, (str, Path)):
        path = Path(plans)
        return load_plans(path / PLANS_FILE if path.is_dir() else path)
    if isinstance(plans, PlanSettings):
        plans = [plans]
    if isinstance(plans, Mapping):
        if "plans" in plans:
            inner = dict(plans)
            return checked_plans({**inner, "plans": _listed(inner["plans"], rounding)})
        if "key" not in plans and plans and all(isinstance(value, Mapping) for value in plans.values()):
            plans = [{"key": str(key), **value} for key, value in plans.items()]
        else:
            plans = [plans]
    return checked_plans({"plans": _listed(plans, rounding)})


def _listed(plans: Any, rounding: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if isinstance(plans, (list, tuple)):
        rows = [one.model_dump(exclude_unset=True) if isinstance(one, PlanSettings) else one for one in plans]
        if not all(isinstance(one, Mapping) for one in rows):
            raise WrongInput(problem=Phrase("plans.not_plans", kind=type(plans).__name__))
    else:
        if not (hasattr(plans, "columns") or hasattr(plans, "column_names")):
            raise WrongInput(problem=Phrase("plans.not_plans", kind=type(plans).__name__))
        rows = as_ibis(plans).to_pyarrow().to_pylist()
    return [_plan(dict(row), rounding or {}) for row in rows]


def _plan(row: dict[str, Any], rounding: Mapping[str, Any]) -> dict[str, Any]:
    """*row* in the form of plans.yaml: as it is when it has that form, else its flat columns sorted into charges."""
    nested = set(PlanSettings.model_fields)
    is_flat = "charges" not in row and any(name not in nested and _flat_name(name) for name in row)
    if not is_flat:
        if "key" not in row:
            for name in _KEYS[1:-1]:
                if name in row:
                    row = {"key": row[name], **{other: value for other, value in row.items() if other != name}}
                    break
            else:
                if "name" in row:
                    row = {"key": row["name"], **row}
        return {name: str(value) if name == "key" and isinstance(value, int) else value for name, value in row.items()}
    row = {name: value for name, value in row.items() if value is not None and value == value}
    key = next((row[name] for name in _KEYS if name in row), None)
    if key is None:
        raise WrongInput(problem=Phrase("plans.no_key"))
    made: dict[str, Any] = {"key": str(key)}
    if "name" in row:
        made["name"] = str(row["name"])
    priced: dict[str, tuple[Any, Any]] = {}
    included: dict[str, tuple[Any, Any]] = {}
    for name, value in row.items():
        lower = name.strip().lower()
        if name in _KEYS:
            continue
        if name in _WHOLE:
            made[name] = value
        elif _FEES.match(lower):
            _put(made, "monthly_fee", value, key)
        elif (found := _INCLUDED.match(lower)) is not None:
            _put(included, canonical(found["a"] or found["b"]), value, key)
        elif (found := _PRICE.match(lower)) is not None:
            _put(priced, canonical(found["a"] or found["b"] or found["c"]), value, key)
        else:
            near = get_close_matches(lower, ["monthly_fee", "minutes_included", "price_per_minute", *_WHOLE, *_KEYS], n=1)
            hint = Phrase("plans.flat_nearest", near=near[0]) if near else ""
            raise WrongInput(problem=Phrase("plans.flat_column", column=name, hint=hint))
    made["charges"] = _charges(included, priced, rounding)
    return made


def _charges(included: Mapping[str, Any], priced: Mapping[str, Any], rounding: Mapping[str, Any]) -> dict[str, Any]:
    """Charges by kind; gigabytes are told in megabytes where one of the two amounts is."""
    in_megabytes = "gigabytes" in {*included, *priced} and "megabytes" in {*included, *priced}
    found: dict[str, dict[str, Any]] = {}
    for kind, value in included.items():
        if in_megabytes and kind == "gigabytes":
            found.setdefault("megabytes", {})["included"] = Decimal(str(value)) * MEGABYTES
        else:
            found.setdefault(kind, {})["included"] = value
    for kind, value in priced.items():
        if in_megabytes and kind == "gigabytes":
            found.setdefault("megabytes", {}).update(price=value, per=MEGABYTES)
        else:
            found.setdefault(kind, {})["price"] = value
    for kind, charge in found.items():
        charge.setdefault("price", 0)
        asked = rounding.get(kind) or next((value for name, value in rounding.items() if canonical(name) == kind), None)
        if asked is not None:
            charge["rounding"] = {"per": asked, "unit": charge.get("per", 1)} if isinstance(asked, str) else dict(asked)
    return found


def _put(into: dict[str, Any], name: str, value: Any, plan: Any) -> None:
    if name in into:
        raise WrongInput(problem=Phrase("plans.two_forms", plan=plan, what=name))
    into[name] = value


def _flat_name(name: str) -> bool:
    lower = str(name).strip().lower()
    return any(pattern.match(lower) for pattern in (_FEES, _INCLUDED, _PRICE))


def canonical(name: str) -> str:
    """The usual name of a kind of use, where *name* is another word for one; else *name*."""
    lower = str(name).strip().lower()
    return next((kind for kind, words in KINDS.items() if lower == kind or lower in words), str(name))


def in_megabytes(settings: Settings) -> Settings:
    """*settings* with what is charged by the gigabyte counted in megabytes, exactly."""
    plans = []
    for plan in settings.plans:
        charges = {}
        for name, charge in plan.charges.items():
            if (charge.kind or name) == "gigabytes":
                changed = charge.model_copy(
                    update={
                        "kind": "megabytes",
                        "included": charge.included * MEGABYTES,
                        "per": charge.per * MEGABYTES,
                        "rounding": [one.model_copy(update={"unit": one.unit * MEGABYTES}) for one in charge.rounding],
                        "tiers": [t.model_copy(update={"up_to": None if t.up_to is None else t.up_to * MEGABYTES}) for t in charge.tiers],
                    }
                )
                charges[name] = changed
            else:
                charges[name] = charge
        plans.append(plan.model_copy(update={"charges": charges}))
    gigabytes = {name for plan in settings.plans for name, one in plan.charges.items() if (one.kind or name) == "gigabytes"}
    added = [
        one.model_copy(update={"included": {n: q * MEGABYTES if n in gigabytes else q for n, q in one.included.items()}})
        for one in settings.add_ons
    ]
    costs = dict(settings.unit_costs)
    if "gigabytes" in costs:
        costs["megabytes"] = costs.pop("gigabytes") / MEGABYTES
    return settings.model_copy(update={"plans": plans, "add_ons": added, "unit_costs": costs})


def names_of(settings: Settings) -> Mapping[str, str]:
    """Whatever a plan may be called by -> its key."""
    found: dict[str, str] = {}
    for plan in settings.plans:
        for word in (plan.name_en, plan.name):
            if word:
                found.setdefault(word, plan.key)
    return {**found, **{plan.key: plan.key for plan in settings.plans}}


def nearest(word: str, known: Sequence[str]) -> Phrase | str:
    """A hint at the one of *known* that *word* may mean."""
    near = get_close_matches(str(word), known, n=1)
    return Phrase("plans.flat_nearest", near=near[0]) if near else ""

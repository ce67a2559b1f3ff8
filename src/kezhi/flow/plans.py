"""Best plans from use to finished tables, in parts of customers, so that memory does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa

from kezhi.decide.plans import MICRO, MOST_USE, Measure, Offer, Replay, advice, choosing, kinds, measures, monthly_use, offers, use_column
from kezhi.errors import WrongInput
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.days import midnight
from kezhi.kit.engine import arrow_schema, ibis, ir, sieve, typed
from kezhi.locales import Phrase
from kezhi.settings import Settings
from kezhi.tables import MONEY, PLANS, USAGE

PART = 500_000  # payers of one part; what their offers cost is held at one time


class Rated:
    """Use by month, checked and settled, and the offers that can bill it."""

    def __init__(self, use: ir.Table, settings: Settings, bench: Warehouse) -> None:
        self.settings, self.bench = settings, bench
        self.kinds = kinds(settings)
        self.offers: tuple[Offer, ...] = offers(settings)
        self.measures: tuple[Measure, ...] = measures(self.offers)
        self.months = bench.settle(monthly_use(use, self.measures, self.kinds))
        self._check()

    def _check(self) -> None:
        """What a month comes to must stay within exact arithmetic; also tells how many payers and lines there are."""
        rows = self.months
        tops = {f"raw_{number}": rows[f"raw_{number}"].max() for number in range(len(self.kinds))}
        rounded = {f"m{number}": rows[f"m{number}"].max() for number in range(len(self.measures))}
        lines = rows.group_by("customer_id").aggregate(lines=rows.line_id.nunique())
        split = self.bench.arrow(lines.aggregate(several=(lines.lines > 1).any())).to_pylist()[0]["several"]
        found = self.bench.arrow(rows.aggregate(payers=rows.customer_id.nunique(), **tops, **rounded)).to_pylist()[0]
        self.payers = int(found["payers"] or 0)
        self.has_accounts = bool(split)
        named = [*self.kinds, *(measure.kind for measure in self.measures)]
        for name, kind in zip((*tops, *rounded), named, strict=True):
            if (found[name] or 0) > MOST_USE * MICRO:
                raise WrongInput(problem=Phrase("plans.too_much", kind=kind, limit=f"{MOST_USE:,}"))

    def parts(self) -> list[ir.Table]:
        """The months in parts of about `PART` payers."""
        count = -(-self.payers // PART)
        if count <= 1:
            return [self.months]
        numbered = self.bench.settle(self.months.mutate(part=(sieve(self.months.customer_id) % count + count) % count))
        return [numbered.filter(numbered.part == number).drop("part") for number in range(count)]

    def replay(self, months: ir.Table) -> Replay:
        """*months* ready to be billed."""
        costs = [float(self.settings.unit_costs[kind]) * 100 / MICRO if kind in self.settings.unit_costs else None for kind in self.kinds]
        return Replay(months, self.offers, has_accounts=self.has_accounts, measures=self.measures, unit_costs=costs, bench=self.bench)

    def bills(self, *, add_ons: bool) -> ir.Table:
        """customer_id, month, plan, add_ons, fee, `<charge>_charge` per charge of any plan, usage_charge, discount, top_up, total."""
        replay = self.replay(self.months)
        wanted = [offer for offer in self.offers if add_ons or not offer.add_ons]
        names = list(dict.fromkeys(charge.name for offer in wanted for charge in offer.charges))
        parts = []
        for offer in wanted:
            made = replay.bills(offer)
            mine = {charge.name for charge in offer.charges}
            zero = ibis.literal("0").cast(MONEY)
            parts.append(
                made.select(
                    "customer_id",
                    "month",
                    plan=ibis.literal(offer.plan.key),
                    add_ons=ibis.literal(",".join(offer.add_ons)),
                    fee=advice.money(made.fee),
                    **{f"{name}_charge": advice.money(made[f"charge_{name}"]) if name in mine else zero for name in names},
                    **{name: advice.money(made[name]) for name in ("usage_charge", "discount", "top_up", "total")},
                )
            )
        return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]

    def best(self, current: ir.Table | None, *, currency: str) -> dict[str, ir.Table]:
        """
        `best_plan`, `best_plan_months`, `blocked_plans` and `plan_review`, settled.

        Args:
            current: customer_id and plan (a key, with add-ons after a plus each); None where no plan is known.
            currency: Code of the currency.

        Raises:
            WrongInput: The company has no plan on sale.
        """
        if not any(offer.is_own and offer.plan.on_sale for offer in self.offers):
            raise WrongInput(problem=Phrase("plans.nothing_on_sale"))
        bench, made = self.bench, []
        for months in self.parts():
            replay = self.replay(months)
            found = bench.settle(choosing.totals(replay, self.offers))
            picks = choosing.chosen(found, current, self.offers, bench)
            both = bench.settle(choosing.side_by_side(replay, picks, self.offers))
            verdicts = bench.settle(choosing.verdicts(picks, both))
            made.append((found, both, verdicts, bench.settle(choosing.blocked(found, verdicts))))
        found, both, verdicts, stopped = (_together([part[place] for part in made]) for place in range(4))
        return {
            "best_plan": bench.settle(advice.best_plan(verdicts, self.offers, currency=currency)),
            "best_plan_months": advice.months(both),
            "blocked_plans": advice.blocked(stopped, self.offers),
            "plan_review": advice.review(found, verdicts, stopped, self.offers),
        }


def wide_use(usage: ir.Table, known: Sequence[str]) -> ir.Table:
    """`tables.USAGE` as `decide.plans` takes it: a column per kind, in millionths."""
    micros = (usage.quantity * float(MICRO) + 0.5).floor().cast("int64")  # the nearest millionth
    columns: Mapping[str, ir.Value] = {
        use_column(kind, known): ibis.cases((usage.kind == kind, micros), else_=ibis.null("int64")) for kind in known
    }
    return usage.select("customer_id", "line_id", "used_at", **columns)


def declared(settings: Settings, bench: Warehouse) -> Mapping[str, ir.Table]:
    """`tables.PLANS` of the project's definitions; nothing where there are none."""
    if not settings.plans:
        return {}
    sets = Counter(offer.plan.key for offer in offers(settings))
    rows = [
        {
            "plan": plan.key,
            "plan_name": plan.name or plan.key,
            "plan_name_en": plan.name_en or None,
            "company": plan.company or None,
            "on_sale": plan.on_sale,
            "monthly_fee": plan.monthly_fee.quantize(Decimal("0.01")),
            "offers": sets[plan.key],
            "definition": plan.model_dump_json(exclude_unset=True),
        }
        for plan in settings.plans
    ]
    schema = arrow_schema(PLANS)
    made = pa.Table.from_pylist(rows, schema=schema)
    return {"plans": bench.keep(made.schema, made.to_batches())}


def assigned_use(use: ir.Table, links: ir.Table) -> ir.Table:
    """`tables.USAGE` of `tables.CLEAN_USAGE`: the user's record is the line, the customer who pays is of the account's record, else of the user's."""
    owners = links.select(owner_record=links.record_id, owner=links.customer_id)
    payer = use.mutate(payer=ibis.coalesce(use.account_id, use.record_id))
    joined = payer.inner_join(owners, payer.payer == owners.owner_record)
    made = joined.mutate(customer_id=joined.owner, line_id=joined.record_id)
    return typed(made, USAGE.types)


def plan_tables(usage: ir.Table, *, settings: Settings, as_of: date, bench: Warehouse) -> Mapping[str, ir.Table]:
    """
    The tables of the step `best_plan`.

    Args:
        usage: `tables.USAGE`. Counted are whole months before *as_of*: a month that still goes on would be billed a full fee.
        settings: Of the project.
        as_of: The first day not seen.
        bench: The engine.
    """
    seen = usage.filter(usage.used_at < midnight(as_of.replace(day=1)))
    known = kinds(settings)
    keys = {key: key for offer in offers(settings) for key in (offer.label,)}
    names = {word: plan.key for plan in settings.plans for word in (plan.name_en, plan.name) if word}
    present = latest_plans(seen)
    by_key = [(present.plan == said, ibis.literal(key)) for said, key in {**names, **keys}.items()]
    current = bench.settle(present.mutate(plan=ibis.cases(*by_key, else_=ibis.null("string"))))
    # one customer may have several records of one system: they are lines of one bill only where an account says so
    return Rated(wide_use(seen, known), settings, bench).best(current, currency=settings.currency)


def latest_plans(usage: ir.Table) -> ir.Table:
    """customer_id and plan of the newest record of each payer that names one; of several at one time the last by name."""
    known = usage.filter(usage.plan.notnull())
    numbered = known.mutate(
        turn=ibis.row_number().over(group_by=known.customer_id, order_by=[ibis.desc(known.used_at), ibis.desc(known.plan)])
    )
    return numbered.filter(numbered.turn == 0).select("customer_id", "plan").distinct()


def _together(parts: Sequence[ir.Table]) -> ir.Table:
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]

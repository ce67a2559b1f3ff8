"""The order in which raw tables become clean ones; what is decided where stands in the package's docstring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kezhi.clean import bookings, ledger, lines, orders, people, products, relations, sales
from kezhi.clean.alone import ALONE, Alone
from kezhi.clean.own_rows import own_repeats
from kezhi.clean.quality import quality
from kezhi.clean.repeats import FATE
from kezhi.clean.typing import ORIGIN, TypedRows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.kit.reading import stages_apart, text_of
from kezhi.settings import Settings
from kezhi.tables import CLEAN_ORDERS, CORRECTIONS, ORDER_LINES, REJECTS

_REASON = {"source_file": "string", "source_line": "int64", "reason": "string", "detail": "string"}


def clean(
    raw: Mapping[str, ir.Table], read_rejects: ir.Table, files: ir.Table, *, settings: Settings, today: date, bench: Workbench
) -> dict[str, ir.Table]:
    """
    One fact, one form: typed tables from raw text, each change logged, each row accounted for.

    Args:
        raw: Some of `tables.INPUTS` by name, each with `tables.raw_schema(name)`, all sources together.
        read_rejects: `tables.REJECTS` of rows that could not be parsed.
        files: source, table_name, source_file, rows_in (rejected rows included), one row per file and table.
        settings: Sources, their mapping and habits; `clean`.
        today: The last day that data may know of where a source has no `extracted_on`.
        bench: Where intermediate results are settled.

    Returns:
        rejects, corrections, reconciliation and quality, and those of customer_records, products, clean_orders,
        order_lines, clean_events, clean_usage, clean_relations, clean_memberships, clean_point_entries, clean_feedback,
        clean_place_visits, leads, calls, chargebacks and clean_treatments whose inputs are there, as `tables.TABLES` says.
    """
    return _Cleaning(raw, read_rejects, files, settings=settings, today=today, bench=bench).tables()


@dataclass(slots=True)
class _Part:
    """One input on its way: its typed rows, what became of rows that do not go on, further corrections."""

    rows: TypedRows
    fates: ir.Table
    reasons: list[ir.Table] = field(default_factory=list)
    corrections: list[ir.Table] = field(default_factory=list)


class _Cleaning:
    def __init__(
        self, raw: Mapping[str, ir.Table], read_rejects: ir.Table, files: ir.Table, *, settings: Settings, today: date, bench: Workbench
    ) -> None:
        self.raw, self.read_rejects, self.files = raw, read_rejects, files
        self.settings, self.today, self.bench = settings, today, bench
        self.merge = settings.clean.merge_duplicate_rows
        self.parts: dict[str, _Part] = {}
        self.made: dict[str, ir.Table] = {}
        self.named: list[ir.Table] = []  # source and record_id of buyers and actors

    def tables(self) -> dict[str, ir.Table]:
        self._people()
        self._flat_sales()
        self._products()
        self._orders()
        for one in ALONE:
            if one.input in self.raw:
                self._alone(one)
        self._records()
        self._relations()
        self._ledger()
        return self.made

    def _part(self, rows: TypedRows, fates: ir.Table) -> _Part:
        part = _Part(rows, self.bench.settle(typed(fates, FATE)))
        self.parts[rows.input.name] = part
        return part

    def _people(self) -> None:
        if "customer_records" in self.raw:
            rows = people.type_records(self.raw["customer_records"], settings=self.settings, today=self.today, bench=self.bench)
            self._part(rows, own_repeats(rows, merge=self.merge, newest="updated_at", bench=self.bench))

    def _flat_sales(self) -> None:
        if "sales" not in self.raw:
            return
        rows = sales.type_sales(self.raw["sales"], settings=self.settings, today=self.today, bench=self.bench)
        part = self._part(rows, sales.sales_fates(rows, merge=self.merge, bench=self.bench))
        self.sold = sales.sales_rows(rows, part.fates, settings=self.settings, bench=self.bench)
        self.sold_orders = sales.sales_orders(self.sold, settings=self.settings, today=self.today, bench=self.bench)
        part.corrections.append(self._spend_became_refund(rows, self.sold))

    def _products(self) -> None:
        found = None
        if "products" in self.raw:
            rows = products.type_products(self.raw["products"], settings=self.settings, bench=self.bench)
            part = self._part(rows, own_repeats(rows, merge=self.merge, bench=self.bench))
            found = products.good_products(rows, part.fates)
        sold = self.sold.mutate(sold_at=self.sold.ordered_at) if "sales" in self.raw else None
        if found is not None or sold is not None:
            self.made["products"] = self.bench.settle(products.as_products(found, sold, settings=self.settings))

    def _orders(self) -> None:
        booked, good_lines = [], None
        if "order_lines" in self.raw:
            typed_lines = lines.type_lines(self.raw["order_lines"], settings=self.settings, bench=self.bench)
            line_part = self._part(
                typed_lines,
                lines.line_fates(lines.with_product_key(typed_lines.good), typed_lines.mapped, merge=self.merge, bench=self.bench),
            )
            good_lines = lines.good_lines(typed_lines, line_part.fates)
        if "orders" in self.raw:
            rows = orders.type_orders(self.raw["orders"], settings=self.settings, bench=self.bench)
            signed = orders.signed_orders(rows, settings=self.settings)
            part = self._part(rows, orders.order_fates(signed, rows, merge=self.merge, bench=self.bench))
            sums = self.bench.settle(lines.sums_of_orders_without_amount(good_lines, signed)) if good_lines is not None else None
            own = orders.order_bookings(signed, part.fates, sums, settings=self.settings, today=self.today)
            booked.append(own if sums is None else self.bench.settle(own))
            part.corrections.append(self._spend_became_refund(rows, signed))
        if "refunds" in self.raw:
            rows = orders.type_refunds(self.raw["refunds"], settings=self.settings, bench=self.bench)
            part = self._part(rows, own_repeats(rows, merge=self.merge, bench=self.bench))
            booked.append(orders.refund_bookings(rows, part.fates, settings=self.settings, today=self.today))
        if "sales" in self.raw:
            booked.append(self.sold_orders)
        if not booked:
            if good_lines is not None:
                self._reject_lines(good_lines, "unknown_order")
            return
        found = bookings.booked(booked, bench=self.bench)
        if "orders" in self.parts:
            self._no_amount(found.without_amount)
            self._restored(found.restored)
        costs = self._lines(good_lines, found.purchases, found.refunds)
        self.made["clean_orders"] = typed(bookings.as_clean_orders(found, costs), CLEAN_ORDERS.types)
        self.named += [found.purchases, found.refunds]

    def _lines(self, good_lines: ir.Table | None, purchases: ir.Table, refunds: ir.Table) -> ir.Table | None:
        """Makes order_lines; returns the cost of orders, or none where no cost is told anywhere."""
        placed = []
        if good_lines is not None:
            found = lines.placed_lines(good_lines, purchases, refunds, settings=self.settings, bench=self.bench)
            self._reject_lines(found.filter(found.order_id.isnull()), "unknown_order")
            self._reject_lines(found.filter(found.order_id.notnull() & found.net_amount.isnull()), "missing_amount")
            usable = found.filter(found.order_id.notnull() & found.net_amount.notnull())
            placed.append(usable.mutate(own_cost=ibis.null("decimal(18, 2)")))
        if "sales" in self.raw:
            placed.append(sales.sales_lines(self.sold, self.sold_orders, refunds))
        if not placed:
            return None
        names = [
            "source", "source_file", "source_line", "order_id", "line_no", "product_id", "quantity", "unit_price", "discount_amount",
            "net_amount", "own_cost",
        ]  # fmt: skip
        every = ibis.union(*(p.select(*names) for p in placed)) if len(placed) > 1 else placed[0].select(*names)
        told = any("unit_cost" in self.parts[name].rows.mapped for name in ("products", "sales") if name in self.parts)
        costs = self.made["products"].filter(lambda t: t.unit_cost.notnull()).select("product_id", "unit_cost") if told else None
        made = lines.as_order_lines(every, costs, bench=self.bench)
        self.made["order_lines"] = typed(made, ORDER_LINES.types)
        return lines.costs_of_orders(self.made["order_lines"]) if told else None

    def _alone(self, one: Alone) -> None:
        rows = one.type_rows(self.raw[one.input], settings=self.settings, bench=self.bench)
        part = self._part(rows, own_repeats(rows, merge=self.merge, bench=self.bench))
        made = one.as_clean(rows, part.fates, settings=self.settings, today=self.today)
        self.made[one.makes] = self.bench.settle(made) if one.is_settled else made
        self.named += one.names(self.made[one.makes])

    def _records(self) -> None:
        """Records of files, then buyers of sales whom no file describes, then bare ones."""
        parts, known = [], None
        if "customer_records" in self.parts:
            part = self.parts["customer_records"]
            own = people.records_of_files(part.rows, part.fates)
            with stages_apart():
                parts.append(
                    self.bench.settle(
                        people.as_customer_records(people.prefixed(own, self.settings), settings=self.settings, today=self.today)
                    )
                )
            known = parts[0].select("record_id")
        if "sales" in self.parts:
            buyers = sales.sales_buyers(self.sold, self.parts["sales"].rows.mapped)
            if known is not None:
                buyers = buyers.anti_join(known, "record_id")
            with stages_apart():
                described = self.bench.settle(people.as_customer_records(buyers, settings=self.settings, today=self.today))
            parts.append(described)
            known = described.select("record_id") if known is None else known.union(described.select("record_id"))
        if self.named:
            parts.append(people.bare_records(self.named, known, settings=self.settings))
        if parts:
            self.made["customer_records"] = self.bench.settle(ibis.union(*parts) if len(parts) > 1 else parts[0])

    def _relations(self) -> None:
        """Last but the ledger: a relation of somebody whom neither files nor sales know is rejected, it makes no customer."""
        if "relations" not in self.raw:
            return
        rows = relations.type_relations(self.raw["relations"], settings=self.settings, bench=self.bench)
        part = self._part(rows, relations.relation_fates(rows, merge=self.merge, bench=self.bench))
        named = self.bench.settle(relations.named_relations(rows, part.fates, settings=self.settings))
        lost = named
        if "customer_records" in self.made:
            lost = relations.of_strangers(named, self.made["customer_records"])
            strangers = self.bench.settle(lost.select("source_file", "source_line"))
            self.made["clean_relations"] = relations.as_clean_relations(named.anti_join(strangers, ["source_file", "source_line"]))
            lost = strangers
        part.reasons.append(self.bench.settle(typed(lost.mutate(reason=ibis.literal("unknown_record")), _REASON)))

    def _ledger(self) -> None:
        rejects, corrections, merged, used = [], [], [], []
        for name, part in self.parts.items():
            lost = part.fates.filter(part.fates.fate == "rejected")
            superseded = typed(lost.mutate(detail=lost.kept), _REASON)
            rejects.append(ledger.rejected_rows(part.rows, [superseded, *part.reasons]))
            corrections += [*ledger.corrected_values(part.rows), ledger.merged_rows(part.rows, part.fates), *part.corrections]
            merged.append(part.fates.filter(part.fates.fate == "merged").select("source_file", table_name=ibis.literal(name)))
            used.append(self._used(name, part))
        own = self.bench.settle(_together(rejects, REJECTS.types))
        self.made["rejects"] = typed(self.read_rejects, REJECTS.types).union(own)
        self.made["corrections"] = _together(corrections, CORRECTIONS.types)
        counted = {"table_name": "string", "source_file": "string"}
        self.made["reconciliation"] = ledger.reconciliation(
            self.files, self.read_rejects, own, _together(merged, counted), _together(used, {**counted, "rows_out": "int64"})
        )
        self._quality()

    def _quality(self) -> None:
        fates = [part.fates.mutate(table_name=ibis.literal(name)) for name, part in self.parts.items()]
        reasons = [one.mutate(table_name=ibis.literal(name)) for name, part in self.parts.items() for one in part.reasons]
        self.made["quality"] = quality(
            {name: part.rows for name, part in self.parts.items()},
            self.files,
            self.read_rejects,
            _together(fates, {**FATE, "table_name": "string"}),
            _together(reasons, {**_REASON, "table_name": "string"}) if reasons else None,
            settings=self.settings,
            today=self.today,
            bench=self.bench,
        )

    def _used(self, name: str, part: _Part) -> ir.Table:
        """How many rows of each file went on, counted by themselves; one input at a time, for memory's sake."""
        rows = part.rows.good.anti_join(part.fates, ["source_file", "source_line"])
        for reasons in part.reasons:
            rows = rows.anti_join(reasons, ["source_file", "source_line"])
        counts = rows.group_by("source_file").aggregate(rows_out=lambda t: t.count())
        return self.bench.settle(counts.mutate(table_name=ibis.literal(name)))

    def _reject_lines(self, found: ir.Table, reason: str) -> None:
        self.parts["order_lines"].reasons.append(self.bench.settle(typed(found.mutate(reason=ibis.literal(reason)), _REASON)))

    def _no_amount(self, rows: ir.Table) -> None:
        self.parts["orders"].reasons.append(
            self.bench.settle(typed(rows.mutate(reason=ibis.literal("missing_amount"), detail=ibis.literal("net_amount")), _REASON))
        )

    def _spend_became_refund(self, rows: TypedRows, signed: ir.Table) -> ir.Table:
        """A row below 0 that nothing but its sign marks as a refund."""
        turned = signed.filter(signed.is_refund & ~signed.is_marked & (signed.amount < 0))
        written = [name for name in ("net_amount", "gross_amount", "quantity") if name in rows.mapped]
        texts = rows.raw.select("source_file", "source_line", **{f"{name}__text": rows.raw[name] for name in written})
        needed = dict.fromkeys((*ORIGIN, rows.input.key[0], *written, "amount"))
        few = self.bench.settle(turned.select(*(column for column in needed if column in turned.columns)))
        found = few.inner_join(texts, ["source_file", "source_line"])
        before, column = ibis.null("string"), ibis.literal("net_amount")
        for name in reversed(written):
            there = found[name].notnull()
            before = ibis.cases((there, text_of(found[f"{name}__text"])), else_=before)
            column = ibis.cases((there, ibis.literal(name)), else_=column)
        after = ibis.literal("refund ") + found.amount.abs().cast("string")
        return ledger.correction(rows, found, column, ibis.literal("negative_spend_is_refund"), before, after)

    def _restored(self, restored: ir.Table) -> None:
        """A purchase said to be refunded whose refund is a row of its own."""
        part = self.parts["orders"]
        found = part.rows.table.semi_join(restored, ["source_file", "source_line"])
        part.corrections.append(
            ledger.correction(part.rows, found, "status", ibis.literal("refund_is_a_row"), ibis.literal("refunded"), ibis.literal("paid"))
        )


def _together(parts: Sequence[ir.Table], columns: dict[str, str]) -> ir.Table:
    every = [typed(part, columns) for part in parts]
    return ibis.union(*every) if len(every) > 1 else every[0]

"""The early-warning list of churn, why others left, and the cases of risk."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.policies import policy_rows
from kezhi.measure.words import category_word, code_word
from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import mask, seen_by
from kezhi.serve.language import language_of
from kezhi.serve.paging import in_order, next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.warnings.shapes import (
    BandSum,
    ChurnSummary,
    LostSum,
    Member,
    PolicyRow,
    RiskCase,
    RiskPage,
    RiskPolicy,
    Warned,
    WarnedPage,
)
from kezhi.serve.workspace import Workspace, rows, workspace

router = APIRouter(tags=["insight"], responses=answers(409))
Reads = Annotated[Who, needs("customers.read")]
Cursor = Annotated[str | None, Query(max_length=1000)]
Limit = Annotated[int, Query(ge=1, le=200)]
BANDS = ("high", "medium", "low", "lost")
SORTABLE = ("value_at_risk", "churn_probability", "value_amount", "silent_days", "customer_id")


@router.get("/churn", operation_id="getChurn")
def get_churn(request: Request, who: Annotated[Who, needs("insight.read")]) -> ChurnSummary:
    """How many of the customers whom one may see may leave, what is at risk, and why others left."""
    served, lang = workspace(request), language_of(request)
    reader, account = served.reader(), who.account
    bands: list[dict[str, Any]] = []
    causes: list[dict[str, Any]] = []
    rivals: list[dict[str, Any]] = []
    if has(reader, "churn", "off_net"):
        churn, gone = tables_of(reader)["churn"], tables_of(reader)["off_net"]
        few = bool(account.regions or account.own_customers_only)  # whose figures are theirs alone, and not kept
        if few:
            seen = seen_by(who, served, tables_of(reader)["profile"].select("customer_id", "province", "city"))
            churn, gone = churn.semi_join(seen, "customer_id"), gone.semi_join(seen, "customer_id")
        sums = {"customers": _.count(), "value_lost": _.value_lost.sum()}
        banded = churn.group_by("band").aggregate(
            customers=_.count(), value_amount=_.value_amount.sum(), value_at_risk=_.value_at_risk.sum()
        )

        def asked(key: str, figures: ir.Table) -> list[dict[str, Any]]:
            return rows(reader, figures) if few else small(reader, key, lambda: figures)

        bands = asked("churn bands", banded.order_by("band"))
        caused = gone.group_by(code="cause").aggregate(**sums).order_by(ibis.desc("value_lost"), "code")
        causes = asked("churn causes", caused)
        rival = gone.filter(_.left_to.notnull()).group_by(code="left_to").aggregate(**sums).order_by(ibis.desc("value_lost"), "code")
        rivals = asked("churn rivals", rival)
    notes = reader.snapshot.notes("churn", lang)
    return ChurnSummary(
        bands=sorted((BandSum(**row) for row in bands), key=lambda one: BANDS.index(one.band)),
        causes=[LostSum(name=code_word("cli.churn.causes", row["code"], lang), **row) for row in causes],
        rivals=[LostSum(name=row["code"], **row) for row in rivals],
        why_not=" ".join(notes) or None if not has(reader, "churn") else None,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.get("/churn/customers", operation_id="listChurn")
def list_churn(
    request: Request,
    who: Reads,
    band: Annotated[list[Literal["high", "medium", "low", "lost"]] | None, Query(description="none: high and medium")] = None,
    play: Annotated[list[str] | None, Query(max_length=20)] = None,
    sort: Annotated[str, Query(max_length=60, description=f"One of {', '.join(SORTABLE)}")] = "-value_at_risk",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> WarnedPage:
    """The early-warning list: the customers whom one may see, by what is at risk, with reasons and the play that fits."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    snapshot = reader.snapshot
    if not has(reader, "churn"):
        return WarnedPage(items=[], total=0, next=None, snapshot=snapshot.name, as_of=snapshot.as_of)
    table = reader.table("churn")
    table = table.filter(table.band.isin(list(band or ("high", "medium"))))
    if play:
        table = table.filter(table.play.isin(play))
    found, following, total = _page(served, reader, who, table, sort=sort, sortable=SORTABLE, cursor=cursor, limit=limit)
    items = [
        Warned(
            **{name: row[name] for name in Warned.model_fields if name in row and name not in ("reasons", "extension_category")},
            reasons=row["reasons_en" if lang == "en" else "reasons"],
            play_name=code_word("cli.churn.plays", row["play"], lang) if row["play"] != "none" else "",
            extension_category=category_word(row["extension_category"], lang) if row["extension_category"] else None,
        )
        for row in found
    ]
    return WarnedPage(items=items, total=total, next=following, snapshot=snapshot.name, as_of=snapshot.as_of)


@router.get("/risk-cases", operation_id="listRiskCases")
def list_risk_cases(
    request: Request,
    who: Reads,
    grade: Annotated[list[str] | None, Query(max_length=20)] = None,
    kind: Annotated[list[Literal["customer", "ring"]] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> RiskPage:
    """Customers to be looked at among those whom one may see, and rings whose leading member one may see."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    words = {one.key: code_word("risk.grades", one.key, lang) for one in served.settings.risk.grades}
    kinds = {key: code_word("risk.kinds", key, lang) for key in ("customer", "ring")}
    about: dict[str, Any] = {"grades": words, "kinds": kinds, "snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of}
    if not has(reader, "risk_cases"):
        return RiskPage(items=[], total=0, next=None, is_made=False, **about)
    table = reader.table("risk_cases")
    if grade:
        table = table.filter(table.grade.isin(grade))
    if kind:
        table = table.filter(table.kind.isin(list(kind)))
    found, following, total = _page(
        served, reader, who, table, sort="-score", sortable=("score",), cursor=cursor, limit=limit, key="case_id"
    )
    members = _members(served, reader, who, [row["case_id"] for row in found if row["kind"] == "ring"])
    items = [
        RiskCase(
            **{name: row[name] for name in RiskCase.model_fields if name in row and name not in ("reasons", "policy")},
            kind_name=kinds[row["kind"]],
            members=members.get(row["case_id"], []),
            size=len(row["member_ids"]),
            grade_name=code_word("risk.grades", row["grade"], lang),
            policy=code_word("risk.policies", row["policy"], lang),
            reasons=row["reasons_en" if lang == "en" else "reasons"],
        )
        for row in found
    ]
    return RiskPage(items=items, total=total, next=following, is_made=True, **about)


@router.get("/risk-policy", operation_id="getRiskPolicy", dependencies=[needs("insight.read")])
def get_risk_policy(request: Request) -> RiskPolicy:
    """The policy table: what each grade allows, and how many customers have it."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    held: list[dict[str, Any]] = []
    if has(reader, "risk_grades"):
        grades = tables_of(reader)["risk_grades"]
        held = small(reader, "risk grades", lambda: grades.group_by("grade").aggregate(customers=_.count()))
    made = policy_rows(served.settings, {row["grade"]: row["customers"] for row in held}, lang)
    return RiskPolicy(rows=[PolicyRow(**row) for row in made], snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


def _members(served: Workspace, reader: Reader, who: Who, rings: list[str]) -> dict[str, list[Member]]:
    """The members of *rings* whom *who* may see, with masked names."""
    if not rings:
        return {}
    seen = seen_by(who, served, reader.table("profile").select("customer_id", "province", "city"))
    held = reader.table("ring_members").filter(_.ring_id.isin(rings)).select("ring_id", "customer_id").semi_join(seen, "customer_id")
    named = held.left_join(reader.table("customers").select("customer_id", "name"), "customer_id").drop("customer_id_right")
    found: dict[str, list[Member]] = {}
    for row in rows(reader, named.order_by("ring_id", "customer_id")):
        found.setdefault(row["ring_id"], []).append(Member(**{name: mask(row)[name] for name in Member.model_fields}))
    return found


def _page(
    served: Workspace,
    reader: Reader,
    who: Who,
    table: ir.Table,
    *,
    sort: str,
    sortable: tuple[str, ...],
    cursor: str | None,
    limit: int,
    key: str = "customer_id",
) -> tuple[list[dict[str, Any]], str | None, int]:
    """A page of *table* with masked names, of the customers that *who* may see; the next cursor; how many there are."""
    seen = seen_by(who, served, reader.table("profile").select("customer_id", "province", "city"))
    table = table.semi_join(seen, "customer_id")
    shown = page(table, sort=sort, sortable=sortable, key=key, cursor=cursor, limit=limit)
    names = reader.table("customers").select("customer_id", "name")
    named = shown.left_join(names, "customer_id").drop("customer_id_right")
    found = rows(reader, in_order(named, sort=sort, key=key))
    following = next_cursor(found, sort=sort, key=key, limit=limit)
    total = rows(reader, table.aggregate(total=table.count()))[0]["total"]
    return [mask(row) for row in found], following, total

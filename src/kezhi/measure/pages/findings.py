"""What the pages of market, voices and habits show: the tables of the report, each with its definition and where a row leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kezhi.kit.engine import _, ibis
from kezhi.measure.figures import voices
from kezhi.measure.figures.rows import Row, Rows, rows
from kezhi.measure.figures.told import market
from kezhi.measure.source import ReportSource

SHOWN = 20
Leads = dict[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One table of a page.

    Attributes:
        key: Its name is the text `report.told.<key>`.
        figure: Its definition is that of the report's figure.
        rows: Rows with raw values; all have the same columns.
        leads: Filters of the list of customers (or `product_id`) behind each row; None where a row leads nowhere.
    """

    key: str
    figure: str
    rows: Rows
    leads: list[Leads | None]


def findings(subject: str, source: ReportSource) -> list[Finding]:
    """The tables of *subject*, a key of `SUBJECTS`; those that are empty, or that the snapshot has not, are left out."""
    return [one for one in SUBJECTS[subject](source) if one.rows]


def _finding(key: str, figure: str, found: Rows | None, leads: Callable[[Row], Leads | None]) -> Finding:
    return Finding(key, figure, found or [], [leads(row) for row in found or []])


def _segments(source: ReportSource) -> list[Finding]:
    made = market(source.table("market_segments")) or {}
    return [_finding(name, "market_score", found, _segment(name.removeprefix("market_by_"))) for name, found in made.items()]


def _segment(by: str) -> Callable[[Row], Leads]:
    return lambda row: _of_segment(by, str(row["segment"]))


def _of_segment(by: str, segment: str) -> Leads:
    if by in ("cluster", "rfm_group", "lifecycle_stage", "city", "age_band"):
        return {by: segment}
    text = segment.replace("'", "''")
    return {"segment": f"{by} = '{text}'"}


def _prices(source: ReportSource) -> list[Finding]:
    table = source.table("tier_prices")
    if table is None:
        return []
    found = rows(table.order_by(ibis.desc("price_change"), ibis.desc("level")).drop("level"))
    return [_finding("tier_prices", "tier_price", found, lambda row: {"tier": row["tier"]})]


def _spread(source: ReportSource) -> list[Finding]:
    found = voices.spread(source.table("circle_spread"))
    return [_finding("circle_spread", "circle_spread", found, lambda row: {"circle": str(row["community"])})]


def _topics(source: ReportSource) -> list[Finding]:
    made = voices.voices(source) or {}
    return [
        _finding("topics_by_age", "topic", made.get("topics_by_age"), lambda row: {"age_band": row["age_band"], "topic": row["topic"]}),
        _finding("concerns", "product_concern", made.get("concerns"), lambda row: {"concern": f"{row['category']}>{row['topic']}"}),
    ]


def _criteria(source: ReportSource) -> list[Finding]:
    table = source.table("product_criteria")
    found = None if table is None else voices.criteria_of(table)
    return [_finding("criteria", "product_criteria", found, _of_criterion)]


def _of_criterion(row: Row) -> Leads | None:
    of, group = row["condition"]
    if row["criterion"] == "concern":
        return {"concern": f"{row['category']}>{of}"}
    if row["criterion"] == "must":
        return {"segment": of}
    return _of_segment(of, group) if of != "cluster" else {"cluster": group}


def _needs(source: ReportSource) -> list[Finding]:
    made = voices.needs(source) or {}
    return [
        _finding("needs_by_category", "need", made.get("needs_by_category"), lambda row: {"need": row["category"]}),
        _finding("contact_verdicts", "need", made.get("contact_verdicts"), lambda row: {"contact": row["why"]}),
    ]


def _patterns(source: ReportSource) -> list[Finding]:
    table, looks = source.table("behaviour_patterns"), source.table("behaviour_lenses")
    made: list[Finding] = []
    if table is not None:
        placed = (
            table.filter(_.place_preference.notnull()).group_by("place_preference").agg(customers=_.count(), purchases=_.purchases.sum())
        )
        timed = table.filter(_.is_to_retime).group_by("campaign_hour").agg(customers=_.count(), visits=_.visits.sum())
        made += [
            _finding("place_preferences", "behaviour_patterns", rows(placed.order_by(ibis.desc("customers"), "place_preference")), _itself("place_preference")),
            _finding("campaign_hours", "behaviour_patterns", rows(timed.order_by("campaign_hour")), _itself("campaign_hour")),
        ]  # fmt: skip
    if looks is not None:
        shown = looks.order_by("position").rename(lens_figure="figure", topic="detail", lens_value="value")
        found = rows(shown.select("lens", "lens_figure", "topic", "lens_value", "customers", "missing"))
        made.append(_finding("lenses", "behaviour_lenses", found, lambda _row: None))
    return made


def _issues(source: ReportSource) -> list[Finding]:
    table = source.table("product_issues")
    if table is None:
        return []
    named = table.mutate(product=ibis.coalesce(_.product_name, _.product_id)).rename(all_rate="base_rate").order_by("rank").limit(SHOWN)
    found = rows(named.select("product_id", "product", "issue", "customers", "hurt_customers", "rate", "all_rate", "excess_customers"))
    return [_finding("issues", "product_issues", found, _itself("product_id"))]


def _places(source: ReportSource) -> list[Finding]:
    made = voices.places(source) or {}
    return [
        _finding("frequented", "frequented_place", made.get("frequented"), lambda row: {"place": row["place_name"]}),
        _finding("place_tags", "frequented_place", made.get("place_tags"), lambda row: {"held_tag": f"{row['family']}>{row['tag']}"}),
    ]


def _itself(column: str) -> Callable[[Row], Leads]:
    return lambda row: {column: str(row[column])}


SUBJECTS: Mapping[str, Callable[[ReportSource], list[Finding]]] = {
    "segments": _segments,
    "prices": _prices,
    "spread": _spread,
    "topics": _topics,
    "criteria": _criteria,
    "needs": _needs,
    "patterns": _patterns,
    "issues": _issues,
    "places": _places,
}

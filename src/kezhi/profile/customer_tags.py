"""Every tag of every customer in one table, each with confidence, evidence and since when, and the dated history of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_

from kezhi.kit.engine import Workbench, _, ibis, ir, ratio, typed
from kezhi.kit.spells import spells
from kezhi.profile.behaviours import Deeds
from kezhi.profile.favourites import TIMES, times_bought
from kezhi.profile.hand_given import FAMILY, hand_given_history, hand_given_tags
from kezhi.profile.preferences import preferences
from kezhi.settings import PreferenceSettings
from kezhi.tables import CUSTOMER_TAG_HISTORY, CUSTOMER_TAGS, Table

KEYS = ("customer_id", "family", "tag")
AGE_BANDS = ((18, "0-17"), (26, "18-25"), (36, "26-35"), (46, "36-45"), (56, "46-55"), (66, "56-65"))
_READ = {
    "order_line": (
        "customer_id", "deed_id", "is_counted", "category", "brand", "product_name", "net_amount", "quantity",
    ),
    "event_product": ("customer_id", "day", "category", "brand", "product_name", "page"),
}  # fmt: skip
_GOODS = ("category", "brand", "product_name")
_SEEN = (*_GOODS, "page")
_LOOKING_DOUBT = 6  # the same of days: looking says less than buying
_DOUBT = 2  # purchases at which what is told from words is as likely as not
_COLUMNS = {column.name: column.type for column in CUSTOMER_TAGS.columns if column.name != "since"}


def customer_tags(
    profile: ir.Table,
    tags: ir.Table,
    records: ir.Table,
    links: ir.Table,
    deeds: Deeds,
    settings: PreferenceSettings,
    *,
    as_of: date,
    previous: ir.Table | None = None,
    previous_as_of: date | None = None,
    ledger: ir.Table | None = None,
    spread: Callable[[ir.Table], ir.Table | None] = lambda _held: None,
    notes: ir.Table | None = None,
    of_places: Sequence[ir.Table] = (),
    bench: Workbench,
) -> Mapping[str, ir.Table]:
    """
    `tables.CUSTOMER_TAGS` and `CUSTOMER_TAG_HISTORY`.

    - `rule`: the tags of tags.yaml; confidence 1.
    - Preferences: see `profile.preferences`.
    - Families of interests, and `life_stage` (has_child): purchases of goods whose category, brand or name holds one of
      the declared words. Confidence is k / (k + 2) for k purchases, and k is at least `least_purchases`. Who did not buy so
      much has an interest by looking: on k days, `least_days` or more and at least `least_days_share` of the days with
      events about goods or pages, goods or page of an event held such a word; confidence k / (k + 6). `habits` has
      night_owl as well: most purchases are made in `night_hours`.
    - `age_band` of the profile's age; `gender` and `region` of the identity number where it is valid (confidence 1), else
      of the records (0.9). Records that disagree with one another or with the number contradict: 0.5.
    - `place`, and `life_stage` commuter: see `profile.places`.
    - `hand_given`: the tags of notes, with their author and the day it was learnt; since that day, not the run's.

    Args:
        profile: `tables.PROFILE`.
        tags: `tables.TAGS`.
        records: `tables.CUSTOMER_RECORDS`; only gender, province and what a valid identity number tells are read.
        links: `tables.IDENTITY_LINKS`.
        deeds: As `profile.deeds` makes it.
        settings: Words, minima and the strength of the prior.
        as_of: The first day not seen.
        previous: `tables.CUSTOMER_TAG_HISTORY` of the last snapshot.
        previous_as_of: Its day; a later one than *as_of* is not used.
        ledger: `tables.LEDGER`, of the purchases that preferences and night owls are told from; None: nobody ordered.
        spread: What other customers are given by what is learned from the tags told so far (rows as `tables.CUSTOMER_TAGS`
            without since; the same come back), or None.
        notes: `tables.NOTES`.
        of_places: What `place_tags` made.
        bench: Where the tags and their history are computed once.
    """
    # a dozen tags read them: computed once
    asked = {name: deeds.of(name, frozenset(columns)) for name, columns in _READ.items()}
    kept = {name: bench.settle(rows.select(*_READ[name])) for name, rows in asked.items() if rows is not None}
    parts = [
        _rules(tags),
        *([] if ledger is None else _of_purchases(ledger, kept, settings, bench)),
        *_interests(kept, settings, bench),
        *of_places,
        _ages(profile),
        *_of_records(records, links),
    ]
    everyone = profile.select("customer_id")
    found = [typed(part, _COLUMNS) for part in parts]
    told = bench.settle(ibis.union(*found).filter(_.tag.notnull()).semi_join(everyone, "customer_id"))
    said = None if notes is None else typed(hand_given_tags(notes), _COLUMNS).semi_join(everyone, "customer_id")
    learned = spread(told if said is None else told.union(said))
    if learned is not None:
        told = bench.settle(told.union(typed(learned, _COLUMNS)))
    seen = None if previous is None else previous.filter(_.family != FAMILY)  # notes tell their own days
    history, held = spells(told, keys=KEYS, as_of=as_of, previous=seen, previous_as_of=previous_as_of), told
    if notes is not None and said is not None:
        days = hand_given_history(notes, as_of=as_of).semi_join(everyone, "customer_id")
        history, held = history.union(days.select(*history.columns)), held.union(said)
    history = bench.settle(history)
    running = history.filter(_.valid_to.isnull()).select(*KEYS, since="valid_from")
    dated = held.join(running, KEYS).select(*held.columns, "since")
    return {"customer_tags": _as(CUSTOMER_TAGS, dated), "customer_tag_history": _as(CUSTOMER_TAG_HISTORY, history)}


def _rules(tags: ir.Table) -> ir.Table:
    return tags.select(
        "customer_id", "tag", family=ibis.literal("rule"), confidence=ibis.literal(1.0), basis=ibis.literal("rule"),
        evidence=ibis.literal(1, "int64"), contradicted=ibis.literal(False),
    )  # fmt: skip


def _of_purchases(ledger: ir.Table, deeds: Mapping[str, ir.Table], settings: PreferenceSettings, bench: Workbench) -> list[ir.Table]:
    """Preferences, and who buys at night."""
    times = bench.once(times_bought(ledger))
    hours = {hour: times[f"hour_{hour}"] for hour in TIMES["hour"]}
    at_night = sum((orders for hour, orders in hours.items() if hour in settings.night_hours), start=ibis.literal(0, "int64"))
    people = bench.settle(times.select("customer_id", orders_life=sum(hours.values()), at_night=at_night))
    owls = people.filter(_.at_night >= settings.least_purchases, _.at_night * 2 > _.orders_life)
    owls = owls.select("customer_id", family=ibis.literal("habits"), tag=ibis.literal("night_owl"), evidence="at_night")
    return [*preferences(ledger, deeds, people, settings, bench), _told(owls)]


def _interests(deeds: Mapping[str, ir.Table], settings: PreferenceSettings, bench: Workbench) -> list[ir.Table]:
    made = []
    of_goods = []
    if "order_line" in deeds:
        asked = [(each.family, each.name, each.words) for each in settings.interests]
        asked.append(("life_stage", "has_child", settings.child_words))
        of_goods.append(bench.settle(_of_goods(deeds["order_line"], asked, settings, bench)))
    if "event_product" in deeds and settings.interests:
        made.append(_looked_at(deeds["event_product"], of_goods, settings, bench))
    return made + of_goods


def _looked_at(acts: ir.Table, bought: Sequence[ir.Table], settings: PreferenceSettings, bench: Workbench) -> ir.Table:
    """Interests told from days with events, of those to whom *bought* does not give them."""
    named = acts.mutate(**{name: acts[name].fill_null("") for name in _SEEN}).filter(_.product_name + _.category + _.page != "")
    goods = bench.settle(named.select(*_SEEN).distinct())
    told = ibis.union(
        *(
            goods.filter(_holds(goods, each.words, _SEEN)).mutate(family=ibis.literal(each.family), tag=ibis.literal(each.name))
            for each in settings.interests
        )
    )
    counts = named.join(bench.settle(told), _SEEN).group_by("customer_id", "family", "tag").aggregate(evidence=_.day.nunique())
    days = named.group_by("customer_id").aggregate(days=_.day.nunique())
    enough = counts.join(days, "customer_id").filter(
        _.evidence >= settings.least_days, ratio(_.evidence, _.days) >= settings.least_days_share
    )
    for part in bought:
        enough = enough.anti_join(part, ["customer_id", "family", "tag"])
    return enough.drop("days").mutate(
        basis=ibis.literal("events"), contradicted=ibis.literal(False), confidence=ratio(enough.evidence, enough.evidence + _LOOKING_DOUBT)
    )


def _of_goods(lines: ir.Table, asked: Sequence[tuple[str, str, Sequence[str]]], settings: PreferenceSettings, bench: Workbench) -> ir.Table:
    """Words are looked for once in each of the goods, which are few, not in each line sold."""
    named = lines.filter(_.is_counted).mutate(**{name: lines[name].fill_null("") for name in _GOODS})
    goods = bench.settle(named.select(*_GOODS).distinct())
    told = ibis.union(
        *(goods.filter(_holds(goods, words)).mutate(family=ibis.literal(family), tag=ibis.literal(name)) for family, name, words in asked)
    )
    counts = named.join(bench.settle(told), _GOODS).group_by("customer_id", "family", "tag").aggregate(evidence=_.deed_id.nunique())
    return _told(counts.filter(_.evidence >= settings.least_purchases))


def _holds(goods: ir.Table, words: Sequence[str], columns: Sequence[str] = _GOODS) -> ir.BooleanValue:
    """Whether one of *columns* (category, brand or name) holds one of *words*, in any case."""
    texts = [goods[name].lower() for name in columns]
    return reduce(or_, [text.contains(word.lower()) for text in texts for word in words])


def _told(counts: ir.Table) -> ir.Table:
    return counts.mutate(
        basis=ibis.literal("purchases"), contradicted=ibis.literal(False), confidence=ratio(counts.evidence, counts.evidence + _DOUBT)
    )


def _ages(profile: ir.Table) -> ir.Table:
    known = profile.filter(_.age_years.notnull())
    band = ibis.cases(*((known.age_years < bound, name) for bound, name in AGE_BANDS), else_="66+")
    return known.select(
        "customer_id", tag=band, family=ibis.literal("age_band"), confidence=ibis.literal(0.9), basis=ibis.literal("records"),
        evidence=known.records, contradicted=ibis.literal(False),
    )  # fmt: skip


def _of_records(records: ir.Table, links: ir.Table) -> list[ir.Table]:
    """gender and region: what a valid identity number tells, else what the records say."""
    known = records.join(links.select("record_id", "customer_id"), "record_id")
    made = []
    for family, told, said in (("gender", known.id_gender, known.gender), ("region", known.id_region, known.province)):
        either = known.select("customer_id", told=told, said=said).filter(_.told.notnull() | _.said.notnull())
        one = either.group_by("customer_id").aggregate(
            told=_.told.min(), last_told=_.told.max(), said=_.said.min(), last_said=_.said.max(), evidence=_.count()
        )
        differs = (one.told != one.last_told).fill_null(False) | (one.said != one.last_said).fill_null(False)
        if family == "gender":  # who moved lives elsewhere than the number says; a gender does not move
            differs = differs | (one.told != one.said).fill_null(False)
        sure = ibis.ifelse(one.told.notnull(), 1.0, 0.9)
        made.append(
            one.select(
                "customer_id", "evidence", tag=ibis.coalesce(one.told, one.said), family=ibis.literal(family), contradicted=differs,
                basis=ibis.ifelse(one.told.notnull(), "id_number", "records"), confidence=ibis.ifelse(differs, 0.5, sure),
            )
        )  # fmt: skip
    return made


def _as(promise: Table, table: ir.Table) -> ir.Table:
    return typed(table, promise.types)

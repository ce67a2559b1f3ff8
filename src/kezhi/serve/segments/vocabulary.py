"""What a rule may ask, in words: attributes with the values that are there, deeds with their columns, tags, segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from kezhi.flow.declared import types_of
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ibis, ir
from kezhi.kit.expression.checking import kind_of
from kezhi.locales import text
from kezhi.measure.attributes import WINDOWS, attribute_name
from kezhi.measure.words import dimension_word, event_word, known, value_word
from kezhi.profile import EVENTS
from kezhi.profile.behaviours import DEED_COLUMNS
from kezhi.profile.profile import PROFILE_COLUMNS
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.segments.shapes import Attribute, Choice, Condition, DeedKind, Vocabulary
from kezhi.settings import Settings

MOST_VALUES = 60  # a text with more values is typed, not chosen
HIDDEN = ("customer_id", "tags")  # one is no attribute, the other is asked with has_tag
DEED_VALUES = {"category": "products", "brand": "products", **dict.fromkeys(("channel", "store", "payment_method", "source"), "orders")}
GROUPS = ("person", "rfm", "purchases", *WINDOWS, "favourites", "declared")
RFM = ("r_score", "f_score", "m_score", "rfm_group", "lifecycle_stage", "lifecycle_since", "days_in_stage", "frequency", "monetary")
PERSON = ("gender", "age_years", "province", "city", "occupation", "registered_on", "records", "sources")


def vocabulary(reader: Reader, settings: Settings, events: list[str], lang: str) -> Vocabulary:
    """All that the builder offers."""
    texts = {name: "profile" for name, kind in PROFILE_COLUMNS.items() if kind == "string" and name not in HIDDEN}
    values, of_deeds = _values(reader, texts), _values(reader, DEED_VALUES)
    attributes = [_attribute(name, values.get(name, []), settings, lang) for name in PROFILE_COLUMNS if name not in HIDDEN]
    attributes += [_declared(name, kind, settings, lang) for name, kind in types_of(settings).items()]
    names = [*("order", "refund", "event"), *dict.fromkeys((*EVENTS, *events))]
    return Vocabulary(
        attributes=sorted(attributes, key=lambda one: GROUPS.index(one.group)),
        groups=[Choice(value=group, name=text(f"serve.attribute_groups.{group}", lang)) for group in GROUPS],
        deeds=[_deed(name, of_deeds, settings, lang) for name in dict.fromkeys(names)],
        tags=[Choice(value=one.name, name=(one.name_en if lang == "en" else "") or one.name) for one in settings.tags],
        segments=[Choice(value=one.key, name=(one.name_en if lang == "en" else "") or one.name or one.key) for one in settings.segments],
    )


def group_of(column: str) -> str:
    """Under which head of the list the column stands."""
    if column in PERSON:
        return "person"
    if column in RFM:
        return "rfm"
    if column.startswith("favourite_"):
        return "favourites"
    end = column.rpartition("_")[2]
    return end if end in WINDOWS else "purchases"


def _attribute(column: str, values: list[str], settings: Settings, lang: str) -> Attribute:
    words = _choices(column, values, settings, lang)
    kind = cast("Any", kind_of(PROFILE_COLUMNS[column]))
    return Attribute(column=column, name=attribute_name(column, lang), kind=kind, group=group_of(column), values=words)


def _declared(name: str, kind: str, settings: Settings, lang: str) -> Attribute:
    """A feature of features.yaml; its texts are typed, not chosen."""
    one = settings.features[name]
    words = (one.name_en if lang == "en" else one.name) or name
    return Attribute(column=name, name=words, kind=cast("Any", kind_of(kind)), group="declared", values=[])


def _deed(name: str, values: Mapping[str, list[str]], settings: Settings, lang: str) -> DeedKind:
    columns: Mapping[str, str] = DEED_COLUMNS.get(name) or DEED_COLUMNS["event"]
    kinds = {column: cast("Any", kind_of(type_name)) for column, type_name in columns.items()}
    word = known(f"serve.deeds.{name}", lang) or event_word(name, settings, lang)
    conditions = [
        Condition(
            column=column,
            name=known(f"serve.deed_columns.{column}", lang) or dimension_word(column, lang),
            kind=kind,
            values=_choices(column, values.get(column, []), settings, lang),
        )
        for column, kind in kinds.items()
    ]
    measures = [column for column, kind in kinds.items() if kind == "number" and column not in ("hour", "weekday")]
    return DeedKind(deed=name, name=word, conditions=conditions, measures=measures)


def _choices(column: str, values: list[str], settings: Settings, lang: str) -> list[Choice]:
    return [Choice(value=value, name=value_word(column, value, settings, lang)) for value in values]


def _values(reader: Reader, of: Mapping[str, str]) -> dict[str, list[str]]:
    """The values of each text that has few, the most frequent first; *of* says which table a column stands in."""
    there = {column: tables_of(reader)[table] for column, table in of.items() if has(reader, table)}

    def asked() -> ir.Table:
        parts = [
            table.filter(table[column].notnull())
            .group_by(value=table[column])
            .aggregate(rows=_.count())
            .order_by(ibis.desc("rows"), "value")
            .limit(MOST_VALUES + 1)
            .mutate(column=ibis.literal(column))
            for column, table in there.items()
        ]
        return ibis.union(*parts).order_by("column", ibis.desc("rows"), "value")

    found: dict[str, list[str]] = {column: [] for column in there}
    for row in small(reader, ("values", *there), asked) if there else ():
        found[row["column"]].append(row["value"])
    return {column: values for column, values in found.items() if len(values) <= MOST_VALUES}

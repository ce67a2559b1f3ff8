"""
Features that a project declares: each is one or more expressions of the language of segments, with a name.

    ratio   [a, b]           a / b, null where b is 0
    cross   [a, b, …]        the texts beside each other, `金卡 × 武汉`; null where one is not known
    trend   deed, [s, l]     measure a day in the last s days / measure a day in the last l: 1 is as always, 0 stopped, l / s all in the last s
    window  deed, days       measure over the last days

So a feature is computed in the engine, on one row per customer, as of any day: it asks deeds before `as_of` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from kezhi.errors import ExpressionWrong, SettingsWrong
from kezhi.kit.engine import ibis, ir, ratio, typed
from kezhi.kit.expression import Expression, parse
from kezhi.locales import Phrase
from kezhi.profile.profile import PROFILE_COLUMNS, WIDE_COLUMNS
from kezhi.profile.segments.compiling import Population, valued
from kezhi.profile.segments.definitions import vocabulary
from kezhi.settings import FEATURE_KINDS, FEATURES_FILE, FeatureSettings
from kezhi.tables import DECLARED_FEATURES, FEATURE_COVERAGE, FEATURES

Locate = Callable[[str], tuple[str, int]]  # a text of a definition file -> the file and the line

BESIDE = " × "
LONGEST_DAYS = 3_650
_MEASURED = ("sum", "average", "min", "max")  # of a column
_OF_TREND = ("count", "sum")  # what may be told a day
# What of the profile is known as of any earlier day, of each customer without the others: the rest is as it is today.
_DATED = {name for name in FEATURES.column_names[1:] if not name.endswith("_lift")} | {"frequency", "monetary"}


@dataclass(frozen=True, slots=True)
class Declared:
    """
    One checked feature.

    Attributes:
        name: Of the column.
        kind: ratio, cross, trend or window.
        formula: What it stands for, in the language of segments; the parts of a cross with × between them.
        parts: The expression; of a cross several.
    """

    name: str
    kind: str
    formula: str
    parts: tuple[Expression, ...]

    @property
    def type(self) -> str:
        """Of its column, as Ibis names it."""
        return "string" if self.kind == "cross" else "float64"

    @property
    def columns(self) -> set[str]:
        """Columns of the profile that it reads."""
        return {name for part in self.parts for name in part.columns}

    @property
    def is_dated(self) -> bool:
        """Whether all that it reads is known as of any earlier day, so that a model may be trained on it."""
        return self.columns <= _DATED


def parse_features(
    features: Mapping[str, FeatureSettings], *, events: Collection[str] | None = None, locate: Locate = lambda _: (FEATURES_FILE, 1)
) -> list[Declared]:
    """
    The declared features in their order, checked.

    Args:
        features: The project's.
        events: Names of events in the data; None takes any name, as long as no data are there.
        locate: Where a text stands; `settings.locate` of the project's folder.

    Raises:
        SettingsWrong: A name that is taken or not plain, no or two kinds, what does not fit the kind, or an expression
            that reads what is not there; names file, line and feature.
    """
    return [_declared(name, one, events, locate) for name, one in features.items()]


def column_types(features: Sequence[Declared]) -> dict[str, str]:
    """Ibis type by name: what segments and tags may read beside the profile."""
    return {one.name: one.type for one in features}


def declared_wide(features: Sequence[Declared], population: Population) -> ir.Table:
    """
    One row per customer of *population* and a column per feature: float64, of a cross text; null is not known.

    `Population.profile` has the columns that the features read, its deeds end before its `as_of`. Costs one aggregate over
    the deeds for each different set of conditions.
    """
    table, values = valued(population, [part for one in features for part in one.parts])
    rest = iter(values)
    columns = {one.name: _joined(one, [next(rest) for _ in one.parts]) for one in features}
    return table.select("customer_id", **columns)


def declared_features(wide: ir.Table, features: Sequence[Declared]) -> ir.Table:
    """`tables.DECLARED_FEATURES` of `declared_wide`, which is best settled: each feature reads it again."""
    parts = []
    for one in features:
        value = wide[one.name]
        number, words = (ibis.null("float64"), value) if one.kind == "cross" else (value, ibis.null("string"))
        parts.append(
            wide.filter(value.notnull()).select("customer_id", feature=ibis.literal(one.name), feature_number=number, feature_text=words)
        )
    return typed(_stacked(parts), DECLARED_FEATURES.types)


def declared_columns(rows: ir.Table | None, types: Mapping[str, str], people: ir.Table) -> ir.Table:
    """
    customer_id and a column per feature of *types*, from `tables.DECLARED_FEATURES` (None: there are none, all null).

    Customers without any feature have no row; without *rows*, all of *people* have one.
    """
    if rows is None:
        return people.select("customer_id", **{name: ibis.null(kind) for name, kind in types.items()})
    values = {
        name: (rows.feature_text if kind == "string" else rows.feature_number).max(
            where=rows.feature == name
        )  # one row per customer and feature
        for name, kind in types.items()
    }
    return rows.group_by("customer_id").aggregate(**values)


def feature_coverage(wide: ir.Table, features: Sequence[Declared]) -> ir.Table:
    """`tables.FEATURE_COVERAGE` of `declared_wide`."""
    parts = []
    for one in features:
        value = wide[one.name]
        told = {} if one.kind == "cross" else {"least": value.min(), "mean": value.mean().round(9), "most": value.max()}
        row = wide.aggregate(customers=wide.count(), known=value.count(), different=value.nunique(), **told)
        parts.append(
            row.mutate(
                feature=ibis.literal(one.name), kind=ibis.literal(one.kind), formula=ibis.literal(one.formula),
                is_dated=ibis.literal(one.is_dated), known_share=ratio(row.known, row.customers),
            )
        )  # fmt: skip
    return _stacked([typed(part, FEATURE_COVERAGE.types) for part in parts])


def _stacked(parts: Sequence[ir.Table]) -> ir.Table:
    return parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)


def _joined(one: Declared, values: Sequence[ir.Value]) -> ir.Value:
    if one.kind != "cross":
        return values[0].cast("float64")
    return reduce(lambda made, value: made + ibis.literal(BESIDE) + value, values)


def _declared(name: str, one: FeatureSettings, events: Collection[str] | None, locate: Locate) -> Declared:
    def wrong(what: str, **fields: object) -> SettingsWrong:
        return _wrong(locate(name), Phrase(f"features.declared.{what}", name=name, **fields))

    is_plain = name.isascii() and name.isidentifier() and name == name.lower() and "" not in name.split("_")
    if not is_plain or name in PROFILE_COLUMNS:
        raise wrong("taken" if name in PROFILE_COLUMNS else "not_plain")
    given = [kind for kind in FEATURE_KINDS if getattr(one, kind) is not None]
    if len(given) != 1:
        raise wrong("kinds", given=", ".join(given) or "–", kinds=", ".join(FEATURE_KINDS))
    kind = given[0]
    beside = {key for keys in FEATURE_KINDS.values() for key in keys}
    for key in sorted(one.model_fields_set & beside - set(FEATURE_KINDS[kind])):
        raise wrong("not_of_kind", kind=kind, key=key, keys=", ".join(FEATURE_KINDS[kind]) or "–")
    if (one.measure in _MEASURED) != (one.column is not None):
        raise wrong("needs_column" if one.column is None else "no_column", measure=one.measure, column=one.column or "")
    if kind == "ratio" and len(one.ratio or ()) != 2:
        raise wrong("two", given=len(one.ratio or ()))
    if kind == "cross" and not 2 <= len(one.cross or ()) <= 4:
        raise wrong("some", given=len(one.cross or ()))
    if kind == "trend" and one.measure not in _OF_TREND:
        raise wrong("trend_measure", measure=one.measure, measures=", ".join(_OF_TREND))
    if kind == "trend" and not (len(one.windows) == 2 and 1 <= one.windows[0] < one.windows[1] <= LONGEST_DAYS):
        raise wrong("windows", given=str(one.windows), most=LONGEST_DAYS)
    if kind == "window" and not 1 <= one.days <= LONGEST_DAYS:
        raise wrong("days", given=one.days, most=LONGEST_DAYS)
    texts = _texts(kind, one)
    parts = tuple(_parsed(name, text, "text" if kind == "cross" else "number", events, locate) for text in texts)
    return Declared(name, kind, BESIDE.join(part.text for part in parts), parts)


def _texts(kind: str, one: FeatureSettings) -> list[str]:
    """The expressions that *one* stands for."""
    match kind:
        case "ratio":
            return [" / ".join(f"({part})" for part in one.ratio or ())]
        case "cross":
            return list(one.cross or ())
        case "trend":
            short, long = one.windows
            return [f"({_asked(one, one.trend, short)} / {short}) / ({_asked(one, one.trend, long)} / {long})"]
    return [_asked(one, one.window, one.days)]


def _asked(one: FeatureSettings, deed: str | None, days: int) -> str:
    subject = "'" + str(deed).replace("'", "''") + "'"
    return f"{one.measure}({', '.join([subject, *([one.column] if one.column else []), f'days <= {days}', *([one.where] if one.where else [])])})"


def _parsed(name: str, text: str, kind: str, events: Collection[str] | None, locate: Locate) -> Expression:
    try:
        return parse(text, columns=WIDE_COLUMNS, kind="text" if kind == "text" else "number", deeds=vocabulary(events, ()))
    except ExpressionWrong as wrong:
        where = Phrase("features.declared.of", name=name)
        problem = Phrase("expression.in_definition", where=where, expression=wrong.fields["expression"], problem=wrong.fields["problem"])
        raise _wrong(locate(name), problem, wrong.fields["hint"]) from wrong


def _wrong(place: tuple[str, int], problem: Phrase, hint: Phrase | str = "") -> SettingsWrong:
    file, line = place
    return SettingsWrong(file=file, line=line, problem=problem, hint=hint)

"""Which key values may join records, and which are stopped because they say nothing or are lent around."""

from __future__ import annotations

from kezhi.identity.keys import LENT_KINDS
from kezhi.identity.names import one_apart
from kezhi.identity.placeholders import is_placeholder
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.settings import IdentitySettings

VALUE = ["key_kind", "key_value"]
AS_WRITTEN, BY_NAME = "as_written", "by_name"  # verdicts beside the reasons of identity_conflicts


def guarded(keys: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """
    The keys that two or more records have in common, each with what it may do.

    A value of a lent kind (phone, mail, WeChat) is stopped when more than `max_records_per_value`
    records or more than `max_names_per_value` different names have it. When it has several names that
    cannot be one person's (see `_names_of_two`), as in a family with one phone, it joins only records
    of the same name, and those without a name join nobody by it.

    Args:
        keys: `keys.key_rows`.

    Returns:
        record_id, key_kind, key_value, reason (`placeholder`, `shared_value` or null), live_value: what
        two records must have in common to be joined, null when the value may not join this record.
        Settled.
    """
    values = bench.settle(
        keys.group_by(VALUE)
        .agg(records=_.count(), first_name=_.name.min(), last_name=_.name.max())
        .filter(_.records >= 2)
        .mutate(placeholder=is_placeholder(_.key_kind, _.key_value, settings.ignored_values))
    )
    lent = _.key_kind.isin(LENT_KINDS) & ~_.placeholder
    doubtful = values.filter(lent & (_.records <= settings.max_records_per_value) & (_.first_name != _.last_name))
    verdicts = values.left_join(_named(keys, doubtful, settings), VALUE).select(
        *VALUE,
        verdict=ibis.cases(
            (_.placeholder, "placeholder"),
            (lent & (_.records > settings.max_records_per_value), "shared_value"),
            else_=_.verdict.fill_null(AS_WRITTEN),
        ),
    )
    return bench.settle(
        keys.join(verdicts, VALUE).select(
            "record_id",
            *VALUE,
            reason=ibis.cases(
                (_.verdict == BY_NAME, "shared_value"), (_.verdict == AS_WRITTEN, ibis.null("string")), else_=_.verdict
            ),
            live_value=ibis.cases(
                (_.verdict == AS_WRITTEN, _.key_value),
                (_.verdict == BY_NAME, _.key_value + "|" + _.name),
                else_=ibis.null("string"),
            ),
        )
    )


def _named(keys: ir.Table, doubtful: ir.Table, settings: IdentitySettings) -> ir.Table:
    """The verdict on every value that has several names."""
    names = (
        keys.semi_join(doubtful, VALUE)
        .filter(_.name.notnull())
        .group_by([*VALUE, "name"])
        .agg(birth_date=_.birth_date.min(), gender=_.gender.min())
    )
    others = names.rename(other="name", other_birth_date="birth_date", other_gender="gender")
    pairs = names.join(others, VALUE).filter(_.name < _.other)
    apart = pairs.group_by(VALUE).agg(apart=_names_of_two(pairs).max())
    counts = names.group_by(VALUE).agg(names=_.count())
    return counts.join(apart, VALUE).select(
        *VALUE,
        verdict=ibis.cases((_.names > settings.max_names_per_value, "shared_value"), (_.apart == 1, BY_NAME), else_=AS_WRITTEN),
    )


def _names_of_two(pair: ir.Table) -> ir.IntegerValue:
    """
    1 when two names on one value are of two persons, 0 when one may be the other misspelt.

    A misspelling changes one character; but brothers' names may differ by one too, so a different
    birthday or gender keeps them apart.
    """
    contradicted = (pair.birth_date != pair.other_birth_date).fill_null(False) | (pair.gender != pair.other_gender).fill_null(False)
    return (~one_apart(pair.name, pair.other) | contradicted).cast("int64")

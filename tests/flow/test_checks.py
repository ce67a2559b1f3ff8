"""A table that breaks its promise in tables.py is not published."""

from __future__ import annotations

import pytest
from support import table

from kezhi.errors import ColumnMissing, TableBroken
from kezhi.flow import checks
from kezhi.flow.checks import check_columns, check_rows
from kezhi.kit.engine import _

LINK = {"record_id": "a", "customer_id": "a", "source": "shop", "records": 1}


def test_a_table_as_promised_passes_and_is_counted():
    """Two links with two record ids are two rows."""
    links = table("identity_links", [LINK, {**LINK, "record_id": "b"}])
    check_columns("identity_links", links)


def test_a_missing_column_is_named_with_the_nearest_one():
    """`customer` in place of `customer_id` is offered as a hint."""
    with pytest.raises(ColumnMissing, match=r"missing \['customer_id'\].*customer\?"):
        check_columns("identity_links", table("identity_links", [LINK]).rename(customer="customer_id"))


def test_a_column_of_another_type_is_refused():
    """A count as text is not a count."""
    with pytest.raises(TableBroken, match="records is string, expected int64"):
        check_columns("identity_links", table("identity_links", [LINK]).mutate(records=_.records.cast("string")))


def test_a_column_nobody_promised_is_refused():
    """A surplus column would be read by someone one day."""
    with pytest.raises(TableBroken, match="surplus"):
        check_columns("identity_links", table("identity_links", [LINK]).mutate(surplus=1))


def test_a_null_where_a_value_is_promised_is_refused(bench):
    """One of two links without a customer: says which column, and how often."""
    links = table("identity_links", [LINK, {**LINK, "record_id": "b", "customer_id": None}], bench)
    with pytest.raises(TableBroken, match=r"'customer_id': 1\} of 2 rows"):
        check_rows("identity_links", links, bench)


def test_a_key_on_two_rows_is_refused(bench):
    """The same record linked twice would count a customer twice."""
    with pytest.raises(TableBroken, match=r"1 keys .* stand on 2 rows"):
        check_rows("identity_links", table("identity_links", [LINK, LINK], bench), bench)


def test_keys_that_a_sieve_does_not_tell_apart_are_compared_themselves(bench, monkeypatch):
    """By the length of their ids alone two records are still two, and one linked twice is still refused."""
    monkeypatch.setattr(checks, "sieve", lambda record_id: record_id.length())
    assert check_rows("identity_links", table("identity_links", [LINK, {**LINK, "record_id": "b"}], bench), bench) == 2
    with pytest.raises(TableBroken, match=r"1 keys .* stand on 2 rows"):
        check_rows("identity_links", table("identity_links", [LINK, LINK], bench), bench)


@pytest.mark.spark
def test_rows_are_counted_the_same_on_spark(spark_bench):
    """Two good links are two rows there, too."""
    assert check_rows("identity_links", table("identity_links", [LINK, {**LINK, "record_id": "b"}], spark_bench), spark_bench) == 2

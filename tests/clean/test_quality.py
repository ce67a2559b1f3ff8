"""The scorecard of the data, counted by hand, and corrections that a person rejected."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest
from raw_shop import cleaned, pick
from support import rows, table

from kezhi.clean import REJECTABLE, quality_history
from kezhi.flow.store_corrections import with_corrections
from kezhi.locales import catalogue
from kezhi.settings import CleanSettings, CorrectionChoice, Settings
from kezhi.store.corrections import decide, undo
from kezhi.store.place import open_store

ORDERS = [
    {"order_id": "1", "record_id": "a", "ordered_at": "2024-05-01", "net_amount": "10.00"},
    {"order_id": "2", "record_id": None, "ordered_at": "2024/5/2", "net_amount": "￥20"},
    {"order_id": "2", "record_id": None, "ordered_at": "2024/5/2", "net_amount": "￥20"},
    {"order_id": "3", "record_id": "b", "ordered_at": "2024-07-01", "net_amount": "ten"},
    {"order_id": "4", "record_id": "c", "ordered_at": None, "net_amount": "5.00"},
]


def choice(verdict: str, column: str, rule: str, text: str | None = None, name: str = "customer_records") -> CorrectionChoice:
    key = None if text is None else hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return CorrectionChoice(source="shop", table=name, column=column, rule=rule, verdict=verdict, text=key)


def test_each_dimension_counts_what_it_says(bench):
    """Five orders read: two without a buyer, one amount that is a word, three values in another form, a repeat, a day after the extraction."""
    made = cleaned(bench, today=date(2024, 6, 1), orders=ORDERS)
    found = {(row["column_name"], row["dimension"]): row for row in made["quality"]}
    counts = {key: (row["n"], row["failing"], row.get("example_line")) for key, row in found.items()}
    assert counts[("record_id", "completeness")] == (5, 2, 3)
    assert counts[("ordered_at", "completeness")] == (5, 1, 6)
    assert counts[("net_amount", "validity")] == (5, 1, 5)
    assert counts[("net_amount", "consistency")] == (4, 2, 3)
    assert counts[("ordered_at", "consistency")] == (4, 2, 3)
    assert counts[("ordered_at", "timeliness")] == (4, 1, 5)
    assert found[("ordered_at", "timeliness")]["newest_on"] == date(2024, 5, 2)
    assert counts[("*", "uniqueness")] == (5, 1, 4)
    assert counts[("*", "validity")] == (5, 0, None)
    assert counts[("*", "consistency")] == (5, 0, None)
    assert {key[0] for key in found} == {"*", "order_id", "record_id", "ordered_at", "net_amount"}  # no file has the others


def test_the_history_keeps_earlier_days_and_makes_a_day_again(bench):
    about = {"source": "shop", "table_name": "orders", "dimension": "validity"}
    today = [{**about, "column_name": column, "n": n, "failing": failing} for column, n, failing in (("a", 5, 1), ("b", 4, 2))]
    found = table("quality", today, bench)
    kept = [{"as_of": date(2024, 5, day), "source": "s", "table_name": "t", "dimension": "d", "n": 1, "failing": 0} for day in (1, 2)]
    before = table("quality_history", kept, bench)
    made = rows(quality_history(found, previous=before, as_of=date(2024, 5, 2)), bench)
    assert pick([row for row in made if row["source"] == "s"], "as_of") == [date(2024, 5, 1)]
    own = [row for row in made if row["source"] == "shop"]
    assert own == [{"as_of": date(2024, 5, 2), "source": "shop", "table_name": "orders", "dimension": "validity", "n": 9, "failing": 3}]


PEOPLE = [
    {"record_id": "a", "name": " 张三", "phone": "138-1234-5678", "registered_at": "2024/5/1", "age": "130"},
    {"record_id": "b", "name": " 李四", "phone": "139-1234-5678", "registered_at": "2024/5/2", "age": "-3"},
]


def test_a_rejected_correction_leaves_the_text_as_it_came(bench):
    """
    A text column holds the text; one of times or money cannot: it is empty, that is logged, and without a needed value the row is rejected.

    A choice about another source, or an approval, changes nothing.
    """
    said = [
        choice("rejected", "phone", "phone_format"),
        choice("approved", "phone", "phone_format", "139-1234-5678"),  # one text stands before its rule
        choice("rejected", "name", "blank_trimmed", " 张三"),
        choice("rejected", "registered_at", "date_format"),
        choice("rejected", "age", "impossible_age", "130"),
        choice("rejected", "age", "impossible_age").model_copy(update={"source": "app"}),
        choice("rejected", "net_amount", "money_format", "￥20", "orders"),
        choice("approved", "ordered_at", "date_format", None, "orders"),
    ]
    made = cleaned(bench, clean_settings=CleanSettings(corrections=said), customer_records=PEOPLE, orders=ORDERS[:2])
    assert pick(made["clean_orders"], "order_id", "net_amount") == [("shop:1", Decimal("10.00"))]
    assert pick(made["rejects"], "source_line", "reason", "detail") == [(3, "unreadable_value", "net_amount")]
    people = [row for row in made["customer_records"] if not row["is_bare"]]
    assert pick(people, "record_id", "name", "phone", "registered_at", "age_years") == [
        ("shop:a", " 张三", "138-1234-5678", None, 130),
        ("shop:b", "李四", "13912345678", None, None),
    ]
    assert pick(made["corrections"], "row_key", "column_name", "rule", "after") == [
        ("a", "registered_at", "reading_rejected", None),
        ("b", "age", "impossible_age", None),
        ("b", "name", "blank_trimmed", "李四"),
        ("b", "phone", "phone_format", "13912345678"),
        ("b", "registered_at", "reading_rejected", None),
    ]


def test_rules_that_can_be_rejected_have_words():
    assert set(catalogue("en")["rules"]) >= REJECTABLE


@pytest.fixture
def decided(tmp_path):
    """A store with a rejected rule that was undone on 2025-06-20, and an approval of a text made on 2025-06-10."""
    settings = Settings(sources={})
    about = {"source": "shop", "table_name": "orders", "column_name": "net_amount", "rule": "money_format", "count": 1, "author": "anna"}
    with closing(open_store(tmp_path, settings)) as store, store.session() as session:
        gone = decide(session, "rejected", text_key=None, **about)
        gone.made_at = datetime(2025, 6, 1, 9)
        undo(session, gone.decision_id, by="bo").undone_at = datetime(2025, 6, 20, 9)
        decide(session, "rejected", text_key="0" * 32, **about).made_at = datetime(2025, 6, 9, 9)
        decide(session, "approved", text_key="0" * 32, **about).made_at = datetime(2025, 6, 10, 9)
    return tmp_path, settings


@pytest.mark.parametrize(
    ("as_of", "wanted"),
    [(None, {("0" * 32, "approved")}), (date(2025, 6, 15), {(None, "rejected"), ("0" * 32, "approved")}), (date(2025, 6, 1), set())],
    ids=["now", "before-the-undoing", "before-all"],
)
def test_a_run_is_told_what_was_decided_before_its_day(decided, as_of, wanted):
    folder, settings = decided
    told = with_corrections(folder, settings, as_of=as_of).clean.corrections
    assert {(one.text, one.verdict) for one in told} == wanted

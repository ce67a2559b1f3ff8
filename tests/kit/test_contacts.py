"""Phones, mail addresses and identity numbers from text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import check, readings

from kezhi.kit.emails import email_reader
from kezhi.kit.engine import ibis
from kezhi.kit.id_numbers import id_number_facts, id_number_reader
from kezhi.kit.phones import phone_kind, phone_reader
from kezhi.kit.reading import stages_apart
from kezhi.kit.text import code_reader, name_reader, text_reader, words_reader

PHONES = {
    "13812345678": ("13812345678", None),
    "+86 138-1234-5678": ("13812345678", "phone_format"),
    "0086-13812345678": ("13812345678", "phone_format"),
    "１３８１２３４５６７８": ("13812345678", "full_width"),
    "13812345678.0": ("13812345678", "phone_format"),
    "1.3812345678E+10": ("13812345678", "phone_format"),
    "13812345678/13912345678": ("13812345678", "phone_format"),
    "010-88886666": ("01088886666", "phone_format"),
    "0755-88886666转123": ("075588886666", "phone_format"),
    "+86 10 88886666": ("01088886666", "phone_format"),
    "+1 (415) 555-2671": ("+14155552671", "phone_format"),
    "88886666": (None, "unreadable_phone"),
    "23812345678": (None, "unreadable_phone"),
    "00000000000": (None, "unreadable_phone"),
    "-": (None, None),
}


def test_phones_are_read_or_named_unreadable():
    check(phone_reader(), PHONES)


@pytest.mark.spark
def test_spark_reads_phones_as_duckdb_does(spark_bench):
    check(phone_reader(), PHONES, spark_bench)


def test_the_kind_of_a_phone_is_told_by_its_form():
    phones = ibis.memtable({"phone": ["13812345678", "01088886666", "+14155552671", None]})
    assert ["mobile", "landline", "foreign", None] == phones.select(kind=phone_kind(phones.phone)).to_pyarrow()["kind"].to_pylist()


@settings(max_examples=8, deadline=None)
@given(st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), min_size=1, max_size=30))
def test_a_mobile_survives_every_way_of_writing_it(phones: list[str]):
    ways = ["{0}", "+86{0}", "0086 {0}", "86-{0}", "{1} {2} {3}", "（+86）{1}-{2}-{3}", " {0}"]
    texts = [way.format(p, p[:3], p[3:7], p[7:]) for p in phones for way in ways]
    assert [value for value, _ in readings(phone_reader(), texts)] == [phone for phone in phones for _ in ways]


def test_mail_addresses_are_lower_case_and_have_a_domain():
    check(
        email_reader(),
        {
            "a@b.cn": ("a@b.cn", None),
            "A@B.CN": ("a@b.cn", "email_case"),
            "a＠b.com": ("a@b.com", "full_width"),
            "a@b。com": ("a@b.com", "email_format"),
            "a@b": (None, "unreadable_email"),
            "a@@b.com": (None, "unreadable_email"),
            "无": (None, None),
        },
    )


def test_codes_keep_leading_zeros_and_lose_the_point_of_spreadsheets():
    check(
        code_reader(),
        {
            "0012": ("0012", None),
            "12345.0": ("12345", "decimal_code"),
            "Ａ１": ("A1", "full_width"),
            " a1 ": ("a1", "blank_trimmed"),
            "NULL": (None, None),
        },
    )


def test_free_text_keeps_chinese_signs_and_names_have_single_blanks():
    check(
        text_reader(), {"江城（总店）": ("江城（总店）", None), " x ": ("x", "blank_trimmed"), "未知": ("未知", None), "N/A": (None, None)}
    )
    check(
        name_reader(), {"张三": ("张三", None), "李　　四": ("李 四", "blank_trimmed"), "Ｌｉ": ("Li", "full_width"), "未知": (None, None)}
    )


def test_a_word_outside_the_list_is_told():
    colours = words_reader({"红": "red", "red": "red", "无": ""}, unreadable="unreadable_colour")
    check(
        colours,
        {
            "red": ("red", None),
            "RED": ("red", None),
            "红": ("red", None),
            "无": (None, None),
            "x": (None, "unreadable_colour"),
        },
    )


def test_identity_numbers_are_capital_and_have_18_signs():
    """15 digits of 1949 become 18 with the century and the published check sign X."""
    check(
        id_number_reader(),
        {
            "11010519491231002X": ("11010519491231002X", None),
            "11010519491231002x": ("11010519491231002X", "id_number_format"),
            "110105491231002": ("11010519491231002X", "id_15_to_18"),
            "123": (None, "unreadable_id_number"),
        },
    )


def facts(numbers: list[str | None]) -> list[tuple]:
    table = ibis.memtable({"place": list(range(len(numbers))), "id_number": numbers, "last": [date(2024, 6, 1)] * len(numbers)})
    table = table.mutate(id_number=table.id_number.cast("string"))
    with stages_apart():
        found = id_number_facts(table, "id_number", "last").order_by("place").to_pyarrow().to_pylist()
    return [(row["id_number_valid"], row["id_birth_date"], row["id_gender"], row["id_region"]) for row in found]


def test_published_identity_numbers_tell_birth_date_gender_and_region():
    """The examples of GB 11643-1999: 11010519491231002X and 440524188001010014."""
    assert facts(["11010519491231002X", "440524188001010014"]) == [
        (True, date(1949, 12, 31), "female", "北京"),
        (True, date(1880, 1, 1), "male", "广东"),
    ]


def test_a_wrong_sign_day_region_or_future_makes_an_identity_number_invalid():
    """Another check sign; 30 February; region 99; born after the last day; a passport; no number at all."""
    numbers = [
        "110105194912310021",
        with_check("11010519490230002"),
        with_check("99010519491231002"),
        with_check("11010520250101002"),
        "E12345678",
    ]
    assert facts([*numbers, None]) == [(False, None, None, None)] * 5 + [(None, None, None, None)]


def with_check(body: str) -> str:
    """The number with its check sign by ISO 7064 MOD 11-2, which is defined without the table of weights."""
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - total) % 11]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.dates(date(1900, 1, 1), date(2024, 5, 31)), st.integers(0, 999)), min_size=10, max_size=40))
def test_every_number_made_by_the_standard_is_valid_and_any_other_check_sign_is_not(people: list[tuple[date, int]]):
    numbers = [with_check(f"310101{born:%Y%m%d}{serial:03}") for born, serial in people]
    assert facts(numbers) == [(True, born, "male" if serial % 2 else "female", "上海") for born, serial in people]
    spoiled = [number[:17] + ("0" if number[17] != "0" else "1") for number in numbers]
    assert {valid for valid, *_ in facts(spoiled)} == {False}

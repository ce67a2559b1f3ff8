"""The laws of tables.py, the contract between rooms."""

from __future__ import annotations

import re

import pytest

from kezhi.kit.engine import dt
from kezhi.settings import TableName
from kezhi.tables import INPUTS, MONEY, ORIGIN, TABLES, raw_schema

KINDS = {
    "text",
    "code",
    "name",
    "phone",
    "email",
    "id_number",
    "gender",
    "date",
    "timestamp",
    "money",
    "number",
    "integer",
    "status",
    "relation",
    "points",
    "feedback",
    "yes_no",
}
MAY_NAME_PEOPLE = {"customer_records", "customers", "corrections", "rejects", "identity_forms", "leads"}  # docs/adr/0005
NAMES_A_PERSON = re.compile(
    r"^(name|phone|email|id_number|wechat_id|address|birth_date|member_id|app_id|raw_text|before|after"
    r"|full|written|sound|given|surname|local_number|mail_name|birth|lunar_birth|house)$"
)

tables = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
inputs = pytest.mark.parametrize("given", INPUTS.values(), ids=INPUTS)


@tables
def test_a_key_exists_and_is_never_null(table):
    assert table.key
    assert len(set(table.key)) == len(table.key)
    assert all(not table.column(name).nullable for name in table.key)


@tables
def test_column_names_are_unique_and_in_snake_case(table):
    assert len(set(table.column_names)) == len(table.column_names)
    assert [name for name in (table.name, *table.column_names) if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []


@tables
def test_types_are_types_of_ibis_and_money_has_one(table):
    for column in table.columns:
        dt.dtype(column.type)
        if column.name.endswith("_amount") or column.name.startswith(("net_amount", "margin_amount", "refund_amount")):
            assert column.type == MONEY, column.name


@tables
def test_the_same_column_has_the_same_type_in_every_table(table):
    for column in table.columns:
        others = {t.column(column.name).type for t in TABLES.values() if column.name in t.column_names}
        kinds = {kind.replace("int32", "int64") for kind in others}  # whole numbers may be narrow where they are read
        assert len(kinds) == 1, (column.name, others)


@tables
def test_every_sentence_ends_with_a_full_stop(table):
    assert [c.name for c in table.columns if not re.search(r"\.$", c.doc)] == []
    assert table.doc.endswith(".")


@tables
def test_personal_data_stands_in_six_tables_only(table):
    personal = {column.name for column in table.columns if column.personal}
    assert personal == {name for name in table.column_names if NAMES_A_PERSON.match(name)} | (personal & {"id_birth_date", "family"})
    assert not personal or table.name in MAY_NAME_PEOPLE


@tables
def test_a_day_is_a_date_and_a_moment_a_timestamp(table):
    for column in table.columns:
        if column.name.endswith("_on"):
            assert column.type == "date", column.name
        if column.name.endswith("_at"):
            assert column.type == "timestamp(6)", column.name


@inputs
def test_an_inputs_key_and_kinds_exist_and_its_sentences_end(given):
    assert set(given.key) <= set(given.field_names)
    assert len(set(given.field_names)) == len(given.field_names)
    assert {field.kind for field in given.fields} <= KINDS
    assert [field.name for field in given.fields if not field.doc.endswith(".")] == []


@inputs
def test_a_raw_table_says_where_each_row_came_from_and_is_text(given):
    schema = list(raw_schema(given.name))
    assert schema[: len(ORIGIN)] == list(ORIGIN)
    assert {kind for _, kind in schema[len(ORIGIN) :]} == {"string"}


@inputs
def test_settings_let_files_be_mapped_to_every_input(given):
    assert given.name in TableName.__args__


def test_a_fact_keeps_its_names_from_file_to_lake():
    """What clean makes of an input's field has the input's name, but for the ones that are resolved on the way."""
    resolved = {"record_id", "age"}
    for raw, made in (
        ("customer_records", "customer_records"),
        ("products", "products"),
        ("orders", "orders"),
        ("order_lines", "order_lines"),
    ):
        assert set(INPUTS[raw].field_names) - set(TABLES[made].column_names) <= resolved

"""What is said of two records of a person, field by field: each way of writing that is known, by a pair anyone can check."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from kezhi.flow.linkage import checked
from kezhi.flow.warehouse import Warehouse
from kezhi.identity.explaining import spelt
from kezhi.identity.probable import people
from kezhi.kit.lunar import lunar_days
from kezhi.settings import EngineSettings, IdentitySettings

PAIRS = [
    ("name", "张伟", "章威", "same_sound"),
    ("name", "王小明", "王明小", "rearranged"),
    ("name", "劉國華", "刘国华", "same"),  # traditional characters
    ("name", "歐陽修", "欧阳修", "same"),
    ("name", "欧阳", "欧阳修", "family_alone"),  # a compound surname
    ("name", "王先生", "王建国", "family_alone"),
    ("name", "小芳", "王芳", "pet_name"),
    ("name", "芳芳", "王芳", "pet_name"),
    ("name", "阿强", "李强", "pet_name"),
    ("name", "阿明", "王小明", "pet_name"),
    ("name", "老王", "王建国", "pet_name"),
    ("name", "Mary 王芳", "王芳", "same"),
    ("name", "王芳（小芳）", "王芳", "same"),
    ("name", "Wang Fang", "王芳", "same_sound"),
    ("name", "Fang Wang", "王芳", "spelt_out"),
    ("name", "王芳", "李强", "differs"),
    ("given_name", "Bob Miller", "Robert Miller", "short_form"),
    ("given_name", "Alex Miller", "Alexander Miller", "short_form"),
    ("given_name", "Smith, John", "John Smith", "same"),
    ("given_name", "John A. Smith", "John Smith", "same"),
    ("given_name", "Smith John", "John Smith", "swapped"),
    ("given_name", "Jon Smith", "John Smith", "nearly_same"),
    ("surname", "José García", "Jose Garcia", "same"),
    ("phone", "13856781243", "13856781234", "one_digit"),
    ("phone", "+86 138-5678-1234", "13856781234", "same"),
    ("phone", "027-87654021", "87654021", "other_area_code"),
    ("phone", "0711-8765402", "0713-8765402", "other_area_code"),
    ("phone", "027-7654021", "027-87654021", "other_area_code"),  # a digit was put before in the nineties
    ("email", "wangfang88@qq.com", "wangfang88@163.com", "same_name"),
    ("email", "wangfang88+shop@qq.com", "wangfang88@163.com", "same_name"),
    ("email", "wang.fang88@qq.com", "wangfang88@163.com", "one_sign"),
    ("id_number", "110105491231002", "11010519491231002X", "same"),  # 15 digits made 18
    ("id_number", "110105194912310021", "11010519491231002X", "one_digit"),
    ("id_number", "440524188001010014", "11010519491231002X", "two_people"),
    ("birth_date", "1990-03-07", "1990-07-03", "turned"),
    ("birth_date", "1990-03-07", "1990-03-09", "one_digit"),
    ("birth_date", "1985-02-20", "1985-01-01", "lunar"),  # new year's day
    ("birth_date", "1990-07-08", "1990-05-16", "lunar"),  # the 16th of the second fifth month
    ("birth_date", "1990-03-28", "1990-03-02", "lunar"),
    ("birth_date", "1990-03-28", "1990-04-19", "same_year"),  # some weeks apart is not yet lunar
    ("address", "武汉市洪山区珞喻路12号3栋201", "武汉市洪山区珞喻路12号5栋302", "same_house"),
    ("address", "武汉市洪山区珞喻路12号", "武汉市洪山区珞喻路845号", "same_street"),
]
FIELDS = {"given_name": "name", "surname": "name"}  # the field that a comparison is told from


@pytest.fixture(scope="module")
def levels(tmp_path_factory) -> list[dict[str, str]]:
    """For each of `PAIRS` the level of every comparison. A WeChat id of its own brings each pair together, and no other."""
    rows = []
    for number, (comparison, left, right, _level) in enumerate(PAIRS):
        for side, value in (("a", left), ("b", right)):
            row = dict.fromkeys(("name", "phone", "email", "id_number", "birth_date", "address"))
            rows.append(
                row | {"record_id": f"{number:03}{side}", "wechat_id": f"wx_{number:03}", FIELDS.get(comparison, comparison): value}
            )
    table = pa.Table.from_pylist(rows)
    with Warehouse(EngineSettings(memory_limit="2GB"), tmp_path_factory.mktemp("pairs")) as bench:
        found = people(checked(bench.keep(table.schema, table.to_batches()), bench), IdentitySettings(), bench)
        told = {(row["left_record_id"], row["right_record_id"]): row for row in bench.arrow(found.weighed).to_pylist()}
        return [
            {each["comparison"]: each["level"] for each in spelt(told[f"{number:03}a", f"{number:03}b"], found.chosen)}
            for number in range(len(PAIRS))
        ]


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=[f"{left}={right}" for _, left, right, _ in PAIRS])
def test_a_way_of_writing_is_known(levels, number):
    comparison, _left, _right, level = PAIRS[number]
    assert levels[number].get(comparison) == level


def test_what_nobody_tells_is_not_compared_and_is_still_weighed_for_those_who_come(tmp_path):
    """Two records with names and phones alone: nothing is laid side by side of mail and birth, whose weights are what is expected of them."""
    told = [("a", "王芳", "13856781234"), ("b", "王芳", "13856781234"), ("c", "李强", "13900871234")]
    rows = [{"record_id": name, "name": said, "phone": phone, "email": None, "birth_date": None} for name, said, phone in told]
    schema = pa.schema([(name, pa.string()) for name in rows[0]])
    with Warehouse(EngineSettings(memory_limit="2GB"), tmp_path) as bench:
        found = people(
            checked(bench.keep(schema, pa.Table.from_pylist(rows, schema).to_batches()), bench), IdentitySettings(probability=0.5), bench
        )
        weights = {(row["comparison"], row["agreement"]): row["match_share"] for row in bench.arrow(found.weights).to_pylist()}
        pairs = bench.arrow(found.weighed)
    assert [one.name for one in found.chosen] == ["name", "phone"]
    assert "birth_date" not in pairs.column_names
    assert weights["email", "same"] == pytest.approx(0.7)
    assert weights["birth_date", "same"] == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [("19000131", "19000101"), ("19491001", "19490810"), ("20230410", "20230220"), ("20240210", "20240101"), ("21000208", "20991230")],
)
def test_the_lunar_calendar_knows_days_that_are_known(solar, lunar):
    """National day 1949 was 八月初十; 2023 had a second second month, whose 20th was 10 April; new years of 1900 and 2024."""
    days = dict(zip(*(lunar_days()[name].to_pylist() for name in ("solar", "lunar")), strict=True))
    assert days[solar] == lunar
    assert len(days) == (date(2100, 2, 9) - date(1900, 1, 31)).days

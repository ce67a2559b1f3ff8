"""`kezhi prices list|simulate` on the demo city, where nobody looks at prices."""

from __future__ import annotations

import json


def test_what_cannot_be_told_is_said_to_be_so(kezhi, city_project):
    where = ("--project", city_project.folder)
    assert "unsure" in kezhi("prices", "list", *where).out
    assert "还不能确定" in kezhi("prices", "list", "--by", "rfm_group", *where, lang="zh").out
    said = kezhi("prices", "simulate", "母婴=5%", "--json", *where)
    assert [(row["member"], row["is_told"], row["revenue"]) for row in json.loads(said.out)] == [("母婴", False, None)]
    assert "cannot be told" in kezhi("prices", "simulate", "5%", *where).out


def test_a_wrong_share_member_or_dimension_is_refused_in_a_line(kezhi, city_project):
    for words, why in (
        (("simulate", "much"), "much is no share"),
        (("simulate", "0.9"), "is not a share between"),
        (("simulate", "没有=5%"), "There is no 没有"),
        (("list", "--by", "colour"), "There is no colour"),
    ):
        said = kezhi("prices", *words, "--project", city_project.folder)
        assert said.code == 2
        assert why in said.err
        assert "Traceback" not in said.err

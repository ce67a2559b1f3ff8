"""`kezhi backup` and `kezhi restore` as typed."""

from __future__ import annotations

import json


def test_a_project_goes_into_a_file_and_comes_out_elsewhere(kezhi, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/kezhi.yaml").write_text("name: Shop\n", encoding="utf-8")
    kezhi("user", "add", "anna", "-p", "shop")
    made = kezhi("backup", "-p", "shop", "-o", "b.zip", "--json")
    told = json.loads(made.out)
    assert (made.code, told["project"], told["tables"]["users"], told["snapshot"]) == (0, "Shop", 1, None)
    assert told["files"] == len(told["tables"]) + 1
    checked = kezhi("restore", "b.zip", "--check")
    assert (checked.code, checked.err) == (0, "")
    assert "users 1" in checked.out
    assert kezhi("restore", "b.zip", "-p", "new").code == 0
    assert "anna" in kezhi("user", "list", "-p", "new").out


def test_what_cannot_be_done_is_one_line_in_the_language_asked_for(kezhi, tmp_path):
    (tmp_path / "kezhi.yaml").write_text("name: Shop\n", encoding="utf-8")
    (tmp_path / "b.zip").write_text("nothing", encoding="utf-8")
    for words, said in (
        (("backup", "-o", "b.zip"), "已存在"),
        (("restore", "b.zip", "--force"), "不是可读的备份"),
        (("restore", "none.zip"), "不是可读的备份"),
    ):
        code, out, err = kezhi(*words, lang="zh")
        assert (code, out, said in err, "Traceback" in err) == (2, "", True, False), words

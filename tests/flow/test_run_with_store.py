"""What people keep in the store goes through a run: notes into tags, decisions into who is who, segments into members; so by command line and Python."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import date

import pytest

from kezhi.api import open_project
from kezhi.cli import main
from kezhi.errors import ExpressionWrong, NotFound, NotOwner, WrongInput
from kezhi.flow.store_decisions import read_decisions
from kezhi.flow.store_notes import read_notes
from kezhi.kit.engine import _
from kezhi.store.identity import decide
from kezhi.store.place import open_store

ORDERS = """order_id,record_id,ordered_at,net_amount
1,a,2025-06-01,100
2,b,2025-06-20,50
3,a,2025-06-30,80
4,c,2025-06-01,7
5,d,2025-06-02,8
"""
SETTINGS = """
name: store
sources:
  shop:
    trust: 1
    tables:
      orders:
        files: orders.csv
        columns: {order_id: order_id, record_id: record_id, ordered_at: ordered_at, net_amount: net_amount}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Customers a and b; c and d whom somebody joined before the run. Then the notes alone run again with two of them on a."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "kezhi.yaml").write_text(SETTINGS)
    (folder / "orders.csv").write_text(ORDERS)
    opened = open_project(folder)
    with closing(open_store(folder)) as store, store.session() as session:
        opened.merge = decide(session, "same", ["shop:c"], ["shop:d"], author="anna").decision_id
    opened.run()
    opened.kept = [
        opened.notes.add("shop:a", "太太电话 13912345678", tag="露营", source="front_desk", learnt_on=date(2025, 6, 10), author="anna"),
        opened.notes.add("shop:a", "only words", author="bo"),
    ]
    opened.run(only="notes")
    yield opened
    opened.close()


def tags(project):
    found = project.table("customer_tags").filter(_.family == "hand_given")
    return {row["tag"]: row for row in found.to_pyarrow().to_pylist()}


def test_a_note_becomes_a_tag_with_author_and_date(project):
    tag = tags(project)["露营"]
    wanted = ("shop:a", "hand_given", "anna", date(2025, 6, 10), date(2025, 6, 10))
    assert (tag["customer_id"], tag["basis"], tag["author"], tag["learnt_on"], tag["since"]) == wanted


def test_who_had_the_tag_on_a_day_is_told_by_the_day_it_was_learnt(project):
    history = project.table("customer_tag_history").filter(_.family == "hand_given")

    def on(day):
        held = history.filter(_.valid_from <= day, _.valid_to.isnull() | (_.valid_to > day))
        return held.customer_id.to_pyarrow().to_pylist()

    assert (on(date(2025, 6, 9)), on(date(2025, 6, 10))) == ([], ["shop:a"])


def test_the_lake_has_the_words_without_the_phone_number(project):
    words = {row["words"] for row in project.table("notes").to_pyarrow().to_pylist()}
    assert words == {"太太电话 139****5678", "only words"}


def test_a_run_of_an_asked_day_does_not_know_what_was_learnt_later(project):
    def known(day):
        return [row["words"] for row in read_notes(project.folder, project.settings, as_of=day)]

    assert (known(date(2025, 6, 10)), known(date(2025, 6, 11)), len(known(None))) == ([], ["太太电话 139****5678"], 2)


def test_a_withdrawn_note_ends_the_tag_at_the_next_run_and_stays_in_the_log(project):
    assert project.notes.list("shop:a") == sorted(project.kept, key=lambda note: note["learnt_on"], reverse=True)
    project.notes.withdraw(project.kept[0]["note_id"], author="bo")
    project.run(only="notes")
    assert tags(project) == {}
    assert [row["withdrawn_by"] for row in project.notes.list(withdrawn=True)] == [None, "bo"]
    with pytest.raises(NotFound):
        project.notes.add("shop:nobody", "x")
    with pytest.raises(WrongInput):
        project.notes.add("shop:b", tag="x", learnt_on=date(2999, 1, 1))


def test_the_command_line_adds_lists_withdraws_and_shows_the_log(project, monkeypatch, capsys):
    def said(*words):
        monkeypatch.setattr(sys, "argv", ["kezhi", *words, "-p", str(project.folder), "--json"])
        assert main() == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    note = said("note", "add", "shop:b", "likes tea", "--tag", "tea", "--source", "visit", "--on", "2025-06-21", "--by", "carl")
    assert note in said("note", "list", "shop:b")
    assert said("note", "withdraw", note["note_id"], "--by", "carl")["withdrawn_by"] == "carl"
    assert said("note", "list", "shop:b") == []
    assert [entry["action"] for entry in said("audit", "list", "--subject", "shop:b")] == ["note.withdrawn", "note.added"]
    checked = said("audit", "check")
    assert (checked["whole"], checked["first_broken"]) == (True, None)
    assert checked["entries"] == len(said("audit", "list"))


def test_a_saved_segment_is_asked_at_once_and_dated_by_the_next_run(project):
    saved = project.saved_segments
    saved.save("twice", "did('order', times>=2)", name="两次", author="anna")
    saved.save("rich", "in_segment('twice') AND net_amount_life >= 180", author="anna")
    assert project.segment_count("in_segment('rich')") == 1
    project.run(only="segments")
    history = project.table("segment_history").select("segment", "customer_id", "valid_from").to_pyarrow().to_pylist()
    day = date(2025, 7, 1)
    assert {tuple(row.values()) for row in history} == {("twice", "shop:a", day), ("twice", "shop:c", day), ("rich", "shop:a", day)}
    names = project.table("segments").select("segment", "segment_name", "owner").to_pyarrow().to_pylist()
    assert {"segment": "twice", "segment_name": "两次", "owner": "anna"} in names


def test_what_cannot_be_kept_is_refused(project):
    saved = project.saved_segments
    with pytest.raises(NotOwner):
        saved.save("twice", "TRUE", author="bo")
    with pytest.raises(NotOwner):
        saved.delete("rich", author="bo")
    with pytest.raises(WrongInput, match="rich"):
        saved.delete("twice", author="anna")  # rich is made of it
    with pytest.raises(WrongInput, match="twice → rich"):
        saved.save("twice", "in_segment('rich')", author="anna")
    with pytest.raises(WrongInput):
        saved.save("Two Words", "TRUE", author="anna")
    with pytest.raises(ExpressionWrong):
        saved.save("new", "no_such_column = 1", author="anna")


def test_one_whose_event_is_gone_is_left_out_with_what_is_made_of_it(project):
    """The store says what an older project meant; the run says which it skipped, and goes on."""
    from kezhi.store.place import open_store
    from kezhi.store.segments import save_segment

    store = open_store(project.folder)
    with store.session() as session:
        for key, rule in (("gone", "did('no_such_event')"), ("made_of_gone", "in_segment('gone')")):
            save_segment(session, key, key, rule, owner="anna", taken=())
    store.close()
    snapshot = project.run(only="segments")
    assert sorted(project.table("segments").to_pyarrow()["segment"].to_pylist()) == ["rich", "twice"]
    notes = snapshot.manifest["steps"]["segments"]["notes"]
    assert [("gone" in note, "made_of_gone" in note) for note in notes] == [(True, False), (True, True)]
    assert notes in (snapshot.notes("segments", "zh"), snapshot.notes("segments", "en"))
    assert snapshot.notes("segments", "zh") != snapshot.notes("segments", "en")
    kept = project.run(only="separation")  # what a step said holds as long as its tables do
    assert kept.notes("segments", "en") == snapshot.notes("segments", "en")
    assert project.segment_count("twice") == 2
    for key in ("made_of_gone", "gone"):
        project.saved_segments.delete(key, author="anna")


def test_the_command_line_saves_lists_and_deletes_segments(project, monkeypatch, capsys):
    def said(*words):
        monkeypatch.setattr("sys.argv", ["kezhi", "segment", *words, "-p", str(project.folder)])
        assert main() == 0, capsys.readouterr().err
        return capsys.readouterr().out

    assert "net_amount_life > 60" in said("save", "more", "net_amount_life>60", "--name", "多", "--by", "carl")
    rows = {row["key"]: row for row in json.loads(said("saved", "--json"))}
    assert (rows["more"]["name"], rows["more"]["owner"]) == ("多", "carl")
    said("delete", "more", "--by", "carl")
    assert "more" not in said("saved")


def test_what_somebody_joined_is_one_customer_with_all_orders_since_the_run(project):
    (row,) = project.table("profile").filter(_.customer_id == "shop:c").select("records", "orders_life").to_pyarrow().to_pylist()
    assert row == {"records": 2, "orders_life": 2}
    assert [(made["decision_id"], made["pending"]) for made in project.identity.decisions("shop:d")] == [(project.merge, False)]
    (was,) = [row for row in project.identity.history("shop:d") if row["record_id"] == "shop:d"]
    assert (was["event"], was["customer_id"]) == ("new", "shop:c")
    assert project.identity.on("shop:d", was["recorded_on"])["records"] == ["shop:c", "shop:d"]
    with pytest.raises(NotFound):
        project.identity.on("shop:d", date(2025, 1, 1))
    assert read_decisions(project.folder, project.settings, as_of=date(2025, 7, 1)) == [], "nobody knew on that day"


def test_the_command_line_shows_joins_splits_and_takes_back(project, monkeypatch, capsys):
    def said(*words):
        monkeypatch.setattr(sys, "argv", ["kezhi", "identity", *words, "-p", str(project.folder), "--json"])
        assert main() == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    seen = said("preview", "shop:a", "shop:b")
    assert [row["orders"] for row in (*seen["before"], seen["after"])] == [2, 1, 3]
    assert seen["after"]["net_amount"] == 230
    made = said("merge", "shop:a", "shop:b", "--reason", "one person", "--by", "carl")
    assert (made["kind"], made["pending"], made["author"]) == ("same", True, "carl")
    split = said("split", "shop:c", "shop:d", "--by", "carl")
    assert (split["one_records"], split["other_records"]) == (["shop:d"], ["shop:c"])
    assert {row["decision_id"] for row in said("decisions")} == {made["decision_id"], split["decision_id"], project.merge}
    assert said("undo", made["decision_id"])["pending"] is False, "no run ever knew it"
    assert said("undo", split["decision_id"])["undone_at"]
    monkeypatch.setattr(sys, "argv", ["kezhi", "identity", "split", "shop:c", "shop:c", "shop:d", "-p", str(project.folder)])
    assert main() == 2
    monkeypatch.setattr(sys, "argv", ["kezhi", "identity", "merge", "shop:c", "shop:d", "-p", str(project.folder)])
    assert main() == 2


def test_a_log_that_was_changed_is_told_with_its_first_broken_entry(project, monkeypatch, capsys):
    import sqlite3

    with sqlite3.connect(project.folder / ".kezhi" / "store.db") as store:
        store.execute("UPDATE audit SET login = 'somebody else' WHERE number = 2")
    monkeypatch.setattr(sys, "argv", ["kezhi", "audit", "check", "-p", str(project.folder), "--json"])
    code = main()
    assert (code, json.loads(capsys.readouterr().out)["first_broken"]) == (1, 2)

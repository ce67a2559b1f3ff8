"""What people keep in the store goes through a run: notes into dated tags, segments into dated members; so by command line and Python."""

from __future__ import annotations

import json
import sys
from datetime import date

import pytest

from kezhi.api import open_project
from kezhi.cli import main
from kezhi.errors import ExpressionWrong, NotFound, NotOwner, WrongInput
from kezhi.flow.store_notes import read_notes
from kezhi.kit.engine import _

ORDERS = """order_id,record_id,ordered_at,net_amount
1,a,2025-06-01,100
2,b,2025-06-20,50
3,a,2025-06-30,80
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
    """Two customers, a and b, with three orders; run, and the notes alone run again with two of them on a."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "kezhi.yaml").write_text(SETTINGS)
    (folder / "orders.csv").write_text(ORDERS)
    opened = open_project(folder)
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
    assert {tuple(row.values()) for row in history} == {("twice", "shop:a", day), ("rich", "shop:a", day)}
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
    assert project.segment_count("twice") == 1
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


def test_a_log_that_was_changed_is_told_with_its_first_broken_entry(project, monkeypatch, capsys):
    import sqlite3

    with sqlite3.connect(project.folder / ".kezhi" / "store.db") as store:
        store.execute("UPDATE audit SET login = 'somebody else' WHERE number = 2")
    monkeypatch.setattr(sys, "argv", ["kezhi", "audit", "check", "-p", str(project.folder), "--json"])
    code = main()
    assert (code, json.loads(capsys.readouterr().out)["first_broken"]) == (1, 2)

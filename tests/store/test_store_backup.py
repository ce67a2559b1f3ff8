"""A backup holds everything that cannot be computed again, and comes back whole in either database."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from kezhi.errors import WrongInput
from kezhi.flow.backup import LIST, backup, contents, restore
from kezhi.flow.lake import Lake
from kezhi.sources.collector import LOG_FOLDER
from kezhi.sources.collector.segments import line_of, said_of
from kezhi.store import Database, audit, corrections, dump, jobs, sessions, sqlite_url, users, write_keys
from kezhi.store.identity import decide
from kezhi.store.records import CustomerOwner, Job, MetricTarget, Note, SavedView, Schedule, Segment, User

SEGMENT = LOG_FOLDER / "00000000000000000001-aa.log"


@pytest.fixture
def project(tmp_path) -> Path:
    """A project with definitions, a log, and a snapshot of one file."""
    folder = tmp_path / "company"
    (folder / SEGMENT).parent.mkdir(parents=True)
    (folder / "kezhi.yaml").write_text("name: 江城百货\n", encoding="utf-8")
    (folder / "segments.yaml").write_text("segments: []\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "orders.csv").write_text("a,b\n", encoding="utf-8")
    (folder / SEGMENT).write_bytes(
        line_of(said_of({"source": "web", "received_at": "x", "sent_at": None, "ids": [], "events": [], "bad": []}))
    )
    table = folder / ".kezhi/lake/s1/profile/part-0.parquet"
    table.parent.mkdir(parents=True)
    table.write_bytes(bytes(range(256)) * 40)
    Lake(folder / ".kezhi/lake").publish("s1", {"as_of": "2025-07-01", "tables": {}})
    return folder


def fill(store: Database) -> None:
    """A row or more in every table but that of the schema's version."""
    with store.session() as session:
        for login in ("anna", "bo"):
            one = users.add_user(session, login, "correct horse battery", "admin", shown_name="安娜 “A”\n")
            audit.note(
                session, "user.added", login, login="x", details={"b": [1, None, "是"], "a": {"c": 1.5}}, reason="新来的", address="::1"
            )
        sessions.begin_session(session, one.user_id)
        sessions.add_token(session, one.user_id, "t", ["metrics.read"], expires_at=datetime(2030, 1, 1, 0, 0, 0, 1))
        write_keys.add_key(session, "web", author="anna")
        jobs.ask(session, "report", {"lang": "zh"}, asked_by="anna")
        session.add(CustomerOwner(customer_id="c1", user_id=one.user_id))
        session.add(Note(customer_id="c1", tag=None, words="喜欢露营\n第二行", author="bo", source="phone", learnt_on="2025-06-01"))
        session.add(SavedView(user_id=one.user_id, page="customers", name="v", state={"x": [1]}, shared=True))
        session.add(MetricTarget(metric="net_sales", target=0.1 + 0.2, lower=None, upper=1e9))
        decide(session, "same", ["shop:1"], ["app:2"], author="anna", reason="同一人")
        about = {
            "source": "shop",
            "table_name": "orders",
            "column_name": "net_amount",
            "rule": "money_format",
            "text_key": None,
            "count": 3,
        }
        corrections.decide(session, "rejected", **about, author="anna", reason="单位是角")
        session.add(Segment(key="vip", name="贵宾", expression="r_score >= 4", owner="anna", changed_by="anna"))
        session.add(Schedule(name="s", kind="run", arguments={}, cron="0 3 * * *", author="anna"))


def everything(store: Database) -> dict[str, list[str]]:
    with dump.one_moment(store) as moment:
        return {table.name: list(dump.lines(moment, table)) for table in dump.TABLES}


@pytest.fixture
def other(request, tmp_path, store_url, monkeypatch):
    """An empty database of the same kind or the other, where the project will then look for its store."""
    kind = request.param
    url = sqlite_url(tmp_path / "other.db")
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        name = f"o{abs(hash(request.node.nodeid)):x}"
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        url = server.replace("/postgres?", f"/{name}?")
    return url


@pytest.mark.parametrize("other", ["sqlite", "postgresql"], indirect=True)
def test_a_backup_of_either_database_comes_back_in_either(store, store_url, other, project, tmp_path, monkeypatch):
    fill(store)
    before = everything(store)
    assert [name for name, rows in before.items() if not rows] == []
    monkeypatch.setenv("KEZHI_STORE", store_url)
    file = tmp_path / "b.zip"
    made = backup(project, file)
    assert (file.stat().st_mode & 0o777, made) == (0o600, contents(file))
    assert (made.project, made.snapshot, made.tables["users"], made.audit["first_broken"]) == ("江城百货", "s1", 2, None)

    monkeypatch.setenv("KEZHI_STORE", other)
    back = tmp_path / "back"
    restore(file, back)
    opened = Database(other)
    after = everything(opened)
    assert {**after, "audit": after["audit"][:2]} == before
    with opened.reading() as session:
        assert audit.first_broken(session) is None
        newest = audit.entries(session, limit=1)[0]
        assert (newest.action, newest.number, newest.details["replaced"]["entries"]) == ("backup.restored", 3, 0)
        assert users.check_password(session, "anna", "correct horse battery").role == "admin"
    opened.close()
    for path in ("kezhi.yaml", "segments.yaml", SEGMENT, ".kezhi/lake/s1/profile/part-0.parquet"):
        assert (back / path).read_bytes() == (project / path).read_bytes()
    assert Lake(back / ".kezhi/lake").current().name == "s1"
    assert not (back / "data").exists()
    assert [path.name for path in (back / ".kezhi").glob("restoring*")] == []


def test_a_backup_is_of_one_moment(store):
    fill(store)
    with dump.one_moment(store) as moment:
        tables = iter(dump.TABLES)
        first = next(tables)
        rows = {first.name: list(dump.lines(moment, first))}
        fill_again = User(login="late", shown_name="late", role="admin", regions=[])
        with store.session() as session:
            session.add(fill_again)
            audit.note(session, "user.added", "late", login="x")
        rows |= {table.name: list(dump.lines(moment, table)) for table in tables}
    assert (len(rows["users"]), len(rows["audit"])) == (2, 2)


@pytest.fixture
def kept(project, tmp_path, monkeypatch) -> Path:
    """A backup of a project with an SQLite store in its folder."""
    monkeypatch.delenv("KEZHI_STORE", raising=False)
    store = Database(sqlite_url(project / ".kezhi/store.db"))
    fill(store)
    store.close()
    backup(project, tmp_path / "b.zip", data=True)
    return tmp_path / "b.zip"


def test_nothing_is_replaced_unless_asked_and_what_came_since_into_the_log_stays(kept, project, tmp_path):
    with pytest.raises(WrongInput, match="holds a project"):
        restore(kept, project)
    with pytest.raises(WrongInput, match="exists"):
        backup(project, kept)
    grown = (project / SEGMENT).read_bytes() * 2
    (project / SEGMENT).write_bytes(grown)
    (project / "kezhi.yaml").write_text("name: Changed\n", encoding="utf-8")
    store = Database(sqlite_url(project / ".kezhi/store.db"))
    with store.session() as session:
        users.add_user(session, "late", "correct horse battery", "admin")
        audit.note(session, "user.added", "late", login="x")
    store.close()
    restore(kept, project, force=True)
    assert (project / SEGMENT).read_bytes() == grown
    assert "江城" in (project / "kezhi.yaml").read_text(encoding="utf-8")
    store = Database(sqlite_url(project / ".kezhi/store.db"))
    with store.reading() as session:
        assert [one.login for one in users.all_users(session)] == ["anna", "bo"]
        assert audit.first_broken(session) is None
        assert audit.entries(session, limit=1)[0].details["replaced"]["entries"] == 3
    store.close()
    (project / "kezhi.yaml").unlink()
    with pytest.raises(WrongInput, match="holds something"):
        restore(kept, project)


def rewritten(file: Path, to: Path, change) -> Path:
    """A copy of the backup with *change* applied to its parts by name."""
    with zipfile.ZipFile(file) as packed, zipfile.ZipFile(to, "w") as out:
        parts = {name: packed.read(name) for name in packed.namelist()}
        for name, content in change(parts).items():
            out.writestr(name, content)
    return to


def test_a_damaged_file_is_refused_before_anything_is_written(kept, tmp_path):
    whole = kept.read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "flipped.zip").write_bytes(whole.replace(bytes(range(200)), bytes(range(1, 201)), 1))
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    rewritten(kept, tmp_path / "row.zip", lambda parts: parts | {"store/users.jsonl": parts["store/users.jsonl"].replace(b"anna", b"eve1")})

    def outside(parts):
        told = json.loads(parts[LIST])
        told["files"]["project/../../evil"] = told["files"]["project/kezhi.yaml"]
        return parts | {"project/../../evil": parts["project/kezhi.yaml"], LIST: json.dumps(told)}

    rewritten(kept, tmp_path / "outside.zip", outside)
    for name in ("cut", "flipped", "text", "row", "outside", "missing"):
        with pytest.raises(WrongInput, match=f"{name}.zip"):
            restore(tmp_path / f"{name}.zip", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_store_that_does_not_come_out_as_it_went_in_is_left_as_it_was(kept, project, tmp_path):
    """Hashes fit, but the audit log was cut: who took an entry off is found out."""

    def shorter(parts):
        told = json.loads(parts[LIST])
        told["audit"]["entries"] = 5
        return parts | {LIST: json.dumps(told)}

    store = Database(sqlite_url(project / ".kezhi/store.db"))
    before = everything(store)
    with pytest.raises(WrongInput, match="not as it was"):
        restore(rewritten(kept, tmp_path / "s.zip", shorter), project, force=True)
    assert everything(store) == before
    with store.reading() as session:
        assert session.scalar(select(Job.kind)) == "report"
    store.close()

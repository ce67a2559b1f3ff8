"""Jobs and schedules in the store: each is done once, by one worker, and taken up again when its worker dies."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from kezhi.errors import NotFound, WrongInput
from kezhi.store import jobs, schedules
from kezhi.store.records import Job, Schedule, utc_now


def ask(store, kind="report", **more):
    with store.session() as session:
        return jobs.ask(session, kind, more.pop("arguments", {}), asked_by="anna", **more).job_id


def take(store, worker="w1"):
    with store.session() as session:
        job = jobs.take(session, worker)
        return job and job.job_id


def state(store, job_id):
    with store.reading() as session:
        return jobs.find(session, job_id).state


def lose_lease(store, job_id):
    with store.session() as session:
        session.execute(update(Job).where(Job.job_id == job_id).values(lease_until=utc_now() - timedelta(seconds=1)))


def test_many_workers_take_each_job_once(store):
    asked = [ask(store, arguments={"n": n}) for n in range(20)]
    taken: list[str] = []

    def work(name: str) -> None:
        while job := take(store, name):
            taken.append(job)

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(taken) == Counter(asked)


def test_jobs_that_must_be_alone_wait_for_each_other(store):
    first = ask(store, "run", arguments={"only": None}, alone="run")
    second = ask(store, "run", arguments={"only": "rfm"}, alone="run")
    other = ask(store)
    assert take(store) == first
    assert take(store) == other, "work of another kind need not wait"
    assert take(store) is None
    with store.session() as session:
        assert jobs.end(session, first, "w1", "done", result={"rows": 3})
    assert take(store) == second


def test_the_same_is_not_asked_for_twice_while_it_waits(store):
    first = ask(store, "run", arguments={"only": "rfm"}, alone="run")
    assert ask(store, "run", arguments={"only": "rfm"}, alone="run") == first
    assert ask(store, "run", arguments={"only": None}, alone="run") != first
    take(store)
    assert ask(store, "run", arguments={"only": "rfm"}, alone="run") != first, "it may have begun before the new data came"


def test_a_job_whose_worker_died_is_taken_up_again_three_times_at_most(store):
    job = ask(store)
    for number in range(jobs.MOST_TRIES):
        assert take(store, f"w{number}") == job
        assert take(store, "another") is None, "its lease is good"
        lose_lease(store, job)
    assert take(store) is None
    assert state(store, job) == "failed"


def test_a_worker_that_was_given_up_changes_nothing_any_more(store):
    job = ask(store)
    take(store, "slow")
    lose_lease(store, job)
    assert take(store, "quick") == job
    with store.session() as session:
        assert not jobs.beat(session, job, "slow", {"step": "x"})
        assert not jobs.end(session, job, "slow", "done")
        assert jobs.beat(session, job, "quick", {"step": "y"})
    assert state(store, job) == "running"


def test_a_cancelled_job_is_not_begun_or_is_told_to_end(store):
    waiting, running = ask(store, arguments={"n": 1}, due_at=utc_now() + timedelta(hours=1)), ask(store, arguments={"n": 2})
    assert take(store) == running
    with store.session() as session:
        jobs.cancel(session, waiting)
        jobs.cancel(session, running)
    assert state(store, waiting) == "cancelled"
    with store.session() as session:
        assert not jobs.beat(session, running, "w1", {})
    lose_lease(store, running)  # its worker died before it could say so
    assert take(store) is None
    assert state(store, running) == "cancelled"
    with store.session() as session, pytest.raises(NotFound):
        jobs.cancel(session, "none")


def test_a_schedule_asks_once_for_all_times_that_were_missed(store):
    with store.session() as session:
        made = schedules.add_schedule(session, "daily", "run", {}, "0 6 * * *", timezone="Asia/Shanghai", author="anna").schedule_id
        session.execute(update(Schedule).values(next_at=utc_now() - timedelta(days=3)))
    for expected in (1, 0):
        with store.session() as session:
            assert len(schedules.ask_what_is_due(session, timezone="Asia/Shanghai", alone={"run": "run"})) == expected
    with store.session() as session:
        assert schedules.find_schedule(session, made).next_at > utc_now()
        assert schedules.switch(session, made, False, timezone="Asia/Shanghai").next_at is None
        assert jobs.take(session, "w").alone == "run"


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Asia/Shanghai", datetime(2026, 1, 1, 0, 0), datetime(2026, 1, 1, 22, 0)),  # 06:00 of the 2nd there
        ("Europe/Berlin", datetime(2026, 3, 28, 12, 0), datetime(2026, 3, 29, 4, 0)),  # the day the clocks go forward
        ("Europe/Berlin", datetime(2026, 10, 24, 12, 0), datetime(2026, 10, 25, 5, 0)),  # and back
    ],
)
def test_a_schedule_means_the_time_of_the_company(zone, after, expected):
    assert schedules.next_time("0 6 * * *", zone, after) == expected


@pytest.mark.parametrize("cron", ["", "* * * *", "61 * * * *", "0 0 31 2 *", "@daily", "0 6 * * * *", "R * * * *", "H * * * *"])
def test_a_line_that_is_no_schedule_is_refused(cron):
    with pytest.raises(WrongInput):
        schedules.next_time(cron, "Asia/Shanghai", datetime(2026, 1, 1))

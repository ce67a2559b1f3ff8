"""Answers that are kept are those asked for last, and never more than may be kept."""

from __future__ import annotations

import pyarrow as pa

from kezhi.flow.answers import LARGEST_BYTES, MOST_BYTES, QUESTION_BYTES, Answers


def table(size: int) -> pa.Table:
    return pa.table({"x": pa.array(range(size // 8), pa.int64())})


def test_what_was_asked_for_longest_ago_goes_first():
    answers, one = Answers(), table(LARGEST_BYTES // 2)
    fits = MOST_BYTES // (one.nbytes + QUESTION_BYTES)
    for number in range(fits):
        answers.keep(chr(256 + number), one)
    assert answers.get(chr(256)) is one  # used, so the second is the oldest now
    answers.keep("new", one)
    assert [answers.get(chr(256)), answers.get(chr(257)), answers.get("new")] == [one, None, one]


def test_a_large_answer_is_not_kept_and_the_first_of_two_stays():
    answers, small = Answers(), table(80)
    answers.keep("large", table(LARGEST_BYTES + 8))
    answers.keep("small", small)
    answers.keep("small", table(160))
    assert (answers.get("large"), answers.get("small")) == (None, small)

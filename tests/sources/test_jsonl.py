"""JSON lines: keys as columns, values as text, broken lines rejected."""

from __future__ import annotations

from sources.reader import read_bytes


def test_keys_are_columns_and_values_are_text(tmp_path):
    data = '{"id":1,"buyer":{"phone":13800138000},"ok":true}\n{"id":"007","tags":["母婴"],"ok":null}\n'
    got = read_bytes(tmp_path, data.encode(), "e.jsonl")
    assert ["id", "buyer.phone", "ok", "tags"] == got.header
    assert [["1", "13800138000", "true", None], ["007", None, None, '["母婴"]']] == got.rows


def test_a_line_that_is_no_object_is_rejected_and_the_next_one_is_read(tmp_path):
    got = read_bytes(tmp_path, b'{"id":1}\n{"id":\n\n[1]\n{"id":"\xff"}\r\n{"id":2}', "e.jsonl", encoding="utf-8")
    assert ([["1"], ["2"]], [1, 6]) == (got.rows, got.lines)
    assert {2: "broken_json", 4: "not_an_object", 5: "undecodable_bytes"} == got.rejects


def test_a_key_with_a_dot_a_quote_or_a_blank_is_found(tmp_path):
    got = read_bytes(tmp_path, b'{"a.b":1,"c\\"d":2,"e f":3,"":4}\n', "e.jsonl")
    assert [["1", "2", "3", "4"]] == got.rows


def test_an_empty_text_is_null(tmp_path):
    assert [[None, "x"]] == read_bytes(tmp_path, b'{"a":"","b":"x"}\n', "e.jsonl").rows

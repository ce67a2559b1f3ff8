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


def test_lines_and_texts_are_those_of_the_file_with_blank_lines_and_blanks_before_a_row(tmp_path):
    data = '\n \t\n  {"a":1,"b":{"c":"x"}}\r\n  [1]\n {"a"\n{"b.c":"dot","b":{"c":"inner"}}\n"text"\n{"a":"中\xed"}\n'
    got = read_bytes(tmp_path, data.encode(), "e.jsonl")
    assert ["a", "b.c"] == got.header
    assert ([["1", "x"], [None, "dot"], ["中\xed", None]], [3, 6, 8]) == (got.rows, got.lines)
    assert {4: "not_an_object", 5: "broken_json", 7: "not_an_object"} == got.rejects
    assert {4: "  [1]", 5: ' {"a"', 7: '"text"'} == got.raw


def test_a_key_with_a_quote_of_sql_is_found(tmp_path):
    assert [["1", "2"]] == read_bytes(tmp_path, b'{"it\'s":1,"a~/b":2}\n', "e.jsonl").rows

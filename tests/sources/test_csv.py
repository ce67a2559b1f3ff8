"""Delimited files: encodings, delimiters, quotes, line numbers, and what is rejected."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.reader import read, read_bytes

from kezhi.errors import FileUnreadable, NothingToRead
from kezhi.sources import csv as csv_reader
from kezhi.sources import encodings, records

CHINESE = "订单号,姓名,金额\nSO1,王小明,12.50\nSO2,欧阳娜娜,3\n"
CHINESE_ROWS = [["SO1", "王小明", "12.50"], ["SO2", "欧阳娜娜", "3"]]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("gbk"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_encoding_is_found_out(tmp_path, data, encoding):
    got = read_bytes(tmp_path, data)
    assert (encoding, ["订单号", "姓名", "金额"], CHINESE_ROWS) == (got.settings.encoding, got.header, got.rows)


def test_western_text_is_not_taken_for_chinese(tmp_path):
    got = read_bytes(tmp_path, "id,name\n1,Zoë Müller\n2,£5 naïve café\n".encode("cp1252"))
    assert [["1", "Zoë Müller"], ["2", "£5 naïve café"]] == got.rows


def test_chinese_that_comes_only_after_a_megabyte_is_still_found(tmp_path):
    data = b"id,name\n" + b"1,abcdefgh\n" * 150_000 + "2,王小明\n".encode("gb18030")
    got = read_bytes(tmp_path, data)
    assert ("gb18030", ["2", "王小明"], 150_002) == (got.settings.encoding, got.rows[-1], got.lines[-1])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, delimiter):
    data = delimiter.join(["id", "city", "amount"]) + "\n" + delimiter.join(["1", "武汉", "1.5"]) + "\n"
    got = read_bytes(tmp_path, data.encode())
    assert (delimiter, [["1", "武汉", "1.5"]]) == (got.settings.delimiter, got.rows)


def test_commas_in_numbers_do_not_hide_a_semicolon(tmp_path):
    got = read_bytes(tmp_path, b"id;price\n1;2,50\n2;3,75\n")
    assert [["1", "2,50"], ["2", "3,75"]] == got.rows


def test_a_rare_delimiter_is_read_when_declared(tmp_path):
    assert [["1", "a,b"]] == read_bytes(tmp_path, b"id~name\n1~a,b\n", delimiter="~").rows


def test_columns_set_apart_by_blanks_are_read_when_declared(tmp_path):
    got = read_bytes(tmp_path, b" id  date value\r\n 00001 19970101  1.50\r\n 00002 19970112 77.00\r\n", delimiter=" ")
    assert (["id", "date", "value"], [["00001", "19970101", "1.50"], ["00002", "19970112", "77.00"]], [2, 3]) == (
        got.header,
        got.rows,
        got.lines,
    )


def test_text_stays_as_it_came(tmp_path):
    got = read_bytes(tmp_path, b"phone,code,note\n13812345678,00123,=1+1\n,1e5, x \n")
    assert [["13812345678", "00123", "=1+1"], [None, "1e5", " x "]] == got.rows


def test_lines_count_blank_lines_and_line_ends_inside_quotes(tmp_path):
    got = read_bytes(tmp_path, b'\r\nid,note\r\n1,"two\r\nlines"\r\n\r\n2,"a\rb\nc"\n3,x\r4,y')
    assert ([["1", "two\r\nlines"], ["2", "a\rb\nc"], ["3", "x"], ["4", "y"]], [3, 6, 9, 10]) == (got.rows, got.lines)


def test_rows_too_long_or_too_short_are_rejected_alone(tmp_path):
    got = read_bytes(tmp_path, b"a,b\n1,2\n1,2,3\n1\n3,4\n")
    assert [["1", "2"], ["3", "4"]] == got.rows
    assert ({3: "too_many_columns", 4: "too_few_columns"}, {3: "1,2,3", 4: "1"}) == (got.rejects, got.raw)


def test_a_delimiter_at_the_end_of_a_row_is_not_a_column(tmp_path):
    assert [["1", "2"], ["3", "x,y"]] == read_bytes(tmp_path, b'a,b\n1,2,\n3,"x,y",,\n').rows


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path):
    got = read_bytes(tmp_path, b'a,b\n1,"x"\n2,"open\n3,"y"\n4,z\n')
    assert ([["1", "x"], ["3", "y"], ["4", "z"]], {3: "unclosed_quote"}, [2, 4, 5]) == (got.rows, got.rejects, got.lines)


def test_an_unclosed_quote_without_another_quote_behind_it_costs_its_own_line_only(tmp_path):
    got = read_bytes(tmp_path, b'a,b\n1,"open\n' + b"2,z\n" * 1000)
    assert ({2: "unclosed_quote"}, 1000) == (got.rejects, len(got.rows))


def test_a_file_cut_off_inside_quotes_loses_its_last_row_only(tmp_path):
    got = read_bytes(tmp_path, b'a,b\n1,"x"\n2,"cut of')
    assert ([["1", "x"]], {3: "unclosed_quote"}) == (got.rows, got.rejects)


def test_text_behind_a_closing_quote_is_rejected(tmp_path):
    got = read_bytes(tmp_path, b'a,b\n1,"x"y\n2,"z"\n')
    assert ([["2", "z"]], {2: "broken_quotes"}, '1,"x"y') == (got.rows, got.rejects, got.raw[2])


def test_quotes_inside_an_unquoted_value_are_part_of_it(tmp_path):
    got = read_bytes(tmp_path, b'a,b\n1,5" pipe\n2,3" x 4"\n3,"q ""q"""\n4, "blank"\n')
    assert [["1", '5" pipe'], ["2", '3" x 4"'], ["3", 'q "q"'], ["4", "blank"]] == got.rows


def test_quotes_escaped_by_a_backslash_are_understood(tmp_path):
    assert [["1", 'say "hi", you']] == read_bytes(tmp_path, b'a,b\n1,"say \\"hi\\", you"\n').rows


def test_bytes_that_are_no_text_cost_their_own_row(tmp_path):
    good = "".join(f"{i},张三\n" for i in range(50))
    got = read_bytes(tmp_path, f"a,b\n{good}".encode() + b"x,\xff\xfe\n" + "y,李四\n".encode())
    assert ({52: "undecodable_bytes"}, {52: "x,\\xff\\xfe"}) == (got.rejects, got.raw)
    assert (51, ["y", "李四"]) == (len(got.rows), got.rows[-1])


def test_a_bad_byte_in_gb18030_does_not_eat_the_line_end(tmp_path):
    got = read_bytes(tmp_path, "a,b\n1,客户\n2,".encode("gb18030") + b"\x81\n" + "3,知道\n".encode("gb18030"), encoding="gb18030")
    assert ([["1", "客户"], ["3", "知道"]], {3: "undecodable_bytes"}) == (got.rows, got.rejects)


def test_repeated_and_empty_names_of_columns_become_unique(tmp_path):
    assert ["金额", "金额.1", "#3", "x"] == read_bytes(tmp_path, "金额, 金额 ,,x\n1,2,3,4\n".encode()).header


def test_titles_above_the_header_are_passed_over(tmp_path):
    got = read_bytes(tmp_path, "江城百货订单导出\n时间：2024-01\n\n订单号,日期,金额\n1,2024-01-02,3\n".encode())
    assert (["订单号", "日期", "金额"], [5]) == (got.header, got.lines)


def test_a_mapping_by_position_means_that_there_is_no_header(tmp_path):
    (tmp_path / "f.csv").write_bytes(b"1,2024-01-02\n2,2024-01-03\n")
    got = read(tmp_path / "f.csv", ["#1", "#2"])
    assert ([["1", "2024-01-02"], ["2", "2024-01-03"]], [1, 2]) == (got.rows, got.lines)


def test_gzip_is_read_through(tmp_path):
    import gzip

    assert CHINESE_ROWS == read_bytes(tmp_path, gzip.compress(CHINESE.encode()), "f.csv.gz").rows


def test_an_empty_file_is_nothing_to_read(tmp_path):
    for data in (b"", b"\n\n", codecs.BOM_UTF8):
        with pytest.raises(NothingToRead):
            read_bytes(tmp_path, data)


def test_a_binary_file_and_broken_gzip_are_unreadable(tmp_path):
    for data in (bytes(range(256)) * 50, b"\x1f\x8b\x08\x00broken"):
        with pytest.raises(FileUnreadable):
            read_bytes(tmp_path, data)


cell = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=6) | st.text('ab",;\n\r \t\\|中', max_size=8)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_the_csv_module_writes_is_read_back_equal_with_its_lines(tmp_path_factory, data):
    """Any table, in any standard form, cut into pieces of any size."""
    width = data.draw(st.integers(2, 4))
    rows = data.draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=12))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    # the csv module leaves a CR unquoted unless it ends its lines
    quoting = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])) if end == "\r\n" else csv.QUOTE_ALL
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    header = [f"c{i}" for i in range(width)]
    text, lines = io.StringIO(newline=""), []
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    for row in [header, *rows]:
        before = text.getvalue()
        lines.append(before.count("\n") + before.replace("\r\n", "").count("\r") + 1)
        writer.writerow(row)
    path = tmp_path_factory.mktemp("h") / "f.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        size = data.draw(st.integers(1, 60))
        patch.setattr(encodings.chunks, "__defaults__", (size,))
        patch.setattr(csv_reader, "TOP_BYTES", 40)
        got = read(path, header, encoding=encoding, delimiter=",")
    expected = [(line, [value or None for value in row]) for line, row in zip(lines[1:], rows, strict=True)]
    assert {} == got.rejects
    assert expected == list(zip(got.lines, got.rows, strict=True))


@settings(max_examples=200, deadline=None)
@given(body=st.text('ab",\n\r x\\', max_size=120), size=st.integers(1, 40))
def test_any_text_gives_the_same_rows_whole_or_in_pieces(tmp_path_factory, body, size):
    path = tmp_path_factory.mktemp("h") / "f.csv"
    path.write_bytes(b"x,y\n" + body.encode())
    whole = read(path, ["x", "y"], delimiter=",", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings.chunks, "__defaults__", (size,))
        patch.setattr(csv_reader, "TOP_BYTES", 40)
        pieces = read(path, ["x", "y"], delimiter=",", encoding="utf-8")
    assert (whole.rows, whole.lines, whole.rejects) == (pieces.rows, pieces.lines, pieces.rejects)


@settings(max_examples=200, deadline=None)
@given(body=st.text('ab",\n\r x\\', max_size=120))
def test_the_fast_way_and_the_way_by_lines_agree(body):
    fast, slow = records.Splitter(",", 2, 1), records.Splitter(",", 2, 1)
    a = fast.split(body.encode(), final=True)
    b, rest = slow._careful((body if not body or body[-1] in "\r\n" else body + "\n").encode(), final=True)
    assert (list(b.lines), b.rejects, b"") == (list(a.lines), a.rejects, rest)

"""
Which encoding a text file has, and its text as UTF-8 in pieces.

A byte that cannot be decoded does not stop the file: it becomes a lone surrogate U+DC00 + byte, which no
valid text contains, so that the row it stands in can be found and rejected later.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kezhi.errors import FileUnreadable, NothingToRead
from kezhi.locales import Phrase

CHUNK_BYTES = 4 << 20
UNDECODABLE = re.compile(rb"\xed[\xb0-\xb3][\x80-\xbf]")  # the lone surrogates in UTF-8
_CONTROLS = bytes([*range(9), *range(14, 27)])
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _keep_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("kezhi_keep_byte", _keep_byte)


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of *path*, unzipped when it begins as gzip does."""
    stream = path.open("rb")
    is_gzip = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    return gzip.open(stream) if is_gzip else stream  # type: ignore[return-value]


def chunks(path: Path, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """
    The bytes of *path* in pieces of *size*.

    Raises:
        FileUnreadable: It cannot be opened, or is broken gzip.
    """
    try:
        with open_bytes(path) as stream:
            while piece := stream.read(size):
                yield piece
    except (OSError, EOFError, zlib.error) as error:
        raise FileUnreadable(file=path.name, problem=str(error) or type(error).__name__, hint="") from error


def utf8_chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """The text of *path* as UTF-8 in pieces, without its byte order mark; undecodable bytes as surrogates."""
    decoder = codecs.getincrementaldecoder(encoding)("kezhi_keep_byte")
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    for piece in chunks(path):
        if is_utf8 and piece.isascii() and not decoder.getstate()[0]:  # nothing to do, and nothing waits for its other half
            yield piece
        else:
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def show(raw: bytes) -> str:
    r"""UTF-8 of `utf8_chunks` as readable text; an undecodable byte reads `\xNN`."""
    text = raw.decode("utf-8", "surrogatepass")
    return "".join(f"\\x{ord(c) - 0xDC00:02x}" if 0xDC00 <= ord(c) <= 0xDFFF else c for c in text)


def detect(path: Path) -> tuple[str, bool]:
    """
    The encoding of *path*, and whether that is certain.

    A byte order mark decides; NUL bytes at every other place tell UTF-16; otherwise the first piece that is
    not plain ASCII is tried as UTF-8, GB18030, then Windows-1252. Some bad bytes in UTF-8 text do not
    make it another encoding.

    Raises:
        NothingToRead: The file is empty.
        FileUnreadable: It is not text.
    """
    first = b""
    for piece in chunks(path, 1 << 20):
        if not first:
            first = piece
            for bom, name in _BOMS:
                if piece.startswith(bom):
                    return name, True
            if wide := _utf16(piece[: 1 << 16]):
                return wide, True
            head = piece[: 1 << 16]
            if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 20:
                raise FileUnreadable(file=path.name, problem=Phrase("sources.problems.binary"), hint=Phrase("sources.hints.formats"))
        if not piece.isascii():
            return _of_sample(piece)
    if not first:
        raise NothingToRead(what=path.name, hint=Phrase("sources.hints.empty"))
    return "utf-8", True


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: at least every second line end or comma is ASCII, so NULs stand on one side only."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(len(head) // 40, 2) or min(even, odd) * 20 > max(even, odd):
        return None
    name = "utf-16-be" if even > odd else "utf-16-le"
    text = codecs.getincrementaldecoder(name)("replace").decode(head)
    return name if text.count("\ufffd") * 50 <= len(text) and "\0" not in text else None


def _of_sample(sample: bytes) -> tuple[str, bool]:
    utf8, utf8_bad = _decode(sample, "utf-8")
    if utf8_bad == 0:
        return "utf-8", True
    if sum(c > "\x7f" for c in utf8) - utf8_bad > 10 * utf8_bad:
        return "utf-8", True
    gb, gb_bad = _decode(sample, "gb18030")
    wide = [c for c in gb if c > "\x7f" and c != "\ufffd"]
    # Chinese is two high bytes a character and comes in runs; a lone accented letter of a Western
    # text is one high byte followed by ASCII, which GB18030 may swallow as a rare character.
    pairs = len(re.findall(rb"[\x81-\xfe][\xa1-\xfe]", sample))
    if pairs and gb_bad * 10 <= len(wide) and pairs * 5 >= len(wide) * 3:
        return "gb18030", gb_bad == 0
    if utf8_bad * 10 <= sum(c > "\x7f" for c in utf8):
        return "utf-8", False
    return "cp1252", False


def _decode(sample: bytes, encoding: str) -> tuple[str, int]:
    """The text and how many places are wrong; a sequence cut off at the end is not one."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return text, text.count("\ufffd") - sample.count("\ufffd".encode(encoding))

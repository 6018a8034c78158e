"""Is this text, and in which encoding? Looks at every byte once, so that a bad one is named by line."""

import codecs
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from xscene_core.errors import InputError
from xscene_core.scenes.readers.archive import MAX_RATIO, MAX_TOTAL, RATIO_FROM

_CHUNK = 1 << 20
_BOMS = {  # the longer ones first: the mark of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class BadText(Exception):
    """Where a file stops being text: 1-based ``line`` of the file, 0-based ``offset`` in bytes."""

    line: int
    offset: int
    what: str
    todo: str


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def opened(path: Path) -> IO[bytes]:
    """The bytes of ``path``, decompressed when it is gzip."""
    return gzip.open(path, "rb") if is_gzip(path) else path.open("rb")  # type: ignore[return-value]


def chunks(path: Path, label: str) -> Iterator[bytes]:
    """The decompressed bytes, 1 MiB at a time. Raises ``InputError`` for a torn or exploding gzip file."""
    packed, total = path.stat().st_size, 0
    try:
        with opened(path) as file:
            while block := file.read(_CHUNK):
                total += len(block)
                if total > MAX_TOTAL or (total > RATIO_FROM and total > MAX_RATIO * packed):
                    raise InputError(
                        "The file unpacks to far more than it holds (a decompression bomb)",
                        where=label,
                        todo=f"Unpack it yourself; at most {MAX_TOTAL >> 30} GiB and "
                        f"{MAX_RATIO} times its size are read.",
                    )
                yield block
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"The gzip file is damaged: {error}", where=label, todo="Download or pack it again."
        ) from error


def check_utf8(path: Path, label: str) -> str | None:
    """None for UTF-8, else the encoding to read it with: what the byte order mark names, or ``utf-8``
    itself where line ends are mixed and must be made one kind.

    Raises
    ------
    BadText : the first byte that is not UTF-8, or a zero byte (not text at all).
    """
    lines, consumed, pending, first = 1, 0, b"", True
    windows, ends_in_return = 0, False
    for block in chunks(path, label):
        if first:
            for mark, encoding in _BOMS.items():
                if block.startswith(mark):
                    return encoding
            first = False
        windows += block.count(b"\r\n") + (ends_in_return and block.startswith(b"\n"))
        ends_in_return = block.endswith(b"\r")
        data = pending + block
        zero = data.find(b"\x00")
        if zero >= 0:
            line = lines + data[:zero].count(b"\n")
            raise BadText(line, consumed + zero, "a zero byte, so this is not text", "Save it as UTF-8 text.")
        try:
            data.decode("utf-8")
            pending = b""
        except UnicodeDecodeError as error:
            if len(data) - error.start > 3 or error.reason != "unexpected end of data":
                raise _not_utf8(data, error.start, lines, consumed) from error
            pending, data = data[error.start :], data[: error.start]
        lines, consumed = lines + data.count(b"\n"), consumed + len(data)
    if pending:
        raise _not_utf8(pending, 0, lines, consumed)
    return "utf-8" if 0 < windows < lines - 1 else None


def _not_utf8(data: bytes, start: int, lines: int, consumed: int) -> BadText:
    return BadText(
        lines + data[:start].count(b"\n"),
        consumed + start,
        f"the byte 0x{data[start]:02X} is not UTF-8",
        "Save the file as UTF-8, or name its encoding with --encoding (often cp1252, latin-1 or gb18030).",
    )


def transcode(path: Path, label: str, encoding: str, into: Path) -> Path:
    """Writes the decompressed text as UTF-8 with one kind of line end to ``into``.

    Raises
    ------
    InputError : no such encoding. BadText : the bytes are not in it.
    """
    try:
        if not getattr(codecs.lookup(encoding), "_is_text_encoding", True):
            raise LookupError(encoding)  # a codec such as base64
        decoder = io.IncrementalNewlineDecoder(
            codecs.getincrementaldecoder(encoding)("strict"), translate=True
        )
    except (LookupError, ValueError, TypeError) as error:
        raise InputError(
            f"There is no encoding {encoding[:40]!r}", where=label, todo="Try utf-8, cp1252 or gb18030."
        ) from error
    lines, consumed = 1, 0
    with into.open("w", encoding="utf-8", newline="") as out:
        for block in itertools.chain(chunks(path, label), [b""]):
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError as error:
                start = getattr(error, "start", 0)
                line, offset = lines + block[:start].count(b"\n"), consumed + start
                what = f"the bytes are not {encoding}"
                raise BadText(line, offset, what, "Name another encoding with --encoding.") from error
            if "\0" in text:
                line = lines + text[: text.index("\0")].count("\n")
                what = f"a zero character, so this is no text in {encoding}"
                raise BadText(line, consumed, what, "Name another encoding with --encoding.")
            out.write(text)
            lines, consumed = lines + text.count("\n"), consumed + len(block)
    return into

"""Lines of a file of any size, numbered, decoded one by one, in bounded memory."""

from __future__ import annotations

import gzip
import hashlib
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from graphdb.errors import InputError

STDIN = "-"
MAX_LINE_BYTES = 16 * 2**20
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One physical line, without its end.

    :param error: why its bytes are no text; ``text`` then shows the bytes that could not be decoded as escapes.
    """

    number: int
    text: str
    error: str | None = None


class Lines(Iterator[Line]):
    """The lines of one binary stream, and the digest of what was read of it so far.

    A line longer than 16 MiB is given as an error and its text is cut, so that no file can exhaust the memory.
    A byte-order mark at the start is skipped, and ``\\r\\n`` ends a line as ``\\n`` does.

    :param path: how the stream is named in messages.
    :raises InputError: while iterating, if the stream cannot be read to its end; the message names the line.
    """

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self.path = path
        self._stream = stream
        self._number = 0
        self._hash = hashlib.blake2b(digest_size=16)

    def digest(self) -> str:
        """A digest of the bytes read so far, as hexadecimal digits."""
        return self._hash.hexdigest()

    def __next__(self) -> Line:
        raw = self._read()
        if not raw:
            raise StopIteration
        self._number += 1
        if self._number == 1:
            raw = raw.removeprefix(_BOM)
        if len(raw) > MAX_LINE_BYTES:
            return self._too_long(raw)
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        try:
            return Line(self._number, raw.decode("utf-8"))
        except UnicodeDecodeError as exc:
            reason = f"byte {exc.start + 1} of the line (0x{raw[exc.start]:02x}) is not UTF-8: save the file as UTF-8"
            return Line(self._number, raw.decode("utf-8", "backslashreplace"), reason)

    def _read(self) -> bytes:
        try:
            raw = self._stream.readline(MAX_LINE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as exc:
            raise InputError(
                f"{self.path} cannot be read beyond line {self._number} ({exc}): check that the file is complete"
            ) from exc
        self._hash.update(raw)
        return raw

    def _too_long(self, raw: bytes) -> Line:
        rest = raw
        while rest and not rest.endswith(b"\n"):
            rest = self._read()
        reason = f"the line is longer than {MAX_LINE_BYTES} bytes: is this a fact file with one record a line?"
        return Line(self._number, raw[:200].decode("utf-8", "replace") + "…", reason)


@contextmanager
def open_lines(path: str) -> Iterator[Lines]:
    """The lines of a file, of a gzip file (``.gz``), or of standard input (``-``, which is not closed).

    :raises InputError: if the file cannot be opened.
    """
    if path == STDIN:
        yield Lines(sys.stdin.buffer, path)
        return
    try:
        raw = Path(path).open("rb")  # noqa: SIM115 - closed below; only opening is to be mapped
    except OSError as exc:
        raise InputError(f"{path} cannot be read ({exc.strerror or exc}): give the path of a readable file") from exc
    with raw:
        if path.lower().endswith(".gz"):
            with gzip.open(raw) as stream:
                yield Lines(cast("IO[bytes]", stream), path)
        else:
            yield Lines(raw, path)

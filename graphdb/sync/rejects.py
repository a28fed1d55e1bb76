"""The file of rejected rows."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from graphdb.errors import InputError, RecordError


class RejectsFile:
    """All rejected rows as JSONL: ``{"path": …, "line": …, "reason": …, "text": …}``, ``text`` being the row as it is.

    :param path: the file, which is written anew; ``None`` to write none.
    :raises InputError: if it cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        try:
            self._file = None if path is None else path.open("w", encoding="utf-8", newline="\n")
        except OSError as exc:
            raise InputError(
                f"the rejects file {path} cannot be written ({exc.strerror or exc}): name another"
            ) from exc

    def write(self, error: RecordError) -> None:
        """Add one row."""
        if self._file is not None:
            row = {"path": error.path, "line": error.line, "reason": error.reason, "text": error.text}
            self._file.write(json.dumps(row, ensure_ascii=True) + "\n")

    def flush(self) -> None:
        """Make what was written so far readable."""
        if self._file is not None:
            self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

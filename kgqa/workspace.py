"""Where what is derived from a graph is kept, so that nobody has to name it: its alias index and its sync ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from graphdb import GraphStore
from graphdb.opening import sqlite_file


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one graph: ``FILE.kgqa/`` beside a SQLite file, else ``HOME/HOST-ID/``."""

    folder: Path

    @classmethod
    def of(cls, store: GraphStore, home: Path) -> Workspace:
        """The default folder of a graph.

        :param home: for graphs on a server.
        """
        file = sqlite_file(store.url)
        if file is not None:
            return cls(file.with_name(f"{file.name}.kgqa"))
        host = re.sub(r"[^A-Za-z0-9.-]+", "-", store.url.partition("://")[2]).strip("-")
        return cls(home / f"{host}-{store.graph_id[:12]}")

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"

"""Where what belongs to a graph is kept, so that nobody has to name it: its index, ledger, mapping and corrections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from graphdb import GraphStore
from graphdb.mapping import Mapping
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

    @classmethod
    def mapped(cls, home: Path) -> list[Workspace]:
        """The folders of graphs on servers that keep a mapping."""
        return [cls(path.parent) for path in sorted(home.glob("*/mapping.toml"))]

    def keep(self, mapping: Mapping) -> None:
        """Keep a copy of the graph's mapping, so that it need not be named any more."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.mapping.with_suffix(".new")
        mapping.write(temporary)
        temporary.replace(self.mapping)

    @property
    def mapping(self) -> Path:
        return self.folder / "mapping.toml"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def corrections(self) -> Path:
        return self.folder / "corrections.jsonl"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"

"""From options to an open graph, with or without a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgqa import KGQA
    from kgqa.graph import Graph


def open_graph(graph: str | None, mapping: Path | None, *, read_only: bool = True) -> Graph:
    """The graph with its index and ledger, without a model (and so without torch)."""
    from kgqa.graph import Graph, open_graph_store
    from kgqa.settings import load_settings

    return Graph(open_graph_store(load_settings(graph=graph, mapping=mapping), read_only=read_only))


def open_model(graph: str | None, model: Path | None, mapping: Path | None, *, read_only: bool = True) -> KGQA:
    """The graph with what answers: the model, or the reader that comes with the package where none is named."""
    from kgqa import KGQA

    return KGQA.open(graph, model=model, mapping=mapping, read_only=read_only)

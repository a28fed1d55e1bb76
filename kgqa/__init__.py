"""Ask a knowledge graph questions in plain language, and get complete, proven, live answers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphdb.errors import KGQAError
    from kgqa.answering import Answer
    from kgqa.api import KGQA, AsyncKGQA

__all__ = ["KGQA", "Answer", "AsyncKGQA", "KGQAError"]

_HOMES = {"KGQA": "kgqa.api", "Answer": "kgqa.answering", "AsyncKGQA": "kgqa.api", "KGQAError": "graphdb.errors"}


def __getattr__(name: str) -> Any:
    """Loaded at first use, so that commands that need no model start without torch."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__

"""Names of relations, types and attributes in words, as a text encoder reads them."""

from __future__ import annotations

import re

# Between a lower-case letter or a digit and a capital, before the last capital of an acronym, and around digits.
_BOUNDARY = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_SEPARATOR = re.compile(r"[\W_]+")


def words_of(name: str) -> str:
    """A name in lower-case words: ``directed_by``, ``ACTED_IN`` and ``film/openedOn`` as ``directed by``, ``acted in``
    and ``film opened on``. A name without letters or digits is left as it is.
    """
    words = " ".join(_BOUNDARY.sub(" ", _SEPARATOR.sub(" ", name)).lower().split())
    return words or name


def inverse_words_of(name: str) -> str:
    """How a relation reads from its object to its subject, when nobody said better."""
    return f"{words_of(name)}, reversed"

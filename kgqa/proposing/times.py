"""Which attributes and properties of facts say when."""

from __future__ import annotations

from collections.abc import Sequence

from graphdb import LiteralKind
from kgqa.wording.listed import listed
from kgqa.wording.vocabulary import is_of_time

BEGINNINGS = listed("from since start started starts begin began begins joined joining opened valid")
ENDS = listed("to until till end ended ends left leaving closed thru through")
_EITHER = BEGINNINGS | ENDS
_DAYS = {LiteralKind.DATE, LiteralKind.DATETIME}


def says_when(text: str, kinds: Sequence[LiteralKind]) -> bool:
    """Whether values of some kinds say when, most likely.

    :param text: what they are values of, in words.
    """
    return not _DAYS.isdisjoint(kinds) or is_of_time(text) or text in _EITHER

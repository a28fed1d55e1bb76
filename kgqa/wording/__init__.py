"""Wording: programs, relations and attributes in English."""

from kgqa.wording.words import in_words

__all__ = ["in_words"]

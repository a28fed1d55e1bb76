"""Ask a knowledge graph questions in plain language, and get complete, proven, live answers."""

from graphdb.errors import KGQAError
from kgqa.answering import Answer
from kgqa.api import KGQA, AsyncKGQA

__all__ = ["KGQA", "Answer", "AsyncKGQA", "KGQAError"]

"""The alias index: from a question to mention spans and the nodes that each may mean.

Everything here is derived from a graph store and can be rebuilt from it.
"""

from indexing.candidates import Candidate, SurfaceKind
from indexing.comparing import Difference
from indexing.index import AliasIndex
from indexing.normalise import normalise
from indexing.report import IndexReport, Progress
from indexing.spans import frequent_words

__all__ = [
    "AliasIndex",
    "Candidate",
    "Difference",
    "IndexReport",
    "Progress",
    "SurfaceKind",
    "frequent_words",
    "normalise",
]

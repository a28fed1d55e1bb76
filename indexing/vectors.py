"""Character n-grams of surface forms as vectors, and the FAISS index over them.

A form is the sum of one fixed pseudo-random ±1 vector for each of its characters and character pairs, scaled to
length 1. Nothing is trained, so a new name can be indexed at once, and one typing error moves a vector only a little.
Single characters weigh more than pairs: an edit changes up to three pairs but only one character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from graphdb.errors import IndexCorruptError

ENCODER = "char-1-2-grams-v1"
DIMENSION = 64

_BUCKETS = 1 << 16
_PAIR_WEIGHT = 0.7
_SEED = 20
_CHUNK = 20_000  # forms encoded at a time, to bound memory
_LARGEST_FLAT = 5_000  # up to here a scan of all vectors is as fast as an inverted file
_PROBES = 40
_BITS = 4  # for each dimension: half as large and twice as fast as 8, and finds as much
_PARALLEL = 100  # vectors from which a search is worth several threads
_FORMS_PER_VECTOR = 2000  # that can be added in the time of one search
_OUTGROWN = 4  # retrain when there are this many times as many vectors as at training
_TIED = 1e-6  # cosines that differ by less are equal but for rounding
_MOST_TIED = 32  # times as many as were asked for are looked at, to find all that are as near as the last

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


def _bucket_vectors() -> Vectors:
    bits = np.random.default_rng(_SEED).integers(0, 2, (_BUCKETS, DIMENSION), dtype=np.int8)
    return (bits * 2 - 1).astype(np.float32)


_TABLE = _bucket_vectors()


def encode(forms: Sequence[str]) -> Vectors:
    """The vectors of normalised forms.

    :returns: *Shape:* (forms, :data:`DIMENSION`), each row of length 1.
    """
    if not forms:
        return np.zeros((0, DIMENSION), np.float32)
    padded = [f" {form} " for form in forms]
    lengths = np.fromiter((len(text) for text in padded), np.int64, len(padded))
    codes = np.frombuffer("".join(padded).encode("utf-32-le"), np.uint32).astype(np.uint64)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    singles = _TABLE[_bucket(codes)]
    pairs = _TABLE[_bucket(codes[:-1] * np.uint64(0x9E3779B97F4A7C15) + codes[1:])] * np.float32(_PAIR_WEIGHT)
    singles[:-1] += pairs
    singles[ends[:-1] - 1] -= pairs[ends[:-1] - 1]  # a pair of two forms' characters
    vectors: Vectors = np.add.reduceat(singles, starts, axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-6))
    return vectors


def _bucket(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    mixed = (codes ^ (codes >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(48)).astype(np.int64)


class VectorIndex:
    """A FAISS index of surface forms by id: a plain scan while small, an inverted file of 4-bit numbers when large.

    Adding and removing need no rebuild. The inverted file's lists are trained on the forms of the time of
    training; :attr:`outgrown` says when there are so many more that it should be made anew.
    Searches may run at the same time, but not beside a change.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, ids: Sequence[int], forms: Sequence[str]) -> VectorIndex:
        """Index all forms; ids and forms are parallel. In whatever order they come, the same is found."""
        index = _empty(len(forms))
        if not index.is_trained:
            with _threads(len(forms) // _FORMS_PER_VECTOR):
                index.train(_sample(sorted(forms), 40 * _lists_for(len(forms))))
        made = cls(index)
        made.add(ids, forms)
        return made

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """:raises IndexCorruptError: if the file is no such index, or damaged."""
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as exc:
            raise IndexCorruptError(f"the vectors {path} cannot be read ({exc}): run `kgqa index --rebuild`") from exc
        if index.d != DIMENSION:
            raise IndexCorruptError(
                f"the vectors {path} have {index.d} dimensions, not {DIMENSION}: run `kgqa index --rebuild`"
            )
        return cls(index)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def outgrown(self) -> bool:
        if isinstance(self._index, faiss.IndexIDMap2):
            return len(self) > _LARGEST_FLAT * _OUTGROWN
        return len(self) > _OUTGROWN * _forms_for(self._index.nlist)

    def ids(self) -> Ids:
        """The ids of all vectors, in no fixed order."""
        if isinstance(self._index, faiss.IndexIDMap2):
            return np.array(faiss.vector_to_array(self._index.id_map), np.int64)
        lists = self._index.invlists
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(i), lists.list_size(i)).copy()
            for i in range(lists.nlist)
            if lists.list_size(i)
        ]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)

    def add(self, ids: Sequence[int], forms: Sequence[str]) -> None:
        with _threads(len(forms) // _FORMS_PER_VECTOR):
            for at in range(0, len(forms), _CHUNK):
                vectors = encode(forms[at : at + _CHUNK])
                self._index.add_with_ids(vectors, np.asarray(ids[at : at + _CHUNK], np.int64))

    def remove(self, ids: Iterable[int]) -> None:
        gone = np.fromiter(ids, np.int64)
        if gone.size:
            self._index.remove_ids(gone)

    def search(self, vectors: Vectors, limit: int) -> tuple[Vectors, Ids]:
        """The nearest forms of each vector, best first: ``limit`` of them, and all that are as near as the last one,
        so that it makes no difference in which order they were added.

        :returns: cosines and ids, both of *Shape:* (vectors, most found); id −1 where there are no more.
        """
        if not len(self) or not len(vectors):
            return np.zeros((len(vectors), 0), np.float32), np.zeros((len(vectors), 0), np.int64)
        most = min(_MOST_TIED * limit, len(self))
        looked_at = min(2 * limit, most)
        with _threads(len(vectors)):
            while True:
                cosines, ids = self._index.search(vectors, looked_at)
                last = cosines[:, min(limit, looked_at) - 1, None]
                ids[cosines < last - _TIED] = -1
                if looked_at == most or (ids[:, -1] < 0).all():
                    return cosines, ids
                looked_at = min(2 * looked_at, most)


@contextmanager
def _threads(vectors: int) -> Iterator[None]:
    """One thread for a little work: on a busy machine, waiting for the others costs more than they save."""
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if vectors < _PARALLEL else usual)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)


def _empty(forms: int) -> Any:
    if forms <= _LARGEST_FLAT:
        return faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSION))
    lists = _lists_for(forms)
    quantiser: Any = faiss.IndexFlatIP(DIMENSION)
    index: Any = faiss.IndexIVFPQFastScan(quantiser, DIMENSION, lists, DIMENSION, _BITS, faiss.METRIC_INNER_PRODUCT)
    index.by_residual = False  # one look-up table for all lists
    index.own_fields = True
    quantiser.this.disown()
    index.nprobe = _PROBES
    index.cp.niter = 6
    index.cp.min_points_per_centroid = 1
    return index


def _lists_for(forms: int) -> int:
    return int(2 * forms**0.5)


def _forms_for(lists: int) -> int:
    return (lists // 2) ** 2


def _sample(forms: Sequence[str], size: int) -> Vectors:
    chosen = np.sort(np.random.default_rng(_SEED).permutation(len(forms))[:size])
    parts = np.split(chosen, range(_CHUNK, len(chosen), _CHUNK))
    return np.concatenate([encode([forms[i] for i in part]) for part in parts])

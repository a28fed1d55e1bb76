"""Nodes of several questions in one array: each as its question and its local id in the view."""

from __future__ import annotations

import numpy as np

from kgqa.subgraph.view import BoolArray, FloatArray, IntArray

NODE_BITS = 40  # a node of one question is keyed question << 40 | local id
NODE_MASK = (1 << NODE_BITS) - 1


def coalesce(key: IntArray, weight: FloatArray) -> tuple[IntArray, FloatArray]:
    """The distinct keys, ascending, and the sum of the weights of each."""
    unique, inverse = np.unique(key, return_inverse=True)
    return unique, np.bincount(inverse, weights=weight, minlength=len(unique)).astype(np.float32)


def contains(sorted_keys: IntArray, key: IntArray) -> BoolArray:
    """Whether each key is among the sorted ones."""
    if not len(sorted_keys):
        return np.zeros(len(key), dtype=np.bool_)
    at = np.searchsorted(sorted_keys, key).clip(max=len(sorted_keys) - 1)
    return np.asarray(sorted_keys[at] == key)

"""Subgraphs of the live graph, as torch-geometric data, extracted along the relations that a question asks for."""

from kgqa.subgraph.extract import Extraction, Guide, Seeds, extract
from kgqa.subgraph.view import GraphView, ReadCounts, StepVocabulary

__all__ = ["Extraction", "GraphView", "Guide", "ReadCounts", "Seeds", "StepVocabulary", "extract"]

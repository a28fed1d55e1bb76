"""A graph of real places with questions about it: what ``kgqa demo`` builds, trains on and answers from."""

from kgqa.demo.data import DemoGraph, demo_graph
from kgqa.demo.questions import demo_questions
from kgqa.demo.showcase import SHOWCASE, Showcase

__all__ = ["SHOWCASE", "DemoGraph", "Showcase", "demo_graph", "demo_questions"]

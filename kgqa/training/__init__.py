"""Training from (question, answers) pairs: examples, the loop, and checkpoints to resume from."""

from kgqa.training.examples import EntitySource, Example, Examples, prepare, usable
from kgqa.training.trainer import Trainer, TrainListener, TrainOptions, TrainResult

__all__ = [
    "EntitySource",
    "Example",
    "Examples",
    "TrainListener",
    "TrainOptions",
    "TrainResult",
    "Trainer",
    "prepare",
    "usable",
]

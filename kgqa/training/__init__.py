"""Training from (question, answers) pairs: the loop, checkpoints to resume from, and the directory that it makes."""

from kgqa.training.processes import Processes
from kgqa.training.run import train_model
from kgqa.training.summary import TrainSummary
from kgqa.training.trainer import Trainer, TrainListener, TrainOptions, TrainResult

__all__ = [
    "Processes",
    "TrainListener",
    "TrainOptions",
    "TrainResult",
    "TrainSummary",
    "Trainer",
    "train_model",
]

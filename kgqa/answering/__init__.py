"""Answering: from the model's soft scores to a program, its complete answer set on the live graph, and the proof."""

from typing import TypeAlias

from kgqa.answering.answer import (
    Answer,
    AnsweredNode,
    FollowedBranch,
    FollowedHop,
    Meaning,
    Mention,
    Proof,
    RivalReading,
)
from kgqa.answering.answerer import Answerer, AskOptions
from kgqa.answering.frame import to_frame
from kgqa.answering.meant import Meanings
from kgqa.answering.trained import TrainedAnswerer
from kgqa.answering.unlabelled import UnlabelledAnswerer

AnyAnswerer: TypeAlias = Answerer | TrainedAnswerer | UnlabelledAnswerer
"""What answers questions about a graph: by following, by reading, or by both."""

__all__ = [
    "Answer",
    "AnsweredNode",
    "Answerer",
    "AnyAnswerer",
    "AskOptions",
    "FollowedBranch",
    "FollowedHop",
    "Meaning",
    "Meanings",
    "Mention",
    "Proof",
    "RivalReading",
    "TrainedAnswerer",
    "UnlabelledAnswerer",
    "to_frame",
]

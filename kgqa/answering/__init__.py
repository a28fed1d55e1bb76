"""Answering: from the model's soft scores to a program, its complete answer set on the live graph, and the proof."""

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
from kgqa.answering.unlabelled import UnlabelledAnswerer

__all__ = [
    "Answer",
    "AnsweredNode",
    "Answerer",
    "AskOptions",
    "FollowedBranch",
    "FollowedHop",
    "Meaning",
    "Meanings",
    "Mention",
    "Proof",
    "RivalReading",
    "UnlabelledAnswerer",
    "to_frame",
]

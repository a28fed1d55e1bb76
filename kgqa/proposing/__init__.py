"""Programs proposed for a question under the schema of the graph."""

from kgqa.proposing.compose import Proposal
from kgqa.proposing.cues import Question, read_question
from kgqa.proposing.propose import Proposer
from kgqa.proposing.senses import Member, Sense, TooMuch, learn_senses

__all__ = ["Member", "Proposal", "Proposer", "Question", "Sense", "TooMuch", "learn_senses", "read_question"]

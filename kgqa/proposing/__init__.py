"""Programs proposed for a question under the schema of the graph."""

from kgqa.proposing.compose import Proposal
from kgqa.proposing.cues import Question, read_question
from kgqa.proposing.propose import Proposer

__all__ = ["Proposal", "Proposer", "Question", "read_question"]

"""Questions: their file format, corrections, and what their answers stand for in a graph."""

from kgqa.questions.corrections import Corrections, corrected
from kgqa.questions.file import (
    GivenAnswer,
    Question,
    parse_questions,
    question_line,
    question_to_dict,
    read_questions,
    write_questions,
)
from kgqa.questions.gold import GoldAnswers, answers_of, resolve_answers

__all__ = [
    "Corrections",
    "GivenAnswer",
    "GoldAnswers",
    "Question",
    "answers_of",
    "corrected",
    "parse_questions",
    "question_line",
    "question_to_dict",
    "read_questions",
    "resolve_answers",
    "write_questions",
]

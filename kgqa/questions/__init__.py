"""Questions: their file format, and what their answers stand for in a graph."""

from kgqa.questions.file import Question, read_questions, write_questions
from kgqa.questions.gold import GoldAnswers, resolve_answers

__all__ = ["GoldAnswers", "Question", "read_questions", "resolve_answers", "write_questions"]

"""Ask a graph that nobody labelled: no questions, no training. What the question may mean is listed, to pick from.

python examples/without_a_model.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from kgqa import KGQA

FILMS = Path(__file__).parent / "films"
QUESTIONS = (
    "who directed the films that Sigourney Weaver acted in?",
    "which science fiction films were released after 2000?",
    "how many films did Tom Hanks act in?",
    "what is the shoe size of Tom Hanks?",
)
AMBIGUOUS = "films with Al Pacino and Robert De Niro"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with KGQA.open(str(folder / "unlabelled.db")) as qa:
        print(qa.sync(FILMS / "facts.jsonl"))
        for answer in qa.ask_batch(QUESTIONS):
            print(f"\n{answer.question}\n  {answer}\n  read as: {answer.in_words}")

        print(f"\n{AMBIGUOUS}")
        for number, reading in enumerate(qa.ask(AMBIGUOUS).readings[:2], start=1):
            print(f"  {number}. {reading.in_words}: {qa.ask(AMBIGUOUS, pick=number)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "films-example"))

"""Build a small graph of films, train on questions about it, and ask. No server; minutes on two cores.

    python examples/ask.py [FOLDER]

A graph and a model that are in FOLDER already are used again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kgqa import KGQA
from kgqa.training import TrainOptions

FILMS = Path(__file__).parent / "films"
QUESTIONS = (
    "who directed Alien?",
    "which films star Jodie Foster?",
    "who directed the films that Sigourney Weaver acted in?",
    "who directed Blade Runer?",
    "what is the shoe size of Tom Hanks?",
)


def main(folder: Path) -> None:
    graph, model = folder / "films.db", folder / "model"
    folder.mkdir(parents=True, exist_ok=True)
    with KGQA.open(str(graph)) as qa:
        print(qa.sync(FILMS / "facts.jsonl"))
        if not model.exists():
            summary = qa.train(FILMS / "questions.jsonl", model, options=TrainOptions(epochs=8, batch_size=16))
            print(f"trained on {summary.trained_on} questions in {summary.seconds:.0f} s")
    with KGQA.open(str(graph), model=model) as qa:
        for answer in qa.ask_batch(QUESTIONS):
            print(f"\n{answer.question}\n  {answer}  (confidence {answer.confidence:.2f})")
            for proof in answer.evidence:
                print("  because", *(f"{f.subject} {f.relation} {f.object}." for f in proof.facts))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "films-example"))

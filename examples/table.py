"""Many questions at once, and their answers as a table of pandas. Needs the extra `pandas`.

python examples/table.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from kgqa import KGQA
from kgqa.answering import to_frame

FILMS = Path(__file__).parent / "films"
DIRECTORS = ("Michael Mann", "Ridley Scott", "James Cameron", "Christopher Nolan")
QUESTIONS = [*(f"films directed by {name}" for name in DIRECTORS), "what is the shoe size of Tom Hanks?"]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with KGQA.open(str(folder / "unlabelled.db")) as qa:
        qa.sync(FILMS / "facts.jsonl")
        answers = qa.ask_batch(QUESTIONS)
    table = to_frame(answers)
    print(table[["question", "answer", "confidence"]].to_string())
    print(table.groupby("question")["answer"].count().to_string())
    table.to_csv(folder / "answers.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "films-example"))

"""Sync new facts into the graph that `ask.py` made, and ask about them at once, with the model as it is.

python examples/sync.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from kgqa import KGQA

NEW = (
    '{"entity": "Prometheus (2012)", "name": "Prometheus", "types": ["film"], "properties": {"year": 2012}}',
    '{"subject": "Ridley Scott", "relation": "directed", "object": "Prometheus (2012)"}',
    '{"subject": "Noomi Rapace", "relation": "acted in", "object": "Prometheus (2012)"}',
)
QUESTION = "who directed the films that Noomi Rapace acted in?"


def main(folder: Path) -> None:
    facts = folder / "new.jsonl"
    with KGQA.open(str(folder / "films.db"), model=folder / "model") as qa:
        print(f"before: {qa.ask(QUESTION, abstain_below=0.9)}")
        facts.write_text("\n".join(NEW) + "\n", encoding="utf-8")
        print(qa.sync(facts))
        print(f"after: {qa.ask(QUESTION, abstain_below=0.9)}")
        facts.write_text("", encoding="utf-8")
        print(qa.sync(facts, delete=True))
        print(f"deleted again: {qa.ask(QUESTION, abstain_below=0.9)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "films-example"))

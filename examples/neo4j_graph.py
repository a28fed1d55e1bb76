"""Ask a Neo4j graph that kgqa did not write. It is only read: nothing in it is changed.

    KGQA_NEO4J_USER=neo4j KGQA_NEO4J_PASSWORD=... python examples/neo4j_graph.py neo4j://localhost:7687 "QUESTION" ...

What kgqa sees of the graph is in the file mapping.toml in the working directory. It is proposed at the first run;
edit it and run again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from graphdb.neo4j import inspect
from kgqa import KGQA

MAPPING = Path("mapping.toml")


def main(url: str, questions: list[str]) -> None:
    if not MAPPING.exists():
        inspect(url).write(MAPPING)
    with KGQA.open(url, mapping=MAPPING) as qa:
        print(qa.update_index())
        for answer in qa.ask_batch(questions):
            print(f"\n{answer.question}\n  {answer}\n  read as: {answer.in_words}\n{answer.cypher or ''}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])

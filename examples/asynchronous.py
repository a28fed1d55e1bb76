"""Ask from async code: the event loop goes on while answers are found.

python examples/asynchronous.py [FOLDER]
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from kgqa import AsyncKGQA

FILMS = Path(__file__).parent / "films"
QUESTIONS = ("who directed Alien?", "which films star Jodie Foster?", "films directed by Michael Mann")


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    async with await AsyncKGQA.open(str(folder / "unlabelled.db")) as qa:
        await qa.sync(FILMS / "facts.jsonl")
        for answer in await asyncio.gather(*(qa.ask(question) for question in QUESTIONS)):
            print(f"{answer.question} {answer}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "films-example")))

"""The model card."""

from __future__ import annotations

from typing import Any

from kgqa.model import SavedModel
from kgqa.training.summary import TrainSummary


def model_card(summary: TrainSummary, saved: SavedModel, run: dict[str, Any]) -> str:
    """What the model is, what it was trained on, how well it does, and how it is used, in Markdown."""
    graph = run["graph"]
    lines = [
        "---",
        "library_name: kgqa",
        "tags: [knowledge-graph, question-answering, entity-linking]",
        "---",
        "",
        "# A kgqa model",
        "",
        f"Answers questions over the graph `{graph['url']}` with paths of up to {saved.model.config.hops} hops"
        f"{', and with programs that it reads' if saved.reading else ''}. "
        "It was trained from questions and their answers alone.",
        "",
        "```python",
        "from kgqa import KGQA",
        "",
        f'with KGQA.open("{graph["url"]}", model="{summary.directory}") as qa:',
        '    print(qa.ask("…"))',
        "```",
        "",
        "| | |",
        "|---|---|",
        f"| encoder | {saved.model.config.encoder}, adapters of rank {saved.model.config.adapter_rank} |",
        f"| trained on | {summary.trained_on:,} questions, {summary.steps:,} steps, {summary.seconds:.0f} s |",
        f"| relations | {', '.join(saved.relations)} |",
        f"| abstains below | a confidence of {summary.abstain_below:.3f} |",
    ]
    if summary.dev is not None:
        d = summary.dev
        lines += [
            f"| dev questions | {d.questions:,} (kept out of training; used to choose the weights and the threshold) |",
            f"| hits@1, F1, exact sets | {d.hits_at_1:.1%}, {d.f1:.1%}, {d.exact_match:.1%} |",
            f"| abstained | {d.abstained:.1%} |",
        ]
    lines += [
        "",
        "It can name any entity and relation of its graph, those that are newer than the model too, since entities "
        "have no trained parameters and relations are read as text. What it has not seen asked, it may read wrongly; "
        "look at the confidence and at the path of an answer. `run.json` has what reproduces the run.",
        "",
    ]
    return "\n".join(lines)

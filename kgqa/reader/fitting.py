"""Trains a reader on questions about several graphs: which of the proposed programs is meant, or that none is.

Where the program of a question is known and was proposed, it is the right one, and others with the same result are left
out; else all programs with the right result are right (maximum marginal likelihood).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graphdb import Found, GraphStore, Program, Schema
from indexing import AliasIndex
from kgqa.proposing import Proposal, Proposer
from kgqa.questions import GoldAnswers, Question, resolve_answers
from kgqa.reader.model import Candidates, Reader, reading_loss
from kgqa.wording import in_words

_JOINING = frozenset({"and", "that"})


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question with what may be meant.

    :param candidates: the proposed programs in words.
    :param matches: whether the result of each is the answer.
    :param hits: whether the first of its results is among the answers; ``None`` where it has no result.
    :param meant: the position of the question's own program, or of one with its words and its result; ``None`` if it is
        not known or was not proposed.
    :param answerable: whether the graph has an answer.
    """

    candidates: Candidates
    group: str
    matches: tuple[bool, ...]
    hits: tuple[bool | None, ...]
    meant: int | None
    answerable: bool

    @property
    def teaches(self) -> bool:
        """Whether something can be learned of it: some program is right, or none is."""
        return not self.answerable or any(self.matches)


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a reader is trained.

    :param candidates: programs of a question that are compared in a step.
    :param batch: questions of a step.
    """

    epochs: int = 2
    batch: int = 8
    candidates: int = 16
    encoder_rate: float = 4e-4
    weights_rate: float = 0.05
    seed: int = 0


def reading_examples(
    questions: Sequence[Question], store: GraphStore, index: AliasIndex, reader: Reader
) -> Iterator[ReadingExample]:
    """What may be meant by each question on a graph."""
    schema = store.schema()
    proposer = Proposer(schema, lambda texts: reader.encoder.text_vectors(texts).cpu().numpy())
    for question, gold in zip(questions, resolve_answers(store, questions), strict=True):
        candidates = index.candidates([question.question])
        (proposed,) = proposer.propose([question.question], candidates, store)
        results = store.run([p.program for p in proposed])
        yield reading_example(question, gold, proposed, results, schema)


def reading_example(
    question: Question,
    gold: GoldAnswers,
    proposed: Sequence[Proposal],
    results: Sequence[Sequence[Found]],
    schema: Schema,
) -> ReadingExample:
    """What may be meant by a question: the programs that were proposed, and which of them give its answer."""
    texts = tuple(p.as_read(schema) for p in proposed)
    matches = tuple(gives_answer(result, gold) for result in results)
    return ReadingExample(
        Candidates(question.question, texts, tuple(p.score for p in proposed)),
        question.group,
        matches,
        tuple(result[0] in gold if result else None for result in results),
        None if question.program is None else _meant(question.program, proposed, texts, matches, schema),
        not gold.unanswerable,
    )


def _meant(
    known: Program, proposed: Sequence[Proposal], texts: Sequence[str], matches: Sequence[bool], schema: Schema
) -> int | None:
    """The position of a question's own program among the proposals, or else of one with its words and its result."""
    programs = [p.program for p in proposed]
    if known in programs:
        return programs.index(known)
    said = _words(in_words(known, schema, {seed.node: seed.said for p in proposed for seed in p.seeds}))
    return next((i for i, text in enumerate(texts) if matches[i] and _words(text) == said), None)


def _words(text: str) -> list[str]:
    """The words of a program, but for their order and those that join its conditions, which may come in any order."""
    return sorted(word for word in text.split() if word not in _JOINING)


def gives_answer(result: Sequence[Found], gold: GoldAnswers) -> bool:
    """Whether a program has exactly the answers of a question that has some."""
    return not gold.unanswerable and gold.matches(result)


def fit(
    reader: Reader,
    examples: Sequence[ReadingExample],
    options: FitOptions,
    *,
    progress: Callable[[int, int, float], None] | None = None,
) -> None:
    """Train a reader, in place.

    :param progress: told of the step, of how many there are, and of the loss.
    """
    chance = random.Random(options.seed)
    torch.manual_seed(options.seed)
    useful = [e for e in examples if e.teaches]
    adapters = [p for p in reader.encoder.parameters() if p.requires_grad]
    weights = [reader.compare, reader.weigh, reader.nothing]
    groups = [{"params": adapters, "lr": options.encoder_rate}, {"params": weights, "lr": options.weights_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    total = max(1, options.epochs * (len(useful) // options.batch))
    warm_up = max(1, min(20, total // 5))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm_up) * max(0.02, 1 - step / total)
    )
    reader.train()
    step = 0
    for _ in range(options.epochs):
        chance.shuffle(useful)
        for start in range(0, len(useful) - options.batch + 1, options.batch):
            chosen = [_chosen(e, options.candidates, chance) for e in useful[start : start + options.batch]]
            loss = _loss(reader, chosen)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([*adapters, *weights], 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            if progress:
                progress(step, total, float(loss.detach()))
    reader.eval()


_Chosen = tuple[Candidates, list[int], list[int]]


def _loss(reader: Reader, chosen: Sequence[_Chosen]) -> Tensor:
    scores = reader([candidates for candidates, _, _ in chosen])
    losses = [reading_loss(own, right, left) for own, (_, right, left) in zip(scores, chosen, strict=True)]
    return torch.stack(losses).mean()


def _chosen(example: ReadingExample, limit: int, chance: random.Random) -> _Chosen:
    """Some of the candidates: right ones, those that are most like them, those that the proposer likes best, and others
    by chance."""
    right = [example.meant] if example.meant is not None else [i for i, ok in enumerate(example.matches) if ok]
    places = list(range(len(example.matches)))
    if len(places) > limit:
        kept = {*right[:4], *_rivals(example, right)[: limit // 2], *places[: limit // 4]}
        others = [i for i in places if i not in kept]
        kept |= set(chance.sample(others, max(0, min(len(others), limit - len(kept)))))
        places = sorted(kept)
    whole = example.candidates
    candidates = Candidates(whole.question, [whole.texts[i] for i in places], [whole.scores[i] for i in places])
    if not example.answerable:
        return candidates, [len(places)], []
    here = [k for k, i in enumerate(places) if i in right]
    return candidates, here, [k for k, i in enumerate(places) if example.matches[i] and k not in here]


def _rivals(example: ReadingExample, right: Sequence[int]) -> list[int]:
    """Wrong candidates that share words with a right one, those of most shared words first (Jaccard)."""
    words = [set(text.casefold().split()) for text in example.candidates.texts]
    shared = {
        i: max(len(words[i] & words[k]) / len(words[i] | words[k]) for k in right)
        for i, ok in enumerate(example.matches)
        if right and not ok
    }
    return sorted(shared, key=lambda i: -shared[i])

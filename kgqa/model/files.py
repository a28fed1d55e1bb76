"""A trained model as a directory.

``model.safetensors`` (what training changed), ``config.json``, the tokenizer, ``README.md`` (model card), ``run.json``
(what reproduces it), ``reader.safetensors`` where it learned to read programs, and ``encoder/`` for an encoder that
does not come with the installation.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from graphdb import Schema
from graphdb.errors import ModelCorruptError, ModelMismatchError, ModelMissingError
from kgqa.calibration import Calibration
from kgqa.encoder import DEFAULT_ENCODER, TextEncoder
from kgqa.model.model import KGQAModel, ModelConfig
from kgqa.reader import Reading, load_reader, save_reader

FORMAT = 4
_WEIGHTS, _CONFIG, _RUN, _CARD, _ENCODER = "model.safetensors", "config.json", "run.json", "README.md", "encoder"
_READER = "reader.safetensors"
_MEND = "copy or train the model again"

_CONFIG_TYPES: dict[str, type | tuple[type, ...]] = {
    "encoder": str,
    "encoder_sha256": str,
    "hops": int,
    "branches": int,
    "adapter_rank": int,
    "abstain_below": (int, float),
    "calibration": dict,
    "relations": list,
    "question_words": list,
    "reading": (dict, type(None)),
}


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model and what its directory says of it.

    :param abstain_below: the confidence below which it gives no answer.
    :param relations: the relations of the graph that it was trained on.
    :param question_words: words that the questions it was trained on are made of.
    :param calibration: corrects its probabilities.
    :param reading: how questions are read that no path answers; ``None`` if paths are all it learned.
    """

    model: KGQAModel
    abstain_below: float
    relations: tuple[str, ...]
    question_words: tuple[str, ...] = ()
    calibration: Calibration = field(default_factory=Calibration)
    reading: Reading | None = None

    def check_graph(self, schema: Schema, url: str) -> None:
        """Refuse a graph that has nothing in common with the one that the model was trained on.

        :raises ModelMismatchError: if they share no relation.
        """
        here = {r.name for r in schema.relations}
        if self.relations and here and here.isdisjoint(self.relations):
            raise ModelMismatchError(
                f"the model was trained for another graph: {url} has none of its relations "
                f"({_some(self.relations)}; the graph has {_some(sorted(here))}). "
                "Train one on this graph with `kgqa train`"
            )


def _some(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def save_model(directory: Path, saved: SavedModel, *, run: dict[str, Any], card: str) -> None:
    """Write the directory; files of an earlier model in it are replaced."""
    directory.mkdir(parents=True, exist_ok=True)
    model = saved.model
    save_file({k: v.detach().cpu().contiguous() for k, v in model.trained_state().items()}, directory / _WEIGHTS)
    config = {
        "format": FORMAT,
        **model.config.to_dict(),
        "encoder_sha256": model.encoder.fingerprint(),
        "abstain_below": saved.abstain_below,
        "calibration": asdict(saved.calibration),
        "relations": list(saved.relations),
        "question_words": list(saved.question_words),
        "reading": None if saved.reading is None else saved.reading.to_dict(),
    }
    (directory / _READER).unlink(missing_ok=True)
    if saved.reading is not None:
        save_reader(saved.reading.reader, directory / _READER)
    model.encoder.tokenizer.save_pretrained(directory)
    shutil.rmtree(directory / _ENCODER, ignore_errors=True)
    if model.config.encoder != DEFAULT_ENCODER:
        model.encoder.save_pretrained(directory / _ENCODER)
    _write_json(directory / _CONFIG, config)
    _write_json(directory / _RUN, run)
    (directory / _CARD).write_text(card, encoding="utf-8")


def load_model(directory: Path) -> SavedModel:
    """Read a directory that :func:`save_model` wrote, on the CPU.

    Every tensor must be there and none may be left over.

    :raises ModelMissingError: if there is no model there.
    :raises ModelMismatchError: if another version made it, or its encoder is not the one that is installed.
    :raises ModelCorruptError: if a file is damaged.
    """
    for name in (_CONFIG, _WEIGHTS):
        if not (directory / name).is_file():
            raise ModelMissingError(
                f"there is no model in {directory} ({name} is missing): "
                "give the directory that `kgqa train --out` wrote"
            )
    config = _read_config(directory / _CONFIG)
    encoder = _encoder(directory, config)
    made_of = ModelConfig(*(config[name] for name in ("encoder", "hops", "branches", "adapter_rank")))
    model = KGQAModel(made_of, encoder)
    try:
        weights = load_file(directory / _WEIGHTS)
    except (OSError, SafetensorError) as exc:
        raise ModelCorruptError(f"{directory / _WEIGHTS} is damaged ({exc}): copy or train the model again") from exc
    expected = model.trained_state()
    odd = sorted(expected.keys() ^ weights.keys()) or [k for k in expected if expected[k].shape != weights[k].shape]
    if odd:
        raise ModelCorruptError(
            f"{directory / _WEIGHTS} does not fit its {_CONFIG}: {_some(odd)} missing, unknown or of another shape. "
            "Copy or train the model again"
        )
    model.load_state_dict(weights, strict=False)
    return SavedModel(
        model.eval(),
        float(config["abstain_below"]),
        tuple(config["relations"]),
        tuple(config["question_words"]),
        _calibration(directory, config["calibration"]),
        _reading(directory, config["reading"]),
    )


def _reading(directory: Path, stored: dict[str, Any] | None) -> Reading | None:
    if stored is None:
        return None
    if not (directory / _READER).is_file():
        raise ModelCorruptError(f"{directory / _READER} is missing: {_MEND}")
    reader = load_reader(directory / _READER, mend=_MEND)
    try:
        return Reading.from_dict(stored, reader)
    except (KeyError, TypeError, ValueError) as exc:
        raise ModelCorruptError(f"{directory / _CONFIG} is damaged ({exc!r} in its reading): {_MEND}") from exc


def _calibration(directory: Path, stored: dict[str, Any]) -> Calibration:
    try:
        return Calibration(float(stored["scale"]), float(stored["shift"]))
    except (KeyError, TypeError, ValueError) as exc:
        raise ModelCorruptError(
            f"{directory / _CONFIG} is damaged ({exc!r} in its calibration): copy or train the model again"
        ) from exc


def _encoder(directory: Path, config: dict[str, Any]) -> TextEncoder:
    own = directory / _ENCODER
    encoder = TextEncoder.from_pretrained(str(own) if own.is_dir() else config["encoder"], rank=config["adapter_rank"])
    if encoder.fingerprint() != config["encoder_sha256"]:
        raise ModelMismatchError(
            f"the model in {directory} was trained on other weights of the encoder {config['encoder']!r} than those "
            "installed here: install the same version of the encoder, or train the model again"
        )
    return encoder


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        found = config["format"]
        odd = [name for name, kind in _CONFIG_TYPES.items() if not isinstance(config.get(name, ...), kind)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelCorruptError(f"{path} is damaged ({exc!r}): copy or train the model again") from exc
    if found != FORMAT:
        raise ModelMismatchError(
            f"{path} has format {found}, and this version reads format {FORMAT}: train the model again, "
            "or use the version of kgqa that made it"
        )
    if odd:
        raise ModelCorruptError(f"{path} lacks {', '.join(odd)}, or has it wrong: copy or train the model again")
    return config  # type: ignore[no-any-return]


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

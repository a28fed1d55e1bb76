"""Models as directories: whole or refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from graphdb import RelationInfo, Schema
from graphdb.errors import ModelCorruptError, ModelMismatchError, ModelMissingError
from kgqa.encoder import TextEncoder
from kgqa.model import KGQAModel, ModelConfig, SavedModel, load_model, save_model

RELATIONS = ("directed by", "starred")


@pytest.fixture(scope="module")
def saved(tiny: str) -> SavedModel:
    model = KGQAModel(ModelConfig(tiny, hops=2, adapter_rank=2), TextEncoder.from_pretrained(tiny, rank=2)).eval()
    with torch.no_grad():
        for parameter in model.trained_state().values():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return SavedModel(model, abstain_below=0.25, relations=RELATIONS)


@pytest.fixture(scope="module")
def original(saved: SavedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "model"
    save_model(folder, saved, run={"seed": 0}, card="# Card\n")
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "model"))


def test_what_is_loaded_is_what_was_saved(saved: SavedModel, folder: Path) -> None:
    loaded = load_model(folder)
    assert (loaded.abstain_below, loaded.relations) == (0.25, RELATIONS)
    assert loaded.model.config == saved.model.config
    assert not loaded.model.training
    for (name, a), (other, b) in zip(saved.model.state_dict().items(), loaded.model.state_dict().items(), strict=True):
        assert name == other
        assert torch.equal(a, b)
    with torch.no_grad():
        tokens = saved.model.encoder.tokenize(["who directed Heat?"])
        assert torch.equal(saved.model.encoder(tokens), loaded.model.encoder(tokens))


def test_the_directory(folder: Path) -> None:
    assert {"model.safetensors", "config.json", "run.json", "README.md", "tokenizer.json", "encoder"} <= {
        path.name for path in folder.iterdir()
    }
    assert not any("transformer.embeddings" in name for name in load_file(folder / "model.safetensors"))


def test_saving_replaces_an_earlier_model(saved: SavedModel, folder: Path) -> None:
    save_model(folder, SavedModel(saved.model, 0.5, ("other",)), run={}, card="")
    assert load_model(folder).abstain_below == 0.5


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_missing_files(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelMissingError, match=name):
        load_model(folder)


def test_no_directory(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="there is no model in"):
        load_model(tmp_path / "nowhere")


def _without(weights: dict[str, torch.Tensor]) -> None:
    del weights["hop.weight"]


def _with_more(weights: dict[str, torch.Tensor]) -> None:
    weights["odd.weight"] = torch.zeros(1)


def _misshaped(weights: dict[str, torch.Tensor]) -> None:
    weights["hop.weight"] = torch.zeros(3, 3)


@pytest.mark.parametrize(
    ("change", "named"), [(_without, "hop.weight"), (_with_more, "odd.weight"), (_misshaped, "hop.weight")]
)
def test_weights_must_fit_exactly(folder: Path, change: Callable[[dict[str, torch.Tensor]], None], named: str) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelCorruptError, match=named):
        load_model(folder)


@pytest.mark.parametrize("cut", [0, 7, 1000])
def test_damaged_weights(folder: Path, cut: int) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ModelCorruptError, match=r"model\.safetensors"):
        load_model(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", "{}", '"format"'])
def test_damaged_config(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(ModelCorruptError, match=r"config\.json"):
        load_model(folder)


def edit(folder: Path, **values: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    "values",
    [{"hops": "two"}, {"hops": None}, {"adapter_rank": 1.5}, {"relations": 3}, {"abstain_below": "low"}],
    ids=str,
)
def test_config_of_other_kinds(folder: Path, values: dict[str, Any]) -> None:
    edit(folder, **values)
    with pytest.raises(ModelCorruptError, match=next(iter(values))):
        load_model(folder)


def test_another_format(folder: Path) -> None:
    edit(folder, format=99)
    with pytest.raises(ModelMismatchError, match="format 99"):
        load_model(folder)


def test_another_encoder(folder: Path) -> None:
    edit(folder, encoder_sha256="0" * 64)
    with pytest.raises(ModelMismatchError, match="other weights of the encoder"):
        load_model(folder)


def test_a_damaged_encoder(folder: Path) -> None:
    (folder / "encoder" / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelCorruptError, match="encoder"):
        load_model(folder)


def schema(*names: str) -> Schema:
    return Schema(0, 0, (), tuple(RelationInfo(name, name, name, 1) for name in names))


def test_a_model_of_another_graph(saved: SavedModel) -> None:
    saved.check_graph(schema("starred", "new"), "graph.db")
    saved.check_graph(schema(), "empty.db")
    with pytest.raises(ModelMismatchError, match="trained for another graph"):
        saved.check_graph(schema("capital of"), "places.db")

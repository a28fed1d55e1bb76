"""The encoder: adapters beside an unchanged transformer."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModel

from graphdb.errors import ModelCorruptError, ModelMissingError
from kgqa.encoder import DEFAULT_ENCODER, MAX_TOKENS, TextEncoder
from kgqa.serving import serving

TEXTS = ["who directed Heat?", "who starred in the films that Michael Mann directed?"]


def train_adapters(encoder: TextEncoder) -> None:
    """Change the adapters, as training would."""
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if name.endswith(".up"):
                parameter.add_(0.2 * torch.randn_like(parameter))


def adapted(encoder: TextEncoder) -> Tensor:
    """The vectors of all tokens, with gradients, so not by the merged copy."""
    encoder.eval()
    tokens = encoder.tokenize(TEXTS)
    return encoder(tokens)[tokens.mask]  # type: ignore[no-any-return]


@torch.no_grad()
def served(encoder: TextEncoder) -> Tensor:
    return adapted(encoder)


@pytest.mark.usefixtures("float32")
def test_new_adapters_change_nothing(encoder: TextEncoder, tiny: str) -> None:
    tokens = encoder.tokenize(TEXTS)
    plain = AutoModel.from_pretrained(tiny).eval()
    expected = plain(input_ids=tokens.ids, attention_mask=tokens.mask.long()).last_hidden_state
    torch.testing.assert_close(adapted(encoder), expected[tokens.mask])


def test_only_adapters_learn(encoder: TextEncoder) -> None:
    encoder.train()
    encoder(encoder.tokenize(TEXTS)).square().sum().backward()
    learning = {name for name, p in encoder.named_parameters() if p.grad is not None}
    assert learning == {name for name, p in encoder.named_parameters() if p.requires_grad}
    assert learning
    assert all(name.endswith((".up", ".down")) for name in learning)


@pytest.mark.usefixtures("float32")
def test_the_serving_copy_is_the_adapted_model(encoder: TextEncoder) -> None:
    train_adapters(encoder)
    torch.testing.assert_close(served(encoder), adapted(encoder), rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("float32")
@torch.no_grad()
def test_many_texts_are_read_as_each_alone(encoder: TextEncoder) -> None:
    train_adapters(encoder)
    texts = ["word " * (7 * i % 40) + "?" for i in range(37)]
    tokens = encoder.tokenize(texts)
    hidden = encoder(tokens)
    assert hidden.shape == (*tokens.ids.shape, encoder.dimension)
    for text, found, mask in zip(texts, hidden, tokens.mask, strict=True):
        torch.testing.assert_close(found[mask], encoder(encoder.tokenize([text]))[0], rtol=1e-4, atol=1e-5)


def test_the_serving_copy_in_half_precision_is_near(encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    train_adapters(encoder)
    exact = adapted(encoder)
    monkeypatch.setattr("kgqa.encoder.low_precision", lambda _device: torch.bfloat16)
    torch.testing.assert_close(served(encoder), exact, rtol=0.05, atol=0.08)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@torch.no_grad()
def test_serving_is_the_transformer_itself(tiny: str, dtype: torch.dtype) -> None:
    """Also where padding is masked, and where the architecture, here with another activation, runs as it is."""
    ids = torch.randint(5, 20, (3, 9))
    mask = torch.arange(9) < torch.tensor([[9], [4], [1]])
    for activation in ("gelu", "relu"):
        transformer = AutoModel.from_pretrained(tiny, hidden_act=activation, dtype=dtype).eval()
        run = serving(transformer)
        for rows in (slice(0, 1), slice(0, 3)):
            expected = transformer(input_ids=ids[rows], attention_mask=mask[rows].long()).last_hidden_state.float()
            found, real = run(ids[rows], mask[rows]), mask[rows]
            tolerance = 1e-5 if dtype is torch.float32 else 0.06
            torch.testing.assert_close(found[real], expected[real], rtol=tolerance, atol=tolerance)


@torch.no_grad()
def test_serving_needs_no_operator_of_one_build_of_torch(encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgqa.encoder.low_precision", lambda _device: torch.bfloat16)
    packed = served(encoder)
    encoder.train()
    monkeypatch.setattr("kgqa.serving.torch.ops", object())
    torch.testing.assert_close(served(encoder), packed, rtol=0.05, atol=0.05)


@pytest.mark.usefixtures("float32")
def test_the_serving_copy_follows_training_and_loading(encoder: TextEncoder) -> None:
    first = served(encoder)
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    encoder.train()
    train_adapters(encoder)
    second = served(encoder)
    assert not torch.allclose(first, second)
    torch.nn.ModuleDict({"encoder": encoder}).load_state_dict(
        {f"encoder.{name}": value for name, value in before.items()}
    )
    torch.testing.assert_close(served(encoder), first)


def test_texts_of_steps_do_not_depend_on_the_adapters(encoder: TextEncoder) -> None:
    words = ["directed by", "starred in", "directed by"]
    before = encoder.text_vectors(words)
    assert torch.equal(before[0], before[2])
    torch.testing.assert_close(before.norm(dim=-1), torch.ones(3))
    train_adapters(encoder)
    encoder._text_vectors.clear()
    encoder.train()
    torch.testing.assert_close(encoder.text_vectors(words), before)
    assert encoder.transformer.training
    assert encoder.text_vectors([]).shape == (0, encoder.dimension)


def test_texts_are_read_as_the_pretrained_encoder_reads_them(encoder: TextEncoder, tiny: str) -> None:
    train_adapters(encoder)
    texts = ["directed by", "a", "the films that somebody directed and wrote", "directed by Michael Mann"]
    tokens = encoder.tokenize(texts)
    plain = AutoModel.from_pretrained(tiny).eval()
    with torch.no_grad():
        hidden = plain(input_ids=tokens.ids, attention_mask=tokens.mask.long()).last_hidden_state
    means = torch.stack([own[mask].mean(0) for own, mask in zip(hidden, tokens.mask, strict=True)])
    torch.testing.assert_close(encoder.text_vectors(texts), torch.nn.functional.normalize(means, dim=-1))


def test_texts_asked_first_while_serving_can_be_trained_with(encoder: TextEncoder) -> None:
    with torch.inference_mode():
        encoder.text_vectors(["directed by"])
    weight = torch.ones(encoder.dimension, requires_grad=True)
    (encoder.text_vectors(["directed by"]) @ weight).sum().backward()  # type: ignore[no-untyped-call]
    assert weight.grad is not None


def test_the_fingerprint_is_of_the_pretrained_weights(encoder: TextEncoder, tiny: str) -> None:
    before = encoder.fingerprint()
    train_adapters(encoder)
    assert encoder.fingerprint() == before
    assert TextEncoder.from_pretrained(tiny, rank=7).fingerprint() == before
    with torch.no_grad():
        next(p for n, p in encoder.named_parameters() if n.endswith("base.weight")).add_(1e-3)
    assert encoder.fingerprint() != before


def test_saved_and_loaded(encoder: TextEncoder, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    train_adapters(encoder)
    encoder.save_pretrained(tmp_path / "encoder")
    loaded = TextEncoder.from_pretrained(str(tmp_path / "encoder"))
    assert loaded.fingerprint() == encoder.fingerprint()
    assert torch.equal(loaded.text_vectors(TEXTS), encoder.text_vectors(TEXTS))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["no-such/encoder", "no such encoder", "", "/no/such/folder"])
def test_unknown_names(name: str) -> None:
    with pytest.raises(ModelMissingError, match="is not on this machine"):
        TextEncoder.from_pretrained(name)


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
def test_damaged_folders(encoder: TextEncoder, tmp_path: Path, file: str) -> None:
    encoder.save_pretrained(tmp_path)
    (tmp_path / file).write_bytes(b'{"a": ')
    with pytest.raises(ModelCorruptError, match="holds no encoder that can be read"):
        TextEncoder.from_pretrained(str(tmp_path))


def test_long_texts_are_cut(encoder: TextEncoder) -> None:
    tokens = encoder.tokenize(["word " * 500, "short"])
    assert tokens.ids.shape == (2, MAX_TOKENS)
    assert tokens.mask.sum(1).tolist() == [MAX_TOKENS, 3]


def test_the_default_comes_with_the_installation() -> None:
    encoder = TextEncoder.from_pretrained()
    assert encoder.name == DEFAULT_ENCODER
    near, far = (
        encoder.text_vectors(["directed by", "director of", "capital city"])[0]
        @ encoder.text_vectors(["director of", "capital city"]).T
    )
    assert near > far


def test_the_words_of_the_vocabulary(encoder: TextEncoder) -> None:
    words = encoder.words()
    assert {"film", "director", "where"} <= set(words)
    assert words == sorted(set(words))
    assert all(len(word) >= 3 and word.isalpha() and word == word.lower() for word in words)
    assert "##ing" not in words


@pytest.mark.usefixtures("float32")
def test_what_is_computed_together_makes_no_difference_to_learning(
    encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_adapters(encoder)
    encoder.eval()  # nothing is dropped out
    tokens = encoder.tokenize(["word " * (7 * i % 40) + "?" for i in range(37)])
    gradients = []
    for together in (5, 1000):
        monkeypatch.setattr("kgqa.encoder._LEARNED_TOGETHER", together)
        encoder.zero_grad()
        encoder(tokens)[tokens.mask].pow(3).sum().backward()
        gradients.append([p.grad.clone() for p in encoder.parameters() if p.grad is not None])
    assert len(gradients[0]) == len(gradients[1]) > 0
    for few, many in zip(*gradients, strict=True):
        torch.testing.assert_close(few, many, rtol=1e-3, atol=1e-3)

"""The reader on disk: its adapters and weights, in half precision. The unchanged encoder is not part of it."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from graphdb.errors import ModelCorruptError
from kgqa.encoder import DEFAULT_ENCODER, TextEncoder
from kgqa.reader.model import Reader

SHIPPED = Path(__file__).parent / "reader.safetensors"
"""The reader that comes with the package; ``corpus/README.md`` says how it is made."""

_RANK = 16


def new_reader() -> Reader:
    """A reader that was not trained."""
    return Reader(TextEncoder.from_pretrained(rank=_RANK))


def save_reader(reader: Reader, path: Path) -> None:
    """Write what training changes."""
    trained = {name: value.detach().half().contiguous() for name, value in _trained(reader).items()}
    save_file(trained, path)


def load_reader(path: Path = SHIPPED, *, mend: str = "install kgqa again") -> Reader:
    """Read a reader.

    :param mend: what helps where the file is damaged.
    :raises ModelCorruptError: if the file is not one.
    """
    reader = new_reader()
    wanted = _trained(reader)
    try:
        stored = load_file(path)
    except (OSError, SafetensorError) as exc:
        raise ModelCorruptError(f"the reader {path} cannot be read ({exc}): {mend}") from exc
    if {name: value.shape for name, value in stored.items()} != {name: value.shape for name, value in wanted.items()}:
        raise ModelCorruptError(f"the reader {path} was made by another version: {mend}")
    reader.load_state_dict({name: value.float() for name, value in stored.items()}, strict=False)
    return reader.eval()


def start_as_reader(encoder: TextEncoder) -> None:
    """Give an encoder the adapters of the reader that ships, where they are made for it: what people say for what
    schemas say, learned on the graphs of the corpus, is a better start than none.

    :raises ModelCorruptError: if the reader cannot be read.
    """
    if encoder.name == DEFAULT_ENCODER and encoder.rank == _RANK:
        encoder.load_state_dict(load_reader().encoder.state_dict())


def _trained(reader: Reader) -> dict[str, torch.Tensor]:
    return {name: value for name, value in reader.named_parameters() if value.requires_grad}

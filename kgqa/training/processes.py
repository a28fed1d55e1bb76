"""Several processes that train one model, as ``torchrun`` starts them: each computes the gradients of its share of
every batch, and all of them make the same step with the sum.

The gradients are summed explicitly, not by ``DistributedDataParallel``: that hooks into one call of ``forward``, and
here scores are read by numpy between two calls; which parameters a step uses differs between the processes; and the
shares of a batch may differ in size, so that a mean of means would not be the mean over the questions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn

from graphdb.errors import SettingsError

_PATIENCE = timedelta(hours=12)
"""How long the others wait while the first one evaluates; that a process died, ``torchrun`` notices at once."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Processes:
    """The processes of a training run, as one of them sees them.

    :param rank: which one this is, from 0.
    :param size: how many there are; 1 where nothing was started with ``torchrun``.
    """

    rank: int = 0
    size: int = 1

    @classmethod
    def from_environment(cls) -> Processes:
        """Those that the variables of ``torchrun`` tell of."""
        if not {"RANK", "WORLD_SIZE"} <= os.environ.keys():
            return cls()
        return cls(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]))

    @property
    def first(self) -> bool:
        """Whether this is the process that evaluates, writes and reports."""
        return self.rank == 0

    def device(self, device: torch.device) -> torch.device:
        """The device of this process: of several on one machine, each has a GPU of its own.

        :raises SettingsError: if there are more processes than GPUs, or one GPU is named for all of them.
        """
        if device.type != "cuda" or self.size == 1:
            return device
        local, here = int(os.environ.get("LOCAL_RANK", "0")), int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        if device.index is not None and here > 1:
            raise SettingsError(
                f"{here} processes cannot share {device}: leave the number out, so that each has its own"
            )
        if local >= torch.cuda.device_count():
            raise SettingsError(
                f"{here} processes were started on a machine with {torch.cuda.device_count()} GPUs: "
                "start one for each GPU (torchrun --nproc-per-node), or train with --device cpu"
            )
        return device if device.index is not None else torch.device("cuda", local)

    @contextmanager
    def joined(self, device: torch.device) -> Iterator[None]:
        """Connect the processes: by NCCL where they compute on GPUs, else by Gloo."""
        if self.size == 1 or dist.is_initialized():
            yield
            return
        if device.type == "cuda":
            torch.cuda.set_device(device)
        dist.init_process_group("cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo", timeout=_PATIENCE)
        try:
            yield
        finally:
            dist.destroy_process_group()

    def share(self) -> slice:
        """Which items of a batch are this process's own; every item is exactly one's."""
        return slice(self.rank, None, self.size)

    def told(self, compute: Callable[[], _T]) -> _T:
        """What the first process computes, in all of them."""
        values = [compute() if self.first else None]
        if self.size > 1:
            dist.broadcast_object_list(values, src=0)
        return cast(_T, values[0])

    def alike(self, parameters: Sequence[nn.Parameter]) -> None:
        """Give all processes the parameters of the first."""
        if self.size == 1:
            return
        flat = torch.cat([p.detach().flatten() for p in parameters])
        dist.broadcast(flat, src=0)
        with torch.no_grad():
            for parameter, part in zip(parameters, torch.split(flat, [p.numel() for p in parameters]), strict=True):
                parameter.copy_(part.view_as(parameter))

    def summed(self, parameters: Sequence[nn.Parameter], loss: Tensor) -> Tensor:
        """Sum the gradients over all processes, in place, and the loss, which is returned.

        A parameter that no process used has no gradient afterwards either, as with one process.
        """
        if self.size == 1:
            return loss
        used = torch.tensor([float(p.grad is not None) for p in parameters], device=loss.device)
        grads = [(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in parameters]
        flat = torch.cat([*grads, used, loss.view(1)])
        dist.all_reduce(flat)
        *parts, used, loss = torch.split(flat, [*(p.numel() for p in parameters), len(parameters), 1])
        for parameter, part, count in zip(parameters, parts, used.tolist(), strict=True):
            parameter.grad = part.view_as(parameter) if count else None
        return loss.view(())

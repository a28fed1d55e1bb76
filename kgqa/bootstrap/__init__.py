"""Questions about a graph that are made of the graph itself, to train on where nobody has any."""

from kgqa.bootstrap.run import Bootstrapped, Progress, bootstrap

__all__ = ["Bootstrapped", "Progress", "bootstrap"]

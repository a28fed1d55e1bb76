"""Every exception that kgqa raises on purpose.

::

    KGQAError
    ├── InputError                what the caller gave cannot be used; the message names the place
    │   ├── RecordError           one row of a file of facts or questions (path, line, reason)
    │   ├── SettingsError         an option, an environment variable or a mapping file
    │   └── UnknownNameError      an entity, relation or type that the graph does not have
    ├── StoreError                the graph database refused or failed
    │   ├── StoreUnavailableError no connection, or the server is starting, stopping or overloaded (retry)
    │   ├── StoreAccessError      wrong credentials or missing rights
    │   ├── ReadOnlyStoreError    a write to a graph that is only read
    │   └── StoreCorruptError     stored data that is not what this version wrote
    ├── LedgerError               the sync ledger cannot be read or written
    ├── AliasIndexError           the alias index cannot be used
    │   ├── IndexMissingError     there is none yet: `kgqa index` builds it
    │   ├── IndexMismatchError    built for another graph or with another encoder
    │   └── IndexCorruptError     damaged files: `kgqa index --rebuild` makes them anew
    └── ModelError                a trained model cannot be used
        ├── ModelMissingError     no such directory, or files are missing from it
        ├── ModelMismatchError    trained for another version or another graph
        └── ModelCorruptError     damaged files

Errors of the libraries below (drivers, SQLAlchemy, FAISS, safetensors) are mapped to these once, where they
arise, with the original as ``__cause__``.
"""

from __future__ import annotations

from pathlib import Path


class KGQAError(Exception):
    """The base of all of them."""

    def is_retryable(self) -> bool:
        """Whether the same call may succeed if it is simply made again."""
        return False


class InputError(KGQAError):
    """What the caller gave cannot be used."""


class RecordError(InputError):
    """One row of an input file is malformed.

    :param path: the file, or ``-`` for standard input.
    :param line: its line, counted from 1.
    :param reason: what is wrong with it and what was expected.
    :param text: the row as it stands in the file, so that it can be mended.
    """

    def __init__(self, path: str | Path, line: int, reason: str, text: str = "") -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = str(path)
        self.line = line
        self.reason = reason
        self.text = text


class SettingsError(InputError):
    """An option, an environment variable or a mapping file has a value that cannot be used."""


class UnknownNameError(InputError):
    """An entity, relation or type that the graph does not have."""


class StoreError(KGQAError):
    """The graph database refused or failed."""


class StoreUnavailableError(StoreError):
    """The database cannot be reached now, or is too busy; the same call may succeed later."""

    def is_retryable(self) -> bool:
        return True


class StoreAccessError(StoreError):
    """The database refused the credentials, or the user lacks the rights."""


class ReadOnlyStoreError(StoreError):
    """A write was asked of a graph that is only read."""


class StoreCorruptError(StoreError):
    """The database holds something that this version of kgqa did not write."""


class LedgerError(KGQAError):
    """The sync ledger cannot be read or written."""


class AliasIndexError(KGQAError):
    """The alias index cannot be used."""


class IndexMissingError(AliasIndexError):
    """There is no alias index at this place."""


class IndexMismatchError(AliasIndexError):
    """The alias index was built for another graph or with another encoder."""


class IndexCorruptError(AliasIndexError):
    """The files of the alias index are damaged."""


class ModelError(KGQAError):
    """A trained model cannot be used."""


class ModelMissingError(ModelError):
    """There is no model at this place, or files are missing from it."""


class ModelMismatchError(ModelError):
    """The model was made by another version, or for another graph."""


class ModelCorruptError(ModelError):
    """The files of the model are damaged."""

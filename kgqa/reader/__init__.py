"""The reader: which of several programs, said in English, a question means."""

from kgqa.reader.files import SHIPPED, load_reader, new_reader, save_reader, start_as_reader
from kgqa.reader.learned import Reading
from kgqa.reader.model import Candidates, Reader, reading_loss

__all__ = [
    "SHIPPED",
    "Candidates",
    "Reader",
    "Reading",
    "load_reader",
    "new_reader",
    "reading_loss",
    "save_reader",
    "start_as_reader",
]

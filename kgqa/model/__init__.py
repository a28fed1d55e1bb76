"""The differentiable model: mentions and entities, relations and hops, follow, and the loss."""

from kgqa.model.batch import AskedQuestion, QuestionBatch, make_batch
from kgqa.model.combine import Outcome, outcomes
from kgqa.model.direct import direct_loss
from kgqa.model.files import SavedModel, load_model, save_model
from kgqa.model.follow import Followed, follow
from kgqa.model.loss import Gold, answer_loss, simplicity_loss, surprisal
from kgqa.model.model import KGQAModel, ModelConfig, Reached, Scores, StepTexts, to_numpy
from kgqa.model.unknown import understood, unknown_name_loss

__all__ = [
    "AskedQuestion",
    "Followed",
    "Gold",
    "KGQAModel",
    "ModelConfig",
    "Outcome",
    "QuestionBatch",
    "Reached",
    "SavedModel",
    "Scores",
    "StepTexts",
    "answer_loss",
    "direct_loss",
    "follow",
    "load_model",
    "make_batch",
    "outcomes",
    "save_model",
    "simplicity_loss",
    "surprisal",
    "to_numpy",
    "understood",
    "unknown_name_loss",
]

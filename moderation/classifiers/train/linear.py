"""The linear model over hashed n-grams: trained in minutes, a strong teacher, a floor to compare with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from moderation.classifiers.rows import Numbers
from moderation.classifiers.train.ngrams import Bags

_BATCH = 512
_EPSILON = 1e-6
# Cross entropy forgets nothing by itself: a little decay keeps rare n-grams small.
_DECAY = 1e-6


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights by bucket and label, and what each label begins from."""

    weights: torch.Tensor
    bias: torch.Tensor

    def logits(self, bags: Bags) -> Numbers:
        """Shape (texts, labels)."""
        parts = []
        for start in range(0, len(bags), _BATCH):
            rows = np.arange(start, min(start + _BATCH, len(bags)))
            buckets, owners, values = _tensors(bags, rows)
            parts.append(_forward(self, buckets, owners, values, len(rows)).numpy())
        return np.concatenate(parts) if parts else np.zeros((0, len(self.bias)), np.float32)


def train_linear(
    bags: Bags, truth: Numbers, weights: Numbers, *, buckets_log2: int, epochs: int, rate: float, seed: int
) -> Linear:
    """A model of these texts. `truth`: (texts, labels), NaN unknown. Adagrad on the cross entropy."""
    labels = truth.shape[1]
    model = Linear(torch.zeros(1 << buckets_log2, labels), torch.zeros(labels))
    squares = torch.zeros_like(model.weights)
    known = torch.from_numpy(~np.isnan(truth))
    wanted, weight = torch.from_numpy(np.nan_to_num(truth)), torch.from_numpy(weights)[:, None]
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(bags))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            buckets, owners, values = _tensors(bags, rows)
            scores = torch.sigmoid(_forward(model, buckets, owners, values, len(rows)))
            slope = (scores - wanted[rows]) * known[rows] * weight[rows]
            _step(model, squares, buckets, slope[owners] * values[:, None], rate)
            model.bias.sub_(slope.mean(0) * rate)
    return model


def out_of_fold(
    bags: Bags,
    truth: Numbers,
    weights: Numbers,
    *,
    folds: int,
    buckets_log2: int,
    epochs: int,
    rate: float,
    seed: int,
) -> Numbers:
    """Each text's logits by a model that was trained on the other folds alone."""
    fold = np.random.default_rng(seed).integers(0, folds, len(bags))
    logits = np.zeros(truth.shape, np.float32)
    for number in range(folds):
        inside, outside = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        model = train_linear(
            subset(bags, outside),
            truth[outside],
            weights[outside],
            buckets_log2=buckets_log2,
            epochs=epochs,
            rate=rate,
            seed=seed,
        )
        logits[inside] = model.logits(subset(bags, inside))
    return logits


def subset(bags: Bags, rows: npt.NDArray[np.int64]) -> Bags:
    """Some of the texts."""
    buckets, _, sizes = bags.batch(rows)
    return Bags(buckets, np.concatenate([[0], np.cumsum(sizes)]))


def _tensors(bags: Bags, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    buckets, owners, sizes = bags.batch(rows)
    values = (1 / np.sqrt(np.maximum(sizes, 1))).astype(np.float32)[owners]
    return torch.from_numpy(buckets).long(), torch.from_numpy(owners), torch.from_numpy(values)


def _forward(
    model: Linear, buckets: torch.Tensor, owners: torch.Tensor, values: torch.Tensor, rows: int
) -> torch.Tensor:
    summed = torch.zeros(rows, len(model.bias))
    summed.index_add_(0, owners, model.weights[buckets] * values[:, None])
    return summed + model.bias


def _step(
    model: Linear, squares: torch.Tensor, buckets: torch.Tensor, slope: torch.Tensor, rate: float
) -> None:
    squares.index_add_(0, buckets, slope * slope)
    change = slope / (squares[buckets].sqrt() + _EPSILON) + _DECAY * model.weights[buckets]
    model.weights.index_add_(0, buckets, change * -rate)

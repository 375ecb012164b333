"""The linear part that a model is served with: learned from all rows, rounded to eight bits, mixed in."""

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from moderation.classifiers.detoxify.folding import fold
from moderation.classifiers.ngrams.table import LinearPart
from moderation.classifiers.rows import Numbers
from moderation.classifiers.train.config import Config
from moderation.classifiers.train.linear import Linear, train_linear
from moderation.classifiers.train.material import Material
from moderation.classifiers.train.ngrams import bags_of

_KEPT = "linear.pt"
_MOST_STEPS = 127
_ROUNDS = 60
# What keeps the two weights of a label with few positives at one half each.
_PULL = 20.0


def linear_part(config: Config, material: Material, kept: Path, network: Numbers) -> LinearPart:
    """The part, mixed with the network whose logits of the validation rows are given."""
    part = rounded(_learned(config, material, kept / _KEPT))
    own = part.logits([fold(text) for text in material.valid.texts])
    return with_shares(part, *shares(network, own, material.valid.truth))


def rounded(model: Linear) -> LinearPart:
    """A model's weights in whole steps from -127 to 127, and a last row of nothing."""
    weights = model.weights.numpy()
    scale = np.maximum(np.abs(weights).max(0), 1e-6) / _MOST_STEPS
    table = np.vstack([np.rint(weights / scale), np.zeros((1, len(scale)))]).astype(np.int8)
    ones, zeros = np.ones(len(scale), np.float32), np.zeros(len(scale), np.float32)
    return LinearPart(table, scale.astype(np.float32), model.bias.numpy(), zeros, ones, zeros)


def with_shares(part: LinearPart, network: Numbers, linear: Numbers, offset: Numbers) -> LinearPart:
    """The same part, mixed in otherwise."""
    return LinearPart(part.table, part.scale, part.bias, network, linear, offset)


def shares(network: Numbers, linear: Numbers, truth: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """By label what each part's logit counts for, and the offset: the least cross entropy on known labels."""
    columns = [_fitted(network[:, c], linear[:, c], truth[:, c]) for c in range(truth.shape[1])]
    first, second, offset = (np.array(each, np.float32) for each in zip(*columns, strict=True))
    return first, second, offset


def _fitted(network: Numbers, linear: Numbers, truth: Numbers) -> tuple[float, float, float]:
    known = ~np.isnan(truth)
    parts = torch.from_numpy(np.stack([network[known], linear[known], np.ones(known.sum(), np.float32)], 1))
    wanted = torch.from_numpy(truth[known])
    line = torch.tensor([0.5, 0.5, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=_ROUNDS)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        told = functional.binary_cross_entropy_with_logits(parts @ line, wanted, reduction="sum")
        value = told + _PULL * ((line[:2] - 0.5) ** 2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    first, second, offset = line.detach().tolist()
    return max(first, 0.0), max(second, 0.0), offset


def _learned(config: Config, material: Material, kept: Path) -> Linear:
    if not kept.exists():
        linear = config.linear
        model = train_linear(
            bags_of(material.folded, linear.buckets_log2),
            material.train.truth,
            material.train.weights,
            buckets_log2=linear.buckets_log2,
            epochs=linear.epochs,
            rate=linear.learning_rate,
            seed=config.seed,
        )
        torch.save({"weights": model.weights, "bias": model.bias}, kept)
    saved = torch.load(kept, weights_only=True)
    return Linear(saved["weights"], saved["bias"])

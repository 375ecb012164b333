"""Calibration: per label a slope and an offset of the logits, chosen on lines that were not learned from.

They are folded into the last layer's weights, so every program that loads the checkpoint has them.
"""

import numpy as np
import torch
from torch.nn import functional

from moderation.classifiers.rows import Numbers

_ROUNDS = 60
# Two of each at least for every figure that is chosen; fewer leave the label as it is.
_FEWEST = 20
# A steeper line only says that these few lines are told apart entirely; it would make noise of rounding.
# It is made flatter, and stays where it crosses the middle.
_STEEPEST = 50.0


def temperatures(logits: Numbers, truth: Numbers) -> tuple[Numbers, Numbers]:
    """Slopes and offsets, each of shape (labels,), by the least cross entropy on the known labels."""
    slopes, offsets = np.ones(logits.shape[1], np.float32), np.zeros(logits.shape[1], np.float32)
    for column in range(logits.shape[1]):
        known = ~np.isnan(truth[:, column])
        wanted = truth[known, column]
        if min(wanted.sum(), (1 - wanted).sum()) >= _FEWEST:
            slopes[column], offsets[column] = _fitted(logits[known, column], wanted)
    return slopes, offsets


def fold_into(layer: torch.nn.Linear, slopes: Numbers, offsets: Numbers) -> None:
    """Changes a layer so that its output is what it was, times the slopes, plus the offsets."""
    slope, offset = torch.from_numpy(slopes), torch.from_numpy(offsets)
    with torch.no_grad():
        layer.weight.mul_(slope[:, None].to(layer.weight.device))
        layer.bias.mul_(slope.to(layer.bias.device)).add_(offset.to(layer.bias.device))


def _fitted(logits: Numbers, wanted: Numbers) -> tuple[float, float]:
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    scores, truth = torch.from_numpy(logits), torch.from_numpy(wanted)
    optimiser = torch.optim.LBFGS([line], max_iter=_ROUNDS)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = functional.binary_cross_entropy_with_logits(scores * line[0] + line[1], truth)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    slope, offset = line.detach().tolist()
    if slope <= 0:
        return 1.0, 0.0
    flatter = min(1.0, _STEEPEST / slope)
    return slope * flatter, offset * flatter

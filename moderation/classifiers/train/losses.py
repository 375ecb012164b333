"""The loss of scores against labels, where a label may be unknown: then it counts for nothing."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from moderation.classifiers.train.config import Loss


@dataclass(frozen=True, slots=True)
class MaskedLoss:
    """Cross entropy over known labels, weighted by row and label; focal or asymmetric where asked.

    Attributes:
        positive: what a positive counts for, by label.
        label: what each label counts for.
        gamma, negative_gamma: how much less easy positives and negatives count.
    """

    positive: torch.Tensor
    label: torch.Tensor
    gamma: float = 0.0
    negative_gamma: float = 0.0

    def __call__(self, logits: torch.Tensor, truth: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """One number. logits, truth: (rows, labels), truth NaN where unknown; weights: (rows,)."""
        known = ~torch.isnan(truth)
        wanted = torch.nan_to_num(truth)
        each = functional.binary_cross_entropy_with_logits(
            logits, wanted, reduction="none", pos_weight=self.positive
        )
        if self.gamma or self.negative_gamma:
            each = each * self._hardness(logits, wanted)
        counts = known * self.label * weights[:, None]
        return (each * counts).sum() / counts.sum().clamp(min=1e-6)

    def _hardness(self, logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        missing = (wanted - torch.sigmoid(logits)).abs().clamp(1e-6, 1)
        powers = wanted * self.gamma + (1 - wanted) * self.negative_gamma
        return missing**powers


def masked_loss(loss: Loss, labels: tuple[str, ...], device: str = "cpu") -> MaskedLoss:
    """The loss that a configuration asks for."""
    return MaskedLoss(
        torch.tensor([loss.positive_weight.get(label, 1.0) for label in labels], device=device),
        torch.tensor([loss.label_weight.get(label, 1.0) for label in labels], device=device),
        loss.gamma,
        loss.negative_gamma,
    )


def distilled(logits: torch.Tensor, taught: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Cross entropy against a teacher's scores, every label known."""
    each = functional.binary_cross_entropy_with_logits(logits, torch.sigmoid(taught), reduction="none")
    return (each.mean(1) * weights).sum() / weights.sum().clamp(min=1e-6)

"""The steps of training: schedule, checkpoints to resume from, progress and time left, early stopping."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from moderation.classifiers.train.batches import Batch, Reader
from moderation.classifiers.train.network import groups

LossOf = Callable[[Batch], torch.Tensor]
Check = Callable[[], float]

_SAY_EVERY_S = 20.0
_SAVE_EVERY_S = 120.0
_GRADIENT_LIMIT = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """How a model is led through its batches.

    Attributes:
        name: said in the progress.
        steps: how many batches in all.
        rate: the highest learning rate; it rises for `warm_up` of the steps and falls in a line to 0.
        check: how good the model is now (higher is better), asked every `check_every` steps; the best
            weights are kept. None: the last are.
        patience: checks without a better one before it stops.
        kept: where it is saved to be resumed.
    """

    name: str
    steps: int
    rate: float
    warm_up: float
    weight_decay: float
    kept: Path
    check: Check | None = None
    check_every: int = 0
    patience: int = 0


@dataclass(slots=True)
class Progress:
    """How far a course has come."""

    step: int = 0
    best: float = float("-inf")
    best_step: int = 0
    worse: int = 0
    weights: dict[str, torch.Tensor] = field(default_factory=dict)
    checks: list[tuple[int, float]] = field(default_factory=list)


def follow(course: Course, model: torch.nn.Module, reader: Reader, loss_of: LossOf) -> Progress:
    """Trains the model in place, from where the course was left. At the end it has its best weights."""
    optimiser = torch.optim.AdamW(
        groups(model, course.weight_decay), lr=course.rate, betas=(0.9, 0.98), fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share_of_rate(course, step))
    progress = _resumed(course, model, optimiser, schedule)
    clock = _Clock(course, progress.step)
    batches: list[Batch] = []
    for step in range(progress.step, course.steps):
        epoch, place = divmod(step, reader.batches_an_epoch)
        if place == 0 or not batches:
            batches = reader.epoch(epoch)
        loss = _step(model, optimiser, loss_of, batches[place])
        schedule.step()
        progress.step = step + 1
        clock.says(progress, loss)
        if course.check and (progress.step % course.check_every == 0 or progress.step == course.steps):
            _checked(course.check, model, progress)
            clock.saves(progress, model, optimiser, schedule)
            if progress.worse >= course.patience:
                break
        elif clock.wants_saving():
            clock.saves(progress, model, optimiser, schedule)
    if progress.weights:
        model.load_state_dict(progress.weights)
    clock.saves(progress, model, optimiser, schedule)
    return progress


def _share_of_rate(course: Course, step: int) -> float:
    rising = max(1, round(course.warm_up * course.steps))
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (course.steps - step) / max(1, course.steps - rising))


def _step(model: torch.nn.Module, optimiser: torch.optim.Optimizer, loss_of: LossOf, batch: Batch) -> float:
    model.train()
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of(batch)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), _GRADIENT_LIMIT)
    optimiser.step()
    return float(loss.detach())


def _checked(check: Check, model: torch.nn.Module, progress: Progress) -> None:
    model.eval()
    value = check()
    progress.checks.append((progress.step, value))
    if value > progress.best:
        progress.best, progress.best_step, progress.worse = value, progress.step, 0
        progress.weights = {name: part.detach().clone() for name, part in model.state_dict().items()}
    else:
        progress.worse += 1


def _resumed(
    course: Course,
    model: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> Progress:
    if not course.kept.exists():
        return Progress()
    # Ours, written below; weights_only all the same: nothing but tensors and plain values is unpickled.
    saved: dict[str, Any] = torch.load(course.kept, weights_only=True)
    model.load_state_dict(saved["model"])
    optimiser.load_state_dict(saved["optimiser"])
    schedule.load_state_dict(saved["schedule"])
    torch.set_rng_state(saved["chance"])
    return Progress(**saved["progress"])


class _Clock:
    """Says how far a course is and when it ends, and saves it, each now and then."""

    def __init__(self, course: Course, first: int) -> None:
        self._course, self._first = course, first
        self._began = self._said = self._saved = time.monotonic()
        self._loss = 0.0

    def says(self, progress: Progress, loss: float) -> None:
        self._loss = loss if not self._loss else 0.98 * self._loss + 0.02 * loss
        now = time.monotonic()
        if now - self._said < _SAY_EVERY_S and progress.step < self._course.steps:
            return
        self._said = now
        a_step = (now - self._began) / (progress.step - self._first)
        left = a_step * (self._course.steps - progress.step)
        best = f", best {progress.best:.4f} at {progress.best_step}" if progress.checks else ""
        last = f", last check {progress.checks[-1][1]:.4f}" if progress.checks else ""
        sys.stderr.write(
            f"{self._course.name}: {progress.step}/{self._course.steps}, {a_step * 1000:.0f} ms a step, "
            f"{left / 60:.1f} min left, loss {self._loss:.4f}{last}{best}\n"
        )
        sys.stderr.flush()

    def wants_saving(self) -> bool:
        return time.monotonic() - self._saved > _SAVE_EVERY_S

    def saves(
        self,
        progress: Progress,
        model: torch.nn.Module,
        optimiser: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LRScheduler,
    ) -> None:
        self._saved = time.monotonic()
        state = {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "schedule": schedule.state_dict(),
            "chance": torch.get_rng_state(),
            "progress": {name: getattr(progress, name) for name in Progress.__slots__},
        }
        beside = self._course.kept.with_suffix(".new")
        torch.save(state, beside)
        beside.replace(self._course.kept)

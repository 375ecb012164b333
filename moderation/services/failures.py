"""What failed, in words that may be kept: an exception of somebody else's code may carry a member's text.

Called by assessment.py and canary.py for logs, rows and marks.
"""

import traceback
from pathlib import Path

from moderation.classifiers.base import ModelUnavailableError, ScoresInvalidError


def what_failed(error: Exception) -> str:
    """The exception's kind and where it was raised; its own words only where they are ours."""
    if isinstance(error, ModelUnavailableError | ScoresInvalidError):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"

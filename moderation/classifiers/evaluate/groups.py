"""Which identity groups a line speaks of: as its file says, or by the words that name them.

A list of names, not of slurs: the question is whether harmless lines that mention people score too high.
"""

import re

import numpy as np
import numpy.typing as npt

from moderation.classifiers.rows import Rows

_NAMES = {
    "women": "woman women female females girl girls lesbian lesbians",
    "men": "man men male males boy boys",
    "gay and lesbian": "gay gays lesbian lesbians homosexual homosexuals queer lgbt lgbtq",
    "transgender": "trans transgender transsexual nonbinary",
    "black": "black blacks african africans african-american",
    "white": "white whites caucasian european europeans",
    "asian": "asian asians chinese japanese korean koreans indian indians",
    "latino": "latino latina latinos hispanic hispanics mexican mexicans",
    "muslim": "muslim muslims islam islamic",
    "jewish": "jew jews jewish judaism",
    "christian": "christian christians catholic catholics protestant church",
    "disabled": "disabled deaf blind autistic wheelchair paralyzed",
    "old and young": "old older elderly young younger teenage millennial middle-aged",
}
_PATTERNS = {
    group: re.compile(rf"\b(?:{'|'.join(names.split())})\b", re.IGNORECASE) for group, names in _NAMES.items()
}


def members(rows: Rows) -> dict[str, npt.NDArray[np.bool_]]:
    """For each group whether each row speaks of it."""
    if rows.groups:
        names = sorted(frozenset().union(*rows.groups))
        return {name: np.array([name in groups for groups in rows.groups]) for name in names}
    return {
        group: np.array([bool(pattern.search(text)) for text in rows.texts])
        for group, pattern in _PATTERNS.items()
    }

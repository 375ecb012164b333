"""Questions to the database that come at the same time, asked together: one thread, few statements.

Five hundred people who come at once are five hundred questions of seven statements each; together they are a
few dozen statements. Nobody waits for others to come: who is alone is asked about at once.
"""

import asyncio
import contextvars
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from common.database import in_database
from common.errors import Refused

log = logging.getLogger(__name__)

# So many at once: the first of a crowd need not wait for the last.
TOGETHER_MAX = 100

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """One kind of question. What comes while the database is asked is asked next, all of it together.

    `answer` gives one answer for each question, in their order, a refusal included. On one loop only.
    """

    def __init__(self, answer: Callable[[Sequence[Question]], Sequence[Answer | Refused]]) -> None:
        self._answer = answer
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        """The answer, read from the database after this was called. Raises the refusal where it is one."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, answered))
        if self._asking is None or self._asking.done():
            # In nobody's name: a batch is many sockets'.
            self._asking = loop.create_task(self._ask_all(), context=contextvars.Context())
        return await answered

    async def _ask_all(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(TOGETHER_MAX, len(self._waiting)))]
            answers = await self._ask([question for question, _ in batch])
            for (_, answered), answer in zip(batch, answers, strict=True):
                if answered.done():  # whoever asked is gone
                    continue
                if isinstance(answer, BaseException):
                    answered.set_exception(answer)
                else:
                    answered.set_result(answer)

    async def _ask(self, questions: Sequence[Question]) -> Sequence[Answer | Exception]:
        """Never raises. What fails is asked again one by one: nobody's odd question harms the others."""
        try:
            return await in_database(self._answer, questions)
        except Exception as error:  # noqa: BLE001 - it is whoever asked that it is raised to
            if len(questions) == 1:
                return [error]
            log.warning("together.failed", extra={"questions": len(questions), "error": type(error).__name__})
            alone = [await self._ask([question]) for question in questions]
            return [answer for [answer] in alone]

"""A crowd at a server: everybody takes a seat, then messages are said at a rate, whoever is ready or not.

A message's time runs from the moment it was due: a server that stalls its senders is not the faster for it.
"""

import asyncio
import gc
import itertools
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psutil

from benchmarks.harness.machine import CLIENTS, allow_many_sockets, busy_s, family, processor_s, stay_on
from benchmarks.harness.site import Seat
from benchmarks.harness.sockets import Client, Tally

T = TypeVar("T")

# What harmless lines are made of: chat is mostly small words, and no two lines shall be nearly the same.
_WHO = ("we", "they", "my sister", "our neighbours", "the two of them", "everybody here", "some friends")
_DID = ("left", "looked for", "painted", "carried", "found", "forgot", "talked about", "wanted", "took")
_THING = tuple(
    """
    boat bread water map harbour ferry bike rack timetable jacket market fish soup queue table garden tea
    window letter train bridge paper lamp kitchen apple basket village music piano chair coat scarf cloud
    field stone
    """.split()  # noqa: SIM905 - a list of words reads as words
)
_WHERE = ("near the station", "by the river", "in the old village", "at the north pier", "behind the wall")
_WHEN = ("on thursday", "before the rain", "this morning", "after class", "all summer", "in the evening")
_BYTES = 80
# Half seconds that are waited at most for servers to come to rest.
RESTING_MAX = 20


@dataclass(frozen=True)
class Window:
    """What came of saying so many messages a second for a while."""

    rate: float
    said: int
    expected: int
    delivered: int
    refused: int
    cut: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    deliveries_per_s: float
    server_s: float
    server_s_by_program: dict[str, float]
    server_cores: float
    client_cores: float
    foreign_cores: float
    sent_late_ms: float
    refusals: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """What nobody was refused and somebody did not get."""
        return self.expected - self.delivered

    def keeps_up(self, p99_ms: float) -> bool:
        """Whether this rate can be held: nothing lost, nobody refused or cut off, and soon enough."""
        return not (self.lost or self.refused or self.cut) and self.p99_ms <= p99_ms

    @property
    def line(self) -> str:
        """For whoever watches."""
        return (
            f"  {self.rate:9.1f}/s  p50 {self.p50_ms:7.1f}  p99 {self.p99_ms:8.1f} ms  lost {self.lost}"
            f"  refused {self.refused}  cores: servers {self.server_cores}, clients {self.client_cores},"
            f" others {self.foreign_cores}"
        )

    def figures(self) -> dict[str, Any]:
        """For the results."""
        return {
            **self.__dict__,
            "lost": self.lost,
            "server_s_for_100k_deliveries": round(self.server_s / max(self.delivered, 1) * 1e5, 2),
            "server_s_for_10k_messages": round(self.server_s / self.said * 1e4, 2),
        }


class Crowd:
    """The people of one measurement and what they receive.

    `first` is the number of its first message, behind all that the same people have said before: the same
    number is the same message, which is answered and not shown again.
    """

    def __init__(
        self,
        make: Callable[[Seat, int, int, Tally], Client],
        ports: Sequence[int],
        server_pids: Mapping[str, int],
        *,
        first: int = 0,
    ) -> None:
        self.tally = Tally(first)
        self.clients: list[Client] = []
        self._make, self._ports, self._server_pids = make, ports, server_pids
        self._rng = random.Random(7 + first)

    async def take_seats(self, seats: Sequence[Seat], *, at_once: int = 64) -> float:
        """Everybody connects and joins, so many at a time; seconds until the last one is in."""
        turn = asyncio.Semaphore(at_once)
        port = itertools.cycle(self._ports)
        coming = [
            self._make(seat, len(self.clients) + n, next(port), self.tally) for n, seat in enumerate(seats)
        ]

        async def come(client: Client) -> None:
            async with turn:
                await client.enter()

        began = time.perf_counter()
        await asyncio.gather(*(come(client) for client in coming))
        self.clients += coming
        return time.perf_counter() - began

    async def talk(self, rate: float, seconds: float, *, patience_s: float = 8.0) -> Window:
        """Say `rate` messages a second, wait until all have come or nothing comes any more; the figures."""
        self.tally.begin()
        me = psutil.Process()
        cut, said = self.tally.cut, max(1, round(rate * seconds))
        before = (sum(self._used().values()), processor_s([me]), busy_s())
        used = self._used()
        gc.collect()
        gc.disable()
        began = time.perf_counter()
        listeners, expected = self._listeners(), 0
        late = 0.0
        for number, speaker in zip(range(said), self._in_turn(), strict=False):
            due = began + number / rate
            await _until(due)
            late = max(late, time.perf_counter() - due)
            expected += listeners[speaker.seat.room] - speaker.seat.listens
            self._say(speaker, due)
        await self._until_quiet(expected, patience_s)
        gc.enable()
        took = time.perf_counter() - began
        after = (sum(self._used().values()), processor_s([me]), busy_s())
        by_program = {name: round(spent - used.get(name, 0), 2) for name, spent in self._used().items()}
        ours, mine, all_of_it = (b - a for a, b in zip(before, after, strict=True))
        refused = len(self.tally.refusals)
        return Window(
            rate=round(rate, 1),
            said=said,
            expected=expected - round(refused * expected / said),
            delivered=len(self.tally.late_s),
            refused=refused,
            cut=self.tally.cut - cut,
            **self._percentiles(),
            deliveries_per_s=round(len(self.tally.late_s) / max(self.tally.last_at - began, 1e-3), 1),
            server_s=round(ours, 2),
            server_s_by_program=by_program,
            server_cores=round(ours / took, 2),
            client_cores=round(mine / took, 2),
            foreign_cores=round(max(0.0, all_of_it - ours - mine) / took, 2),
            sent_late_ms=round(late * 1000, 1),
            refusals=sorted({refusal[:120].decode("latin1") for refusal in self.tally.refusals})[:3],
        )

    async def until_servers_rest(self) -> None:
        """Until the servers have worked off what an earlier window left, such as texts to judge."""
        for _ in range(RESTING_MAX):
            before = sum(self._used().values())
            await asyncio.sleep(0.5)
            if sum(self._used().values()) - before < 0.15 * 0.5:
                return

    def leave(self) -> None:
        """Everybody goes."""
        for client in self.clients:
            client.leave()
        self.clients = []

    @property
    def has_lost_people(self) -> bool:
        """Whether the server cut anybody off."""
        return any(client.is_cut for client in self.clients)

    def _used(self) -> dict[str, float]:
        return {name: processor_s(family([pid])) for name, pid in self._server_pids.items()}

    def _listeners(self) -> dict[str, int]:
        found: defaultdict[str, int] = defaultdict(int)
        for client in self.clients:
            found[client.seat.room] += client.seat.listens
        return found

    def _in_turn(self) -> Iterator[Client]:
        """Room after room, in each one person after the other; those who only speak, where there are any."""
        speakers: defaultdict[str, list[Client]] = defaultdict(list)
        only_speak = any(not client.seat.listens for client in self.clients)
        for client in self.clients:
            if client.seat.listens is not only_speak:
                speakers[client.seat.room].append(client)
        turns = [itertools.cycle(people) for people in speakers.values()]
        start = self.tally.first  # goes on where the last window ended, so that nobody speaks too often
        for number in itertools.count(start):
            yield next(turns[number % len(turns)])

    def _say(self, speaker: Client, due: float) -> None:
        number = self.tally.first + len(self.tally.due_at)
        self.tally.due_at.append(due)
        self.tally.by.append(speaker)
        speaker.say(self._text(number), number)

    def _text(self, number: int) -> bytes:
        return f"{harmless(self._rng)} #{number:08d}".encode()

    async def _until_quiet(self, expected: int, patience_s: float) -> None:
        """Until everything has come, or nothing has for `patience_s`."""
        began = time.perf_counter()
        while len(self.tally.late_s) < expected:
            if time.perf_counter() - max(self.tally.last_at, began) > patience_s:
                return
            await asyncio.sleep(0.02)

    def _percentiles(self) -> dict[str, float]:
        ranked = sorted(self.tally.late_s)
        if not ranked:
            return {"p50_ms": -1.0, "p95_ms": -1.0, "p99_ms": -1.0}
        last = len(ranked) - 1
        return {f"p{p}_ms": round(ranked[last * p // 100] * 1000, 2) for p in (50, 95, 99)}


async def highest(
    crowd: Crowd, *, start: float, p99_ms: float = 250, seconds: float = 3.0, attempts: int = 10
) -> tuple[Window | None, list[Window]]:
    """The highest rate that the server keeps up with, to about a tenth; and everything that was tried.

    Up or down by big steps until one rate is held and one is not, then between them. A rate that is not held
    is tried once more: a window of three seconds may meet what happens every few seconds. Ends after so many
    attempts with the best so far.
    """
    tried: list[Window] = []
    best: Window | None = None
    rate, too_high = start, float("inf")
    while len(tried) < attempts and rate > 0.5 and not crowd.has_lost_people:
        await crowd.until_servers_rest()
        window = await crowd.talk(rate, seconds)
        print(window.line, flush=True)
        is_first_failure = not tried or tried[-1].rate != window.rate
        tried.append(window)
        if window.keeps_up(p99_ms):
            best = window
        elif is_first_failure:
            continue
        else:
            too_high = rate
        if best and too_high / best.rate < 1.12:
            break
        rate = _next_rate(best.rate if best else None, too_high)
    return best, tried


def _next_rate(held: float | None, too_high: float) -> float:
    if held is None:
        return too_high / 2
    return held * 1.6 if too_high == float("inf") else (held * too_high) ** 0.5


def on_the_clients_core(work: Coroutine[Any, Any, T]) -> T:
    """Run the clients where the servers are not."""
    stay_on(CLIENTS)
    allow_many_sockets()
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def _until(due: float) -> None:
    """Sleep until then; not at all where it has passed."""
    wait_s = due - time.perf_counter()
    if wait_s > 0:
        await asyncio.sleep(wait_s)


def harmless(rng: random.Random) -> str:
    """A line of about chat's length that nobody minds."""
    who, did, where, when = (rng.choice(words) for words in (_WHO, _DID, _WHERE, _WHEN))
    one, other, third = rng.sample(_THING, 3)
    line = f"{who} {did} the {one} and a {other} {where} {when} with the {third}"
    return line[: _BYTES - 10].rpartition(" ")[0]


def median(figures: Sequence[float]) -> float:
    """The middle one."""
    return round(statistics.median(figures), 2)

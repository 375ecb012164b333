"""The proxy of compose.yaml before two web processes in production: deploy/Caddyfile, run by a real Caddy.

Where no Caddy is installed they are skipped. What its version does not know yet is left out of the file.
"""

import contextlib
import http.cookiejar
import json
import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from websockets.asyncio.client import connect

from common.database import in_database
from config.embedded import ports
from tests.cast import Cast
from tests.clients import DEADLINE_S, Stack
from tests.factories import PASSWORD
from tests.servers import free_port, serving

pytestmark = pytest.mark.live

CADDY = shutil.which("caddy")
CADDYFILE = settings.BASE_DIR / "deploy" / "Caddyfile"
# No port but the site's, and nothing written outside of the test's folder.
HERE_ONLY = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n"
# Known from this version on.
NEWER = {"stream_timeout": (2, 7), "stream_close_delay": (2, 7)}
SPOOFED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Real-IP": "203.0.113.9"}


@dataclass(frozen=True)
class Site:
    """What is behind the proxy, and how to come in."""

    origin: str
    trusted: ssl.SSLContext
    upstreams: dict[str, int]  # addresses, and their process ids

    def browser(self) -> urllib.request.OpenerDirector:
        """Keeps cookies; follows redirects; believes the proxy's own authority alone."""
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        return urllib.request.build_opener(cookies, urllib.request.HTTPSHandler(context=self.trusted))


def read(browser: urllib.request.OpenerDirector, address: str, **facts: Any) -> tuple[int, str]:
    """Status and text of what answers."""
    try:
        with browser.open(urllib.request.Request(address, **facts), timeout=DEADLINE_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def configuration(origin: str, upstreams: list[str]) -> str:
    """deploy/Caddyfile with this machine's addresses, and certificates of Caddy's own authority."""
    assert CADDY
    said = subprocess.run([CADDY, "version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(number) for number in re.findall(r"\d+", said)[:2])
    unknown = {word for word, since in NEWER.items() if version < since}
    lines = [line for line in CADDYFILE.read_text().splitlines() if not unknown & set(line.split()[:1])]
    text = "\n".join(lines).replace("{\n", HERE_ONLY, 1)
    text = text.replace("{$WARDROOM_DOMAIN} {", f"{origin} {{\n\ttls internal")
    return re.sub(r"reverse_proxy [^{]*\{", f"reverse_proxy {' '.join(upstreams)} {{", text) + "\n"


@contextlib.contextmanager
def caddy(origin: str, upstreams: list[str], folder: Path) -> Iterator[ssl.SSLContext]:
    """The proxy, until the end; what its certificates are checked with."""
    assert CADDY
    (folder / "Caddyfile").write_text(configuration(origin, upstreams))
    command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    places = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env={"PATH": os.environ["PATH"], **places}, stderr=log)
    root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    try:
        deadline = time.monotonic() + DEADLINE_S
        while not (root.exists() and ports.answers(int(origin.rsplit(":", 1)[1]))):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        yield ssl.create_default_context(cafile=str(root))
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


@pytest.fixture(scope="module")
def _site(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    if CADDY is None:
        pytest.skip("no caddy here: `apt-get install caddy`")
    with django_db_blocker.unblock():
        database = connection.settings_dict["NAME"]
    origin = f"https://localhost:{free_port()}"
    production = {
        "WARDROOM_DEVELOPMENT": "0",
        "WARDROOM_ORIGINS": origin,
        "WARDROOM_TRUSTED_PROXIES": "1",
        "WARDROOM_METRICS_NETWORKS": "127.0.0.1/32",
    }
    with contextlib.ExitStack() as running:
        started = [
            running.enter_context(serving(database=database, port=None, **production)) for _ in range(2)
        ]
        upstreams = {address.removeprefix("http://"): pid for address, pid in started}
        folder = tmp_path_factory.mktemp("caddy")
        yield Site(origin, running.enter_context(caddy(origin, list(upstreams), folder)), upstreams)


@pytest.fixture
def site(committed_cast: Cast, _site: Site) -> Site:
    return _site


def signs_in(browser: urllib.request.OpenerDirector, site: Site, **headers: str) -> str:
    """By the form, as a browser does: the page that follows."""
    address = f"{site.origin}/accounts/login/"
    _status, form = read(browser, address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token, form[:500]
    fields = {"csrfmiddlewaretoken": token[1], "login": "Mara", "password": PASSWORD}
    headers = {"Origin": site.origin, "Referer": address, **headers}
    status, page = read(browser, address, data=urlencode(fields).encode(), headers=headers)
    assert status == 200
    return page


def test_somebody_signs_in_over_tls_and_is_let_in(site: Site) -> None:
    page = signs_in(site.browser(), site)

    assert "Harbour" in page


def test_an_address_that_the_client_names_is_believed_by_nobody(site: Site) -> None:
    signs_in(site.browser(), site, **SPOOFED)

    assert UserSession.objects.get(user__name="Mara").ip == "127.0.0.0"


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready"])
def test_what_is_for_those_inside_stays_inside(site: Site, path: str) -> None:
    upstream = f"http://{next(iter(site.upstreams))}{path}"

    assert read(site.browser(), f"{site.origin}{path}")[0] == 404
    assert read(site.browser(), upstream)[0] == 200


async def test_sockets_pass_and_none_sticks_to_a_process(site: Site) -> None:
    cookie = await in_database(Stack(site.origin).sign_in, await in_database(_mara))
    opened = []
    async with contextlib.AsyncExitStack() as sockets:
        for _ in range(4):
            headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
            socket = await sockets.enter_async_context(
                connect(
                    f"{site.origin.replace('https', 'wss')}/ws/",
                    origin=site.origin,  # type: ignore[arg-type]
                    additional_headers=headers,
                    ssl=site.trusted,
                )
            )
            opened.append(json.loads(await socket.recv()))
        counts = [await in_database(_sockets_of, address) for address in site.upstreams]

    assert [frame["type"] for frame in opened] == ["welcome"] * 4
    assert counts == [2, 2]  # least_conn


def _mara() -> Any:
    from accounts.models import Person  # noqa: PLC0415

    return Person.objects.get(name="Mara")


def _sockets_of(address: str) -> int:
    """How many sockets a web process has, as it says itself."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=DEADLINE_S) as answer:
        found = re.search(r"^wardroom_sockets (\d+)", answer.read().decode(), flags=re.MULTILINE)
    return int(found[1]) if found else -1

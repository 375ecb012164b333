"""How the site is set: addresses, transport security, mail."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import run_checks
from django.core.mail import get_connection

from config.doctor.findings import Finding, check, look, well, wrong
from rooms.selectors.stems import stemmer_in_use
from rooms.stemming import dictionary_for


@check("origins", do="Correct WARDROOM_ORIGINS.")
def origins() -> Iterator[Finding]:
    """Every origin is a full one, and encrypted where it counts."""
    listed = ", ".join(settings.ORIGINS)
    bare = [origin for origin in settings.ORIGINS if "://" not in origin or "*" in origin]
    plain = [origin for origin in settings.ORIGINS if origin.startswith("http://")]
    if bare or not settings.ORIGINS:
        yield wrong("origins", listed or "none", "Write each with scheme and host: https://chat.example.org")
    elif settings.PRODUCTION and plain:
        yield wrong("origins", listed, "Use https:// in production; browsers refuse to sign in otherwise.")
    else:
        yield well("origins", listed)


@check("security settings", do="Run `manage.py check --deploy`.")
def security() -> Iterator[Finding]:
    """What Django's deployment check says; a development site is told that it is one."""
    if settings.DEVELOPMENT:
        advice = "Unset WARDROOM_DEVELOPMENT where anybody but you can reach this."
        yield look("security settings", "a development site: no TLS is asked for", advice)
        return
    issues = run_checks(include_deployment_checks=True)
    if issues:
        yield wrong(
            "security settings", str(issues[0].msg).splitlines()[0], "Run `manage.py check --deploy`."
        )
    else:
        yield well("security settings", "as `manage.py check --deploy` wants them")


@check("mail", do="Correct EMAIL_URL: nobody can confirm an address or reset a password.")
def mail() -> Iterator[Finding]:
    """It can be sent."""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if backend != "smtp":
        is_so = f"written to {backend}, not sent"
        advice = "Set EMAIL_URL=smtp+tls://user:password@mail.example.org:587"
        yield look("mail", is_so, advice) if settings.DEVELOPMENT else wrong("mail", is_so, advice)
        return
    sending = get_connection(timeout=5)
    sending.open()
    sending.close()
    yield well("mail", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers")


@check("search", do="Run `manage.py migrate`.")
def search() -> Iterator[Finding]:
    """It finds other forms of words in the language of the settings."""
    found = stemmer_in_use()
    if found == dictionary_for(settings.LANGUAGE_CODE):
        yield well("search", f"finds other forms of words by {found}")
    else:
        advice = "Run `manage.py search_language`; it builds the index anew beside the running site."
        yield look(
            "search", f"finds other forms of words by {found}, not in {settings.LANGUAGE_CODE}", advice
        )

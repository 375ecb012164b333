"""What the age screen remembers of a browser: one answer, and no second try. Callers: views and the adapter.

Who is old enough: the date waits in the session for the sign-up. Who is not: nothing but a signed cookie
that says "not yet", without a date; it outlives the session, and going back does not undo it.
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.services.joining import require_old_enough
from common.clock import now
from common.errors import Code, Refused

_SESSION_KEY = "age_screen"
_COOKIE = "wardroom_visit"
_SALT = "accounts.age_screen"
# As long as browsers keep a cookie.
_REFUSED_FOR = dt.timedelta(days=400)
# Somebody else may sit down at this browser: a date that was not used is asked for again.
_DATE_WAITS = dt.timedelta(hours=1)


def is_refused(request: HttpRequest) -> bool:
    """Whether this browser has given an answer that was too young."""
    return request.get_signed_cookie(_COOKIE, default="", salt=_SALT) == "not yet"


def waiting_birth_date(request: HttpRequest) -> dt.date | None:
    """The birth date that passed the screen in this browser, if it waits for the sign-up."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or is_refused(request) or dt.datetime.fromisoformat(kept["at"]) < now() - _DATE_WAITS:
        return None
    return dt.date.fromisoformat(kept["birth_date"])


def take_answer(request: HttpRequest, birth_date: dt.date) -> None:
    """Judge a birth date and keep what may be kept; of two answers, the younger one counts.

    Refuses: AGE_NOT_MET (whoever raises it to the person calls `remember_refusal` on the response),
    BIRTH_DATE_UNCLEAR.
    """
    if is_refused(request):
        raise Refused(Code.AGE_NOT_MET)
    earlier = waiting_birth_date(request)
    counted = max(birth_date, earlier) if earlier else birth_date
    try:
        require_old_enough(counted)
    except Refused:
        forget(request)
        raise
    request.session[_SESSION_KEY] = {"birth_date": counted.isoformat(), "at": now().isoformat()}


def remember_refusal(response: HttpResponse) -> None:
    """Leave the cookie that says "not yet"."""
    response.set_signed_cookie(
        _COOKIE,
        "not yet",
        salt=_SALT,
        max_age=_REFUSED_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(request: HttpRequest) -> None:
    """Drop the waiting date: it was used, or was not good enough."""
    request.session.pop(_SESSION_KEY, None)

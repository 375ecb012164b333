"""The language of the pages: chosen once, signed in or not."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.middleware import open_to_suspended
from accounts.models import Person
from accounts.services.profiles import choose_language


@require_POST
@open_to_suspended
def language(request: HttpRequest) -> HttpResponse:
    """`/language/`: kept in a cookie, and with the account where there is one; back to where one was."""
    if isinstance(request.user, Person):
        choose_language(person=request.user, language=request.POST.get("language", ""))
    return set_language(request)

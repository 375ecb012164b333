"""The operations page, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.person import for_administrators
from moderation.views.alarm import alarm
from operations.charts import HEIGHT, WIDTH
from operations.selectors import DAY, HOUR, charts, present, span_of


@for_administrators
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """How the site does now, and how it did in the last hour or day."""
    hours = DAY if request.GET.get("hours") == str(DAY) else HOUR
    span = span_of(hours)
    context = {
        "alarm": alarm(),
        "present": present(),
        "charts": charts(span),
        "span": span,
        "hours": hours,
        "box": f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
    }
    return render(request, "operations/page.html", context)

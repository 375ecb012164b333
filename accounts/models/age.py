"""Age bands: rows that an administrator edits. A person's band is computed from the birth date."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgeBand(models.Model):
    """People from `minimum_age` up to the next band's. The lowest band's is the site's minimum age."""

    name = models.CharField(_("name"), max_length=40)
    minimum_age = models.PositiveSmallIntegerField(_("from age"), unique=True)
    is_minor = models.BooleanField(_("minors"), default=False)
    screening_forced = models.BooleanField(
        _("screen before showing"),
        default=False,
        help_text=_("Rooms that people of this band may enter show a message only once it is cleared."),
    )

    # A token works where nobody looks and outside of our pages: minors have none unless a site decides so.
    may_use_tokens = models.BooleanField(_("access tokens"), default=False, db_default=False)

    class Meta:
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        ordering = ["minimum_age"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum_age__gte=0, minimum_age__lte=120), name="ageband_minimum_plausible"
            ),
            models.CheckConstraint(
                condition=models.Q(is_minor=False) | models.Q(screening_forced=True),
                name="ageband_minors_screened",
            ),
        ]

    def __str__(self) -> str:
        return self.name

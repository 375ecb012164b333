"""Who moderates and who administers: given and taken by administrators, audited."""

from django.db import transaction

from accounts.models import Person, SiteRole
from accounts.services import audit
from accounts.services.leaving import end_access, require_another_administrator


@transaction.atomic
def change_role(*, person: Person, role: SiteRole, by: Person) -> None:
    """Give a person another role on the site. Open sockets end and come back with the new rights. Audited.

    Refuses: NOT_ALLOWED (not an administrator), LAST_ADMINISTRATOR, NOT_ONESELF.
    Begins or joins a transaction; locks all administrators, the person's row, then the audit log's head.
    """
    require_another_administrator(person=person, by=by)
    before = person.role
    if before == role:
        return
    person.role = role
    person.save(update_fields=["role"])
    end_access(person=person, reason="role")
    audit.record(actor=by, action="role.change", subject=("person", person.pk), before=before, after=role)

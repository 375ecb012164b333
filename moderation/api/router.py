"""All of moderation's operations."""

from ninja import Router

from moderation.api import appeals, member, moderator

router = Router()
router.add_router("", member.router)
router.add_router("", moderator.router)
router.add_router("", appeals.router)

"""The policies a new site starts with: one for each reason of a report, and one for automated checks.

Administrators rewrite them; what they have written is not touched by running this again.
"""

from django.db import migrations

POLICIES = [
    (
        "harassment",
        "Harassment and bullying",
        "Do not insult, humiliate or pester people. Disagreeing is fine; going after a person is not.\n\n"
        "This covers insults, mocking somebody for who they are, ganging up on somebody, and writing on after "
        "somebody has asked you to stop.",
    ),
    (
        "threat",
        "Threats",
        "Do not threaten anybody, and do not wish or call for harm to anybody.\n\n"
        "This holds for jokes as well: the person who reads it cannot know that you do not mean it.",
    ),
    (
        "hate",
        "Hate against groups",
        "Do not attack people for what they are: their origin, skin colour, religion, sex, gender, "
        "sexual orientation, disability or illness.\n\n"
        "Slurs count, also when they are misspelt on purpose. Quoting one in order to report or discuss it does "
        "not, as long as it is clear that this is what you are doing.",
    ),
    (
        "sexual_content",
        "Sexual content",
        "Do not post sexual descriptions, sexual advances or links to pornography.\n\n"
        "Asking for or giving help and information about health, bodies and relationships is fine.",
    ),
    (
        "child_safety",
        "Safety of children",
        "Nothing here may put a child in danger.\n\n"
        "Do not sexualise anybody under 18, do not ask a child for pictures, a meeting, an address or secrecy, and "
        "do not try to move a child to another service. Moderators look at these reports first, and we report to "
        "the authorities what the law requires us to report.",
    ),
    (
        "self_harm",
        "Self-harm and suicide",
        "Do not encourage anybody to hurt themselves, and do not describe how it is done.\n\n"
        "Saying that you are not well is not against this policy. When a moderator contacts you because of such a "
        "message, it is to help and not to punish.",
    ),
    (
        "spam_or_scam",
        "Spam and scams",
        "Do not flood rooms, repeat the same message, advertise without being asked, or try to trick people out of "
        "money, accounts or passwords.\n\n"
        "Links to sites known for such tricks are stopped automatically.",
    ),
    (
        "private_information",
        "Private information",
        "Do not post other people's private information: where they live, phone numbers, private messages, "
        "pictures, documents, or who is behind a name.\n\n"
        "Be careful with your own as well: many people can read a room.",
    ),
    (
        "impersonation",
        "Pretending to be somebody else",
        "Do not pretend to be another person, a moderator or an organisation.\n\n"
        "Jokes and fan accounts are fine when nobody can take them for the real thing.",
    ),
    (
        "other",
        "Keeping rooms usable",
        "Keep to the rules of the room that you are in, and do not do things that make it hard for others to talk.\n\n"
        "Moderators use this policy, with their reason written out, for what no other policy describes.",
    ),
    (
        "automated",
        "Automated checks",
        "Messages are checked by rules (word lists, known dangerous links, floods, repeats and length) and by a "
        "classifier: a program that estimates how likely a text is to hurt somebody.\n\n"
        "They can hold a message for a moderator or hide it. They cannot mute, remove or suspend anybody: only "
        "people do that. The classifier makes mistakes. When a message of yours is held or hidden, you are told by "
        "what and why, and you can object: then a person looks.",
    ),
]


def add_policies(apps, schema_editor):
    Policy = apps.get_model("moderation", "Policy")
    PolicyVersion = apps.get_model("moderation", "PolicyVersion")
    for key, title, text in POLICIES:
        Policy.objects.get_or_create(key=key, defaults={"title": title, "text": text})
    PolicyVersion.objects.get_or_create(number=1, defaults={"note": "The policies a new site starts with."})


def remove_unused_policies(apps, schema_editor):
    Policy = apps.get_model("moderation", "Policy")
    keys = [key for key, _title, _text in POLICIES]
    Policy.objects.filter(key__in=keys, decisions__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_automated_decisions_once")]

    operations = [migrations.RunPython(add_policies, remove_unused_policies)]

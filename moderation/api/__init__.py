"""The JSON interface over judgement: reports, notices, the moderators' queue."""

"""Every write of this app, one verb each. The order of locks: rooms by id, people, the audit log's head."""

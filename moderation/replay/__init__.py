"""Playing a real chat log through real sockets, and checking what everybody received.

script.py reads the lines, people.py prepares accounts, player.py talks and listens, ledger.py keeps what
happened, report.py counts it. Caller: `manage.py replay`.
"""

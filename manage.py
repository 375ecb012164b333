#!/usr/bin/env python
"""Wardroom's command line: `python manage.py help` lists the commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["up"]:
        # Settings name servers that this one command starts: it runs before Django.
        from config.embedded.up import main

        sys.exit(main(sys.argv[2:]))

    from config.embedded.datafolder import variables_of_running_instance

    os.environ.update(variables_of_running_instance(os.environ))
    if sys.argv[1:2] == ["judge"]:  # it signs nothing, so it runs where no site has been set up
        os.environ.setdefault("WARDROOM_SECRET_KEY", "judge signs nothing")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as missing:
        sys.exit(f"wardroom: {missing}")

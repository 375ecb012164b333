"""The demo community of a first start: seeded once, its sign-in lines shown at every start.

`manage.py seed_demo` makes it, and writes the lines to demo.txt in the data folder.
"""

from config.embedded.children import Tether
from config.embedded.datafolder import DataFolder
from config.embedded.programs import Programs


def has_demo(folder: DataFolder) -> bool:
    return folder.demo.exists()


def seed_demo(folder: DataFolder, tether: Tether, programs: Programs) -> None:
    """Run the command; the file it leaves, if only an empty one, says that this was done.

    Raises:
        StartError: it failed; the next start tries again.
    """
    tether.run(programs.command("seed_demo"))
    folder.demo.touch(mode=0o600)


def sign_in_lines(folder: DataFolder) -> list[str]:
    """Who there is and how to sign in as them; none where nothing was seeded."""
    return folder.demo.read_text().splitlines() if has_demo(folder) else []

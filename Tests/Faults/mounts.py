"""Mounts that only the process that imports this, and what it starts, can see. Standard library only."""

import contextlib
import os
import subprocess
import sys


def private_mounts() -> str | None:
    """Gives this process mounts of its own, by starting it anew in a namespace; why that cannot be, or None.

    What is mounted there is seen by it and its children alone, and is gone with them.
    """
    if os.environ.get("PRIVATE_MOUNTS") == "1":
        return None
    command = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    try:
        probe = subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    if probe.returncode != 0:
        return probe.stderr.strip()
    os.environ["PRIVATE_MOUNTS"] = "1"
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


NO_MOUNTS = private_mounts()


@contextlib.contextmanager
def mounted(*arguments: str):
    """Mounts something for a while."""
    subprocess.run(["mount", *arguments], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", arguments[-1]], check=True)

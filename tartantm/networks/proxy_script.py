"""Whether the system finds its proxy by a script (PAC), which is not run here.

Such a script is JavaScript; browsers run it, and programs that do not are left without a way out.
So where a connection fails it has to be said. Python's own `getproxies` says nothing of it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from threading import Thread

LONGEST_SECONDS = 3.0
"""How long the system may take to say it."""

_GNOME = "org.gnome.system.proxy"


class ProxyScript:
    """Asks the system in a thread of its own, since it may take a while."""

    def __init__(self) -> None:
        self.address = ""
        """Where the script is; "" for none, and until it is known."""
        self._thread = Thread(target=self._ask, name="proxy script", daemon=True)
        self._thread.start()

    def wait(self) -> str:
        """The address, once it is known; blocks for some seconds at most."""
        self._thread.join(2 * LONGEST_SECONDS)
        return self.address

    def _ask(self) -> None:
        self.address = find_script()


def find_script() -> str:
    """The address of the system's script, "" where there is none; may block."""
    if sys.platform == "win32":
        return _of_windows()
    if sys.platform == "darwin":
        return of_scutil(_said("scutil", "--proxy"))
    if _said("gsettings", "get", _GNOME, "mode").strip(" '\n") != "auto":
        return ""
    return _said("gsettings", "get", _GNOME, "autoconfig-url").strip(" '\n") or "by DHCP or DNS"


def of_scutil(said: str) -> str:
    """The script's address in what macOS's ``scutil --proxy`` says."""
    if not re.search(r"ProxyAutoConfigEnable\s*:\s*1\b", said):
        return ""
    found = re.search(r"ProxyAutoConfigURLString\s*:\s*(\S+)", said)
    return found[1] if found else ""


def _said(*command: str) -> str:
    """What a program of the system prints; "" where there is no such program, or it fails."""
    found = shutil.which(command[0])
    if found is None:
        return ""
    try:
        done = subprocess.run(
            (found, *command[1:]), capture_output=True, timeout=LONGEST_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _of_windows() -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    path = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            value, _ = winreg.QueryValueEx(key, "AutoConfigURL")
    except OSError:
        return ""
    return str(value)

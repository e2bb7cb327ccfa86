"""A real browser for tests: Chromium without a window, driven over its own pipe, so that nothing else has to be installed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--remote-debugging-pipe", "about:blank",
)  # fmt: skip
FIRST_FREE = 20  # file descriptors from here on are nobody's
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}


def installed() -> str | None:
    """The path of a Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page in one browser. Close it."""

    def __init__(self, profile: Path) -> None:
        """Start it with a profile of its own."""
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        reads, writes = (fcntl.fcntl(fd, fcntl.F_DUPFD, FIRST_FREE) for fd in (theirs_in, theirs_out))
        command = f'exec "$0" "$@" 3<&{reads} 4>&{writes}'
        program = [str(installed()), *FLAGS[:-1], f"--user-data-dir={profile}", FLAGS[-1]]
        self.process = subprocess.Popen(["bash", "-c", command, *program], pass_fds=(reads, writes), stderr=subprocess.DEVNULL)
        for fd in (theirs_in, theirs_out, reads, writes):
            os.close(fd)
        self._out, self._in = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")
        self._number, self._session = 0, ""
        self._rest = b""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Network", "Runtime"):
            self.call(f"{part}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and its result."""
        self._number += 1
        told = {"id": self._number, "method": method, "params": parameters, **({"sessionId": self._session} if self._session else {})}
        self._out.write(json.dumps(told).encode() + b"\0")
        self._out.flush()
        while True:
            heard = self._next()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard["error"]
                return dict(heard["result"])
            self.events.append(heard)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._in.fileno(), 1 << 16)
            assert part, "the browser went away"
            self._rest += part
        told, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(told))

    def open(self, page: Path) -> None:
        """Open a file and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self._next())

    def asked_for(self) -> list[str]:
        """The addresses of everything the page wanted to load."""
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    def value(self, script: str) -> Any:
        """What an expression comes to."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def press(self, key: str) -> None:
        """Press and let go of a key."""
        about = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": "\r"} if key == "Enter" else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def close(self) -> None:
        """End it."""
        self._out.close()
        self._in.close()
        self.process.kill()
        self.process.wait()

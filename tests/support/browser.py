"""A headless Chromium for tests of pages, driven by its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/ describes the commands and events that are named here.
"""

import base64
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WITHIN_S = 30.0
# No sandbox, which root cannot have; nothing that would ask the network of its own accord.
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-port=0",
)
KEYS = {"Tab": 9, "Enter": 13}


@dataclass
class Tab:
    """A tab of the browser; `heard` has every event that came, by its name."""

    socket: aiohttp.ClientWebSocketResponse
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    calls: int = 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the protocol and return its result."""
        self.calls += 1
        await self.socket.send_json({"id": self.calls, "method": method, "params": params})
        while (message := await self._next()).get("id") != self.calls:
            pass
        assert "error" not in message, f"{method}: {message['error']}"
        result: dict[str, Any] = message["result"]
        return result

    async def open(self, url: str, width: int = 1600, dark: bool = False) -> None:
        """Show a page in a window of this width to a reader who prefers dark or light pages."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.call(f"{domain}.enable")
        size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])
        await self.call("Page.navigate", url=url)
        await self.until("Page.loadEventFired")

    async def until(self, event: str) -> None:
        """Wait for an event, unless it has already come."""
        while event not in [name for name, _ in self.heard]:
            await self._next()

    async def ask(self, script: str) -> Any:
        """Evaluate an expression in the page."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def press(self, key: str) -> None:
        """Press and release one of KEYS."""
        about: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    async def picture(self) -> bytes:
        """The whole page as PNG."""
        shot = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    async def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = await self.socket.receive_json(timeout=WITHIN_S)
        if "method" in message:
            self.heard.append((message["method"], message["params"]))
        return message


@contextmanager
def chromium() -> Iterator[str]:
    """Start a browser with an empty profile and yield its address; end it with all its processes in any case."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        browser = subprocess.Popen(command, start_new_session=True, **quiet)
        try:
            yield f"127.0.0.1:{_port(Path(profile, 'DevToolsActivePort'))}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(browser.pid, signal.SIGKILL)
            browser.wait(WITHIN_S)


@asynccontextmanager
async def new_tab(address: str) -> AsyncIterator[Tab]:
    """An empty tab."""
    async with aiohttp.ClientSession() as session:
        async with session.put(f"http://{address}/json/new?about:blank") as answer:
            url = (await answer.json())["webSocketDebuggerUrl"]
        async with session.ws_connect(url, max_msg_size=0) as socket:
            yield Tab(socket)


def _port(file: Path) -> int:
    """The port, which the browser writes to a file once it listens."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with suppress(OSError, ValueError, IndexError):
            return int(file.read_text().split()[0])
        time.sleep(0.05)
    raise TimeoutError(f"{CHROMIUM} did not listen within {WITHIN_S:.0f} s")

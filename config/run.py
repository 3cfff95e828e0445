"""A try on one machine: web, worker and beat side by side (`./dev run` ends here).

All three end together: when one of them dies, on Ctrl-C, on SIGTERM and, where the system has
setpriv, even when this process is killed.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

PATIENCE = 15  # seconds between asking a process to end and ending it
# WhiteNoise takes the files from where they lie; a try collects none.
QUIET = ("-W", "ignore:No directory at")


def main() -> int:
    """Run until one process ends or a signal comes; return the exit status."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _leave)
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    here = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104
    if not _may_listen(host, port):
        _say(f"{host}:{port} is taken or not ours: choose another with PORT=… ./dev run")
        return 1
    children: dict[str, subprocess.Popen] = {}
    try:
        for name, words in _commands(f"{host}:{port}").items():
            command = [*_tied(), sys.executable, *QUIET, "-m", *words]
            children[name] = subprocess.Popen(command)  # noqa: S603 - no word from outside
        while not (ended := _ended(children)) and not _answers(here, port):
            time.sleep(0.2)
        if not ended:
            _say(f"Takt is running at http://{here}:{port} (Ctrl-C stops it)")
        while not (ended := _ended(children)):
            time.sleep(0.2)
        _say(f"The {ended} process has ended, so Takt stops.")
        return 1
    finally:
        _stop(children)


def _may_listen(host: str, port: str) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), int(port)), family=family).close()
    except (OSError, OverflowError, ValueError):
        return False
    return True


def _commands(address: str) -> dict[str, list[str]]:
    schedule = Path(os.environ.get("VAR_DIR") or "var") / "beat"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    celery = ["celery", "-q", "-A", "config"]
    return {
        "web": [
            *("gunicorn", "config.wsgi", "-w", "2", "-b", address),
            *("--no-control-socket", "--log-level", "warning"),
        ],
        "worker": [*celery, "worker", "-P", "solo", "-l", "warning"],
        "beat": [*celery, "beat", "-s", str(schedule), "--pidfile=", "-l", "warning"],
    }


def _tied() -> list[str]:
    """Before a command: it ends when its parent does."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []


def _ended(children: dict[str, subprocess.Popen]) -> str:
    return next((name for name, child in children.items() if child.poll() is not None), "")


def _answers(host: str, port: str) -> bool:
    connection = http.client.HTTPConnection(f"{host}:{port}", timeout=5)
    try:
        connection.request("GET", "/helse/levende")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _stop(children: dict[str, subprocess.Popen]) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _leave(signum: int, frame: object) -> NoReturn:
    raise SystemExit(128 + signum)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

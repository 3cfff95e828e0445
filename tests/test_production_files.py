"""docker-compose.yml, Dockerfile and .env.example say what the settings and the house need."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from string import ascii_letters

import pytest
import yaml

from office.delivery import TURN

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
FIXED = {
    "web": "gunicorn config.wsgi",
    "worker": "celery -A config worker",
    "beat": "celery -A config beat",
    "migrate": "python manage.py migrate",
}
# Read by docker-compose.yml only.
COMPOSE_ONLY = {"POSTGRES_PASSWORD"}


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def read_by_settings() -> set[str]:
    """The first words of env("X") and env.kind("X") in config/settings.py."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        first = node.args[0]
        if isinstance(called, ast.Name) and called.id == "env" and isinstance(first, ast.Constant):
            names.add(first.value)
    return names


def production(**changes: str) -> dict[str, str]:
    """The environment of .env.example, filled in."""
    values = {**example(), "SECRET_KEY": ascii_letters, "POSTGRES_PASSWORD": "example", **changes}
    password = values["POSTGRES_PASSWORD"]
    values = {name: v.replace("${POSTGRES_PASSWORD}", password) for name, v in values.items()}
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **values}


def manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


def test_the_example_lists_exactly_what_is_read():
    assert read_by_settings()
    assert set(example()) == read_by_settings() | COMPOSE_ONLY


def test_every_variable_of_the_example_is_explained():
    blocks = (ROOT / ".env.example").read_text().strip().split("\n\n")
    assert [block for block in blocks if not block.startswith("#")] == []


def test_the_example_passes_djangos_deployment_checks():
    done = manage("check", "--deploy", env=production())
    assert done.returncode == 0, done.stderr
    # W021: the preload list is for the owner of the domain to ask for.
    assert set(re.findall(r"security\.\w+", done.stderr)) <= {"security.W021"}


def test_who_forgets_the_proxy_is_warned():
    assert "takt.W001" not in manage("check", env=production()).stderr
    forgotten = manage("check", env=production(TRUSTED_PROXIES="0"))
    assert "takt.W001" in forgotten.stderr
    assert "TRUSTED_PROXIES" in forgotten.stderr
    at_home = production(TRUSTED_PROXIES="0", BASE_URL="http://127.0.0.1:8000")
    assert "takt.W001" not in manage("check", env=at_home).stderr


@pytest.mark.parametrize("key", ["", "too-short"])
def test_production_does_not_start_without_a_real_secret(key):
    done = manage("check", env=production(SECRET_KEY=key))
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def test_compose_starts_the_fixed_commands():
    assert set(SERVICES) == {"postgres", "redis", *FIXED}
    assert set(OURS) == set(FIXED)
    for name, command in FIXED.items():
        assert SERVICES[name]["command"].startswith(command)


def test_compose_takes_every_value_from_the_env_file():
    assert all(service["env_file"] == ".env" for service in OURS.values())
    asked = re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())
    assert set(asked) <= set(example())
    assert "postgres" in example()["DATABASE_URL"].partition("@")[2]
    assert "redis" in example()["REDIS_URL"]


def test_compose_waits_for_healthy_services_and_a_migrated_database():
    assert all("healthcheck" in SERVICES[name] for name in ("postgres", "redis", "web", "worker"))
    assert set(SERVICES["migrate"]["depends_on"]) == {"postgres", "redis"}
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"


def test_a_turn_of_the_outbox_ends_before_anybody_kills_the_worker(settings):
    grace = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    one_more_letter = settings.EMAIL_TIMEOUT
    assert TURN + one_more_letter < min(grace, settings.CELERY_TASK_TIME_LIMIT)


def test_the_health_check_may_ask_for_the_page():
    check = SERVICES["web"]["healthcheck"]["test"]
    host, path = re.search(r"http://([\d.]+):8000(/[\w/]+)", check).groups()
    assert host in example()["ALLOWED_HOSTS"].split(",")
    assert path == "/helse/levende"


def test_what_must_last_lies_on_a_volume():
    assert set(COMPOSE["volumes"]) == {"postgres", "redis"}
    for name in COMPOSE["volumes"]:
        assert SERVICES[name]["volumes"][0].startswith(f"{name}:/")


def test_the_image_copies_what_exists_and_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    copied = [shlex.split(line)[1:-1] for line in lines if re.match(r"COPY (?!--from)", line)]
    assert all((ROOT / name).exists() for names in copied for name in names)
    assert "USER takt" in lines
    command = json.loads(lines[-1].removeprefix("CMD "))
    assert " ".join(command) == SERVICES["web"]["command"]


def test_the_image_has_the_libraries_that_dev_installs():
    wanted = re.search(r'RUN_LIBRARIES="(.+)"', (ROOT / "dev").read_text()).group(1).split()
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert [name for name in wanted if name.startswith("lib") and name not in dockerfile] == []


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_locks_name_versions_and_hashes_but_no_address(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 0


def test_the_npm_lock_names_hashes_but_no_download_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    named = {name: package for name, package in packages.items() if name}
    assert named
    assert [name for name, package in named.items() if "resolved" in package] == []
    assert [name for name, package in named.items() if "integrity" not in package] == []

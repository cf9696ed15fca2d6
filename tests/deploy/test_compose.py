from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.paths import ROOT
from wardrobe_app import cli, endpoints
from wardrobe_app.config import Settings

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
FILES = [path for path in (*DEPLOY.glob("*"), ROOT / ".dockerignore") if path.is_file()]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FILES}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _networks_of_all(name: str) -> set[str]:
    return {service for service, facts in SERVICES.items() if name in facts["networks"]}


def test_without_a_profile_it_is_the_app_and_its_database() -> None:
    assert {name for name, facts in SERVICES.items() if "profiles" not in facts} == {"app", "postgres"}


def test_nobody_waits_for_what_does_not_start_or_does_not_tell() -> None:
    for name, facts in SERVICES.items():
        for other, how in facts.get("depends_on", {}).items():
            waited_for = SERVICES[other]
            starts = set(waited_for.get("profiles", ())) <= set(facts.get("profiles", ()))
            assert starts or how["required"] is False, (name, other)
            tells = "healthcheck" in waited_for or (other == "app" and "HEALTHCHECK" in DOCKERFILE)
            assert how["condition"] == "service_completed_successfully" or tells, (name, other)


def test_only_the_proxy_can_be_reached_from_other_computers() -> None:
    ports = {name: facts["ports"] for name, facts in SERVICES.items() if "ports" in facts}
    assert set(ports) == {"app", "proxy"}
    assert all(port.startswith("127.0.0.1:") for port in ports["app"])
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert _networks_of_all("front") == {"app", "proxy"}
    assert _networks_of_all("back") == set(SERVICES) - {"proxy"}
    assert not [name for name, facts in SERVICES.items() if facts.get("privileged") or "network_mode" in facts]


def test_secrets_are_files_that_a_script_makes(tmp_path: Path) -> None:
    mounted = [one for facts in SERVICES.values() for one in facts.get("secrets", ())]
    named = {one if isinstance(one, str) else one["source"] for one in mounted}
    assert named == set(COMPOSE["secrets"])
    files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    for facts in SERVICES.values():
        for name, value in facts.get("environment", {}).items():
            assert not re.search("PASSWORD|SECRET|TOKEN", name) or value.startswith("/run/secrets/"), name
    if shutil.which("sh") is None:
        pytest.skip("there is no shell")
    shutil.copy(DEPLOY / "make-secrets.sh", tmp_path)
    made = []
    for _ in range(2):
        subprocess.run(["sh", str(tmp_path / "make-secrets.sh")], check=True, capture_output=True)
        made.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    assert set(made[0]) == files
    assert made[0] == made[1]  # and what is there stays
    assert all(made[0].values())
    assert made[0]["postgres_password"] in made[0]["wardrobe_database_url"]
    assert len(tomllib.loads(made[0]["sign_in.toml"])["auth"]["cookie_secret"]) >= 32
    assert (tmp_path / "secrets").stat().st_mode & 0o77 == 0
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/deploy/.env", "/deploy/secrets/"} <= set(ignored)


def test_every_setting_that_is_named_exists() -> None:
    known = {f"WARDROBE_{name.upper()}" for name in Settings.model_fields}
    named = {name for text in TEXTS.values() for name in re.findall(r"\bWARDROBE_[A-Z_]+", text)}
    assert named
    assert named <= known
    assert {name.upper() for name in COMPOSE["secrets"] if name.startswith("wardrobe_")} <= known


def test_who_is_not_let_in_by_sign_in_is_not_let_in() -> None:
    app = SERVICES["app"]["environment"]
    assert app["STREAMLIT_SERVER_ADDRESS"] == "0.0.0.0"  # noqa: S104 - of a container
    assert app["WARDROBE_ALLOWED_USERS"].startswith("${WARDROBE_ALLOWED_USERS:?")
    assert "STREAMLIT_SERVER_ADDRESS" not in DOCKERFILE  # by itself an image listens on localhost


def test_health_is_asked_where_it_is_told() -> None:
    told = {route.path for route in endpoints.routes()}
    (asked,) = re.findall(r"http://localhost:8501(/\w+)", DOCKERFILE)
    assert asked in told
    (inside,) = re.findall(r"^\s*@inside path (.+)$", TEXTS["Caddyfile"], re.MULTILINE)
    assert set(inside.split()) == (told - {"/healthz"}) | {"/_stcore/metrics"}
    (scraped,) = yaml.safe_load(TEXTS["prometheus.yml"])["scrape_configs"]
    assert scraped["static_configs"] == [{"targets": ["app:8501"]}]
    assert "/metrics" in told  # Prometheus' own default


def test_commands_are_programs_of_the_image() -> None:
    program, *options = json.loads(re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[-1])
    assert PROJECT["scripts"][program] == f"{cli.main.__module__}:main"
    known = {name for option in get_command(cli.app).params for name in (*option.opts, *option.secondary_opts)}
    assert {option for option in options if option.startswith("--")} <= known
    assert all(SERVICES[name]["command"][:2] == ["ray", "start"] for name in ("ray-head", "ray-worker"))
    assert SERVICES["ray-worker"]["build"]["args"]["EXTRAS"] == "server,cluster"


def test_the_image_holds_the_program_and_nothing_else() -> None:
    build, final = DOCKERFILE.split("\nFROM ")[1:]
    assert "pip install" in build
    assert not re.search(r"\b(pip|apt-get|gcc|git)\b", final)
    assert re.search(r"^USER [1-9]", final, re.MULTILINE)
    allowed = {line[1:] for line in TEXTS[".dockerignore"].splitlines() if line.startswith("!")}
    assert all((ROOT / name).exists() for name in allowed)
    assert "*" in TEXTS[".dockerignore"].splitlines()
    (torch,) = [one for one in PROJECT["dependencies"] if one.startswith("torch>")]
    assert f'"{torch}"' in build


@pytest.mark.parametrize("name", ["app", "ray-head", "ray-worker"])
def test_ours_can_do_no_more_than_they_must(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
    gpu = yaml.safe_load(TEXTS["compose.gpu.yaml"])["services"]
    assert set(gpu) == {"app", "ray-head", "ray-worker"}

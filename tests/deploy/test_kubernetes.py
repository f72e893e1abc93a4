"""deploy/kubernetes: valid by Kubernetes' own schemas, with the commands of the other files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from django.conf import settings

from helpdesk import body_limits, commands
from helpdesk.health.application import PATHS

ROOT = Path(settings.BASE_DIR)
FILES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
OBJECTS: list[dict[str, Any]] = [
    found for path in FILES for found in yaml.safe_load_all(path.read_text())
]
# The oldest version that its makers maintained when this was written, and the newest known.
VERSIONS = ["1.33", kubernetes_validate.latest_version()]
PODS = {
    found["metadata"]["name"]: found["spec"]["template"]["spec"]
    for found in OBJECTS
    if found["kind"] in {"Deployment", "Job"}
}


def find(kind: str) -> list[dict[str, Any]]:
    return [found for found in OBJECTS if found["kind"] == kind]


def test_the_schemas_accept_every_object() -> None:
    assert len(OBJECTS) == 9
    for found in OBJECTS:
        for version in VERSIONS:
            kubernetes_validate.validate(found, version, strict=True)


def test_the_ingress_lets_the_largest_bodies_through() -> None:
    [ingress] = find("Ingress")
    size = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    largest = max(body_limits.MAX_INBOUND_BYTES, body_limits.get_form_limit())
    assert largest <= int(size.removesuffix("m")) * body_limits.MIB


def test_pods_run_the_commands_of_the_other_installations() -> None:
    assert {name: pod["containers"][0]["command"] for name, pod in PODS.items()} == {
        "plumbline-web": commands.build_web(host="0.0.0.0", port=8000),
        "plumbline-beat": commands.build_beat("/tmp/celerybeat-schedule"),
        "plumbline-migrate": ["python", "manage.py", "migrate", "--noinput"],
        **{f"plumbline-{name}": commands.build_worker(name) for name in commands.WORKERS},
    }
    for name in commands.WORKERS:
        probe = PODS[f"plumbline-{name}"]["containers"][0]["livenessProbe"]["exec"]["command"]
        assert probe[-1] == f"celery --app helpdesk inspect ping --destination {name}@$HOSTNAME"


def test_pods_have_few_rights_and_time_to_stop() -> None:
    [user] = re.findall(r"--uid (\d+)", (ROOT / "Dockerfile").read_text())
    for name, pod in PODS.items():
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["runAsUser"] == int(user), name
        assert container["securityContext"]["readOnlyRootFilesystem"], name
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
        assert pod["automountServiceAccountToken"] is False, name
    seconds = {name: pod["terminationGracePeriodSeconds"] for name, pod in PODS.items()}
    pause = PODS["plumbline-web"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert seconds["plumbline-web"] >= int(pause[-1]) + 10
    assert {seconds[f"plumbline-{name}"] for name in commands.WORKERS} == {30}


def test_the_web_is_probed_and_reached_at_its_port() -> None:
    [container] = PODS["plumbline-web"]["containers"]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    assert {probe["path"] for probe in probes} == PATHS
    assert {probe["port"] for probe in probes} == {container["ports"][0]["name"]}
    command = container["command"]
    assert container["ports"][0]["containerPort"] == int(command[command.index("--port") + 1])
    labels = {
        found["metadata"]["name"]: found["spec"]["template"]["metadata"]["labels"]
        for found in find("Deployment")
    }
    for found in find("Deployment"):
        assert found["spec"]["selector"]["matchLabels"] == labels[found["metadata"]["name"]]
    [service], [budget] = find("Service"), find("PodDisruptionBudget")
    assert service["spec"]["selector"] == labels["plumbline-web"]
    assert budget["spec"]["selector"]["matchLabels"] == labels["plumbline-web"]


def test_settings_exist_and_secrets_are_only_named() -> None:
    example = (ROOT / ".env.example").read_text()
    known = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    [configuration] = find("ConfigMap")
    assert set(configuration["data"]) <= known
    text = (ROOT / "deploy" / "kubernetes" / "configuration.yaml").read_text()
    secrets = set(re.findall(r"--from-literal=([A-Z_]+)=", text))
    assert {name for name in secrets if not name.startswith("AWS_")} <= known
    assert {"SECRET_KEY", "INBOUND_SECRET", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"} <= secrets
    assert not secrets & set(configuration["data"])
    assert find("Secret") == []
    for pod in PODS.values():
        assert pod["containers"][0]["envFrom"] == [
            {"configMapRef": {"name": "plumbline"}},
            {"secretRef": {"name": "plumbline"}},
        ]

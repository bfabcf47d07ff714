"""Lets tox find every interpreter that pyenv has, and gives each the pip that still runs on it.

pyenv's shims run only the versions that are selected. And virtualenv puts into new environments what it has
downloaded since, which for 3.6 may be a pip that cannot even be imported there; what it brought along can.

tox 4 loads this file as a plugin from the folder of tox.ini; it is all done when it is imported.
"""
import os


def select_all():
    folder = os.path.join(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"), "versions")
    if "PYENV_VERSION" not in os.environ and os.path.isdir(folder):
        versions = [name for name in os.listdir(folder) if name[0].isdigit()]
        newest_first = sorted(versions, key=lambda name: [int(part) if part.isdigit() else -1
                                                          for part in name.split(".")], reverse=True)
        os.environ["PYENV_VERSION"] = ":".join(newest_first)


def install_what_virtualenv_brought():
    for package in ("PIP", "SETUPTOOLS", "WHEEL"):
        os.environ.setdefault("VIRTUALENV_" + package, "embed")


select_all()
install_what_virtualenv_brought()

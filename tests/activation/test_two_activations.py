"""A user's own activation and the environment's, in one interpreter."""
import shutil

import pytest

from . import environments
from .test_failures import FEW, STOPPED, made, uninstalled


def beside(environment, folder):
    """The same interpreter with a user's site-packages, whose .pth files Python reads first."""
    base = environments.library(environment.row, folder) / "site-packages"
    user = environments.Environment(environment.row, environment.python, base, PYTHONUSERBASE=str(folder))
    user.options = ["--user"]
    return user


@pytest.mark.parametrize("row,way", [(row, way) for row in FEW for way in ("pth", "sitecustomize")],
                         ids=lambda one: str(one))
def test_a_users_own_activation_does_not_lift_fail_closed(row, way, tmp_path):
    environment, _ = made(row, tmp_path, "--fail-closed", "--via", way)
    user, config, roots = beside(environment, tmp_path / "user"), tmp_path / "users.cfg", tmp_path / "users.pem"
    shutil.copy2(str(tmp_path / "roots.pem"), str(roots))

    def run(code="print('the program runs')"):
        return environments.Done([user.python, "-c", code], user.environ, cwd="/")

    def stopped(done, out=""):
        return done.status == STOPPED and done.out == out and "NOT verified" in done.err
    config.write_text("[verifyshim]\nroots = users.pem\n")
    user.activate("--config", config)
    assert user.state()[0]
    done = run("import os; os.remove(%r); print('before')\nimport ssl\nprint('after')" % str(roots))
    assert stopped(done, "before\n"), done
    done = run()
    assert stopped(done) and "users.pem" in done.err, done
    shutil.copy2(str(tmp_path / "roots.pem"), str(roots))
    assert run().status == 0 and not run().lines, run()
    config.write_text("[verifyshim]\nmoed = strict\n")
    done = run()
    assert stopped(done) and "moed" in done.err, done
    for each in (user, environment):
        uninstalled(each, config)
    assert stopped(run()), run()


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_a_users_activation_that_comes_before_verifyshim_is_refused(row, tmp_path):
    """It would say at each start that nothing is verified, where the environment's then sees to it."""
    environment = environments.copied(row, tmp_path / "env")
    environment.activate()
    user = beside(environment, tmp_path / "user")
    shutil.rmtree(str(user.site_packages / "verifyshim"))
    before = user.files()
    done = user.verb("activate", "--user")
    assert done.status == 2 and len(done.lines) == 1 and "leave --user out" in done.err, done
    assert user.files() == before and user.state() == (True, "")
    environments.fill(user.site_packages, row)
    user.activate()
    assert user.state() == (True, "")

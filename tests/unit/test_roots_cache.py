"""The file that old interpreters read roots from: it has these roots and nobody else can write it."""
import multiprocessing
import os
import shutil
import stat
import time

import pytest

from verifyshim import roots as sources
from verifyshim.roots import cache, private

if not hasattr(os, "getuid"):
    pytest.skip("the shared cache needs owners and modes", allow_module_level=True)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing known from other tests."""
    monkeypatch.setattr(cache._State, "known", {})


@pytest.fixture
def found(roots):
    return sources.resolve(roots)


@pytest.fixture
def environ(tmpdir):
    return {"XDG_CACHE_HOME": str(tmpdir.join("cache"))}


def content(path):
    with open(path) as handle:
        return handle.read()


def is_private(path):
    return not os.lstat(path).st_mode & 0o077


def test_the_file_is_its_owners_alone_and_made_once(found, environ):
    path = cache.path_of(found, environ)
    assert content(path) == found.pem() and os.path.dirname(path) == cache.folder(environ)
    assert is_private(path) and is_private(os.path.dirname(path))
    made = os.lstat(path)
    assert cache.path_of(found, environ) == path
    cache._State.known.clear()                  # as another process
    assert cache.path_of(found, environ) == path and os.lstat(path).st_ino == made.st_ino


def test_where_the_cache_is(tmpdir):
    assert cache.folder({"HOME": "/home/me"}) == "/home/me/.cache/verifyshim"
    assert cache.folder({"HOME": "/home/me", "XDG_CACHE_HOME": "/c"}) == "/c/verifyshim"
    assert cache.folder({"HOME": "/home/me", "XDG_CACHE_HOME": "c"}) == "/home/me/.cache/verifyshim"
    assert cache.folder({}) is None and cache.folder({"HOME": "~"}) is None


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("harm", ["content", "mode", "gone", "link", "folder gone"])
def test_a_file_that_is_not_as_we_left_it_is_made_again(found, environ, tmpdir, harm, known):
    path = cache.path_of(found, environ)
    if harm == "content":
        with open(path, "a") as handle:
            handle.write("more")
    elif harm == "mode":
        os.chmod(path, 0o666)
    elif harm == "gone":
        os.remove(path)
    elif harm == "link":
        tmpdir.join("elsewhere").write(found.pem())
        os.remove(path)
        os.symlink(str(tmpdir.join("elsewhere")), path)
    else:
        shutil.rmtree(os.path.dirname(path))
    if not known:
        cache._State.known.clear()
    assert cache.path_of(found, environ) == path and content(path) == found.pem()
    assert stat.S_ISREG(os.lstat(path).st_mode) and is_private(path)


@pytest.mark.parametrize("harm", ["folder", "above", "link", "file in the way", "no home"])
def test_a_place_that_others_can_write_is_not_used(found, environ, tmpdir, harm):
    place = cache.folder(environ)
    above = tmpdir.mkdir("cache")
    if harm == "folder":
        os.mkdir(place)
        os.chmod(place, 0o777)
    elif harm == "above":
        above.chmod(0o777)
    elif harm == "link":
        os.symlink(str(tmpdir.mkdir("elsewhere")), place)
    elif harm == "file in the way":
        above.join("verifyshim").write("")
    else:
        environ.clear()
    path = cache.path_of(found, environ)
    assert not path.startswith(str(tmpdir)) and content(path) == found.pem()
    assert is_private(os.path.dirname(path))
    assert cache.path_of(found, environ) == path
    assert list(tmpdir.join("cache").visit("*.pem")) == []


def test_a_known_file_in_a_folder_that_was_opened_later_is_not_used(found, environ):
    path = cache.path_of(found, environ)
    os.chmod(os.path.dirname(path), 0o777)
    assert os.path.dirname(cache.path_of(found, environ)) != os.path.dirname(path)


def test_somebody_elses_folder_is_trouble(monkeypatch, tmpdir):
    assert private.trouble(str(tmpdir)) is None
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert "another user" in private.trouble(str(tmpdir))


def test_an_own_folder_that_was_replaced_is_not_used(found, tmpdir):
    path = cache.path_of(found, {})
    folder = os.path.dirname(path)
    shutil.rmtree(folder)
    os.symlink(str(tmpdir), folder)
    tmpdir.join(os.path.basename(path)).write(found.pem())
    assert os.path.dirname(cache.path_of(found, {})) != folder
    os.remove(folder)


def test_a_fork_has_a_file_of_its_own_when_its_parent_ends(found):
    before = cache.path_of(found, {})
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, cache.path_of(found, {}).encode())
        os._exit(0)
    os.wait()
    assert os.read(reading, 1000).decode() != before
    assert cache.path_of(found, {}) == before


def _make(arguments):
    path, environ = arguments
    cache._State.known.clear()
    return cache.path_of(sources.resolve(path), environ)


def test_many_processes_at_once(roots, environ, found):
    pool = multiprocessing.Pool(8)
    try:
        paths = pool.map(_make, [(roots, environ)] * 40)
    finally:
        pool.terminate()
    assert set(paths) == set([cache.path_of(found, environ)]) and content(paths[0]) == found.pem()
    assert os.listdir(cache.folder(environ)) == [os.path.basename(paths[0])]


def test_what_nobody_used_for_long_goes(found, environ, stranger, tmpdir):
    path = cache.path_of(found, environ)
    others = [os.path.join(cache.folder(environ), name) for name in ("old.pem", ".new-old", "notes.txt")]
    for name in others:
        with open(name, "w") as handle:
            handle.write("x")
        os.utime(name, (1, 1))
    month = time.time() - 20 * 86400
    os.utime(path, (month, month))
    cache._State.known.clear()
    assert cache.path_of(found, environ) == path
    assert os.lstat(path).st_mtime > month + 86400      # renewed, as it is in use
    tmpdir.join("stranger.pem").write_binary(stranger.cert_pem.bytes())
    cache.path_of(sources.resolve(str(tmpdir.join("stranger.pem"))), environ)
    assert [os.path.exists(name) for name in others] == [False, False, True] and os.path.exists(path)

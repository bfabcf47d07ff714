"""Writing and removing the files of `files`, so that at any moment either the old or the new state is there.

Each state hangs on one rename: of the .pth file or sitecustomize.py; from 3.15 on, of the module that the
.start file names. What was written before that does nothing by itself.
"""
import collections
import errno
import io
import os
import tempfile
import time

from . import DRAFT, files, layout
from ..errors import ConfigurationError
from ..roots import private

WAYS = ("pth", "sitecustomize")

_UNFINISHED = 60        # seconds after which a draft is nobody's any more

# What is active in a folder. settings: as in the module; ways: those of WAYS that lead to it; stray: paths of
# files of ours that do nothing there.
Found = collections.namedtuple("Found", "folder settings ways stray")


class Plan(object):
    """What has to be done, step by step; made before anything is touched, so that it can be shown.

    :ivar steps: list of ``(text for people, function without arguments)``.
    """

    def __init__(self):
        self.steps = []

    def add(self, text, function, *arguments):
        self.steps.append((text, lambda: function(*arguments)))

    @property
    def changes(self):
        """The texts of the steps but for the proof's: that is a cache, which programs renew as well."""
        return [text for text, _ in self.steps if not (text.startswith("write ") and text.endswith(files.PROOF))]

    def carry_out(self):
        """Do all of it.

        :raises ConfigurationError: where a file cannot be written or removed.
        """
        for text, function in self.steps:
            try:
                function()
            except (OSError, IOError) as error:
                denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
                raise ConfigurationError("cannot %s (%s); %s" % (
                    text, error.strerror or error,
                    "do it as the owner of that folder, or for yourself with --user" if denied
                    else "see that the disk has room and try again"))


def read(path):
    """Return the text of a file, or None where there is none that can be read."""
    try:
        with io.open(path, encoding="latin-1") as stream:
            return stream.read()
    except (OSError, IOError):
        return None


def _bytes(path):
    text = read(path)
    return None if text is None else text.encode("latin-1")


def find(folder):
    """Return what is active in *folder* as Found; ``ways`` is empty where nothing is."""
    def text(name):
        return read(os.path.join(folder, name)) or ""
    settings = files.settings_in(text(files.MODULE_FILE))
    ways = []
    if files.is_ours(text(files.PTH)) or files.is_ours(text(files.START)):
        ways.append("pth")
    if files.is_ours(text(files.SITECUSTOMIZE)):
        ways.append("sitecustomize")
    names = [] if ways else [files.MODULE_FILE, files.MODULE_FILE + "c", files.PROOF]
    names += [] if "sitecustomize" in ways else [files.KEPT]
    names += [files.SITECUSTOMIZE] if text(files.SITECUSTOMIZE) == files.INERT else []
    stray = [os.path.join(folder, name) for name in names if os.path.lexists(os.path.join(folder, name))]
    return Found(folder, settings, ways, stray + _drafts(folder))


def _drafts(folder):
    """Return files that an activation began to write and never finished."""
    try:
        paths = [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(DRAFT)]
        return [path for path in paths if time.time() - os.stat(path).st_mtime > _UNFINISHED]
    except OSError:     # it was finished just now
        return []


def find_all():
    """Return Found for each folder of sys.path where something is active or was left behind."""
    found, seen = [], set()
    for item in layout.search_path() + ([layout.user_folder()] if layout.user_folder() else []):
        folder = os.path.abspath(item)
        if os.path.realpath(folder) not in seen and os.path.isdir(folder):
            seen.add(os.path.realpath(folder))
            here = find(folder)
            if here.ways or here.stray:
                found.append(here)
    return found


def plan(folder, way, settings, proof):
    """Return the Plan that makes *folder*'s state the one that is asked for; empty where it is.

    :param way: one of WAYS.
    :param settings: dict of ``mode``, ``config``, ``fail_closed``, as `startup.start` takes them.
    :param proof: bytes of the proof that they can be used.
    :raises ConfigurationError: where that cannot be done there.
    """
    made = Plan()
    if not os.path.isdir(folder):
        made.add("make the folder %s" % folder, os.makedirs, folder)
    wanted = [(files.PROOF, proof), (files.MODULE_FILE, files.module(settings))]
    if way == "pth":
        # .start first: alone it does nothing below 3.15, and from there on it is the one that counts.
        wanted += [(files.START, files.start()), (files.PTH, files.pth(settings))]
    else:
        _keep(made, folder)
        wanted.append((files.SITECUSTOMIZE, files.sitecustomize(settings)))
    for name, data in wanted:
        path, data = os.path.join(folder, name), data if isinstance(data, bytes) else data.encode("ascii")
        if _bytes(path) != data:
            made.add("write %s" % path, _write, path, data)
    found = find(folder)
    for other in found.ways:
        if other != way:
            _remove_way(made, folder, other)
    for path in found.stray:
        if os.path.basename(path).startswith(DRAFT):
            made.add("remove %s" % path, _remove, path)
    return made


def _keep(made, folder):
    """Plan to keep a sitecustomize that is there already."""
    path, kept = os.path.join(folder, files.SITECUSTOMIZE), os.path.join(folder, files.KEPT)
    for name in ("sitecustomize", files.SITECUSTOMIZE + "c"):
        there = os.path.join(folder, name)
        if os.path.isdir(there) or (os.path.isfile(there) and not os.path.lexists(path)):
            raise ConfigurationError("%s is not a plain sitecustomize.py, which could be kept and run; use "
                                     "--via pth" % there)
    text = read(path)
    if os.path.lexists(path) and text != files.INERT and not files.is_ours(text or ""):
        made.add("keep %s as %s" % (path, kept), _duplicate, path, kept)


def removal(folder):
    """Return the Plan that takes away everything of ours in *folder* and restores what was there before."""
    made, found = Plan(), find(folder)
    for way in found.ways:
        _remove_way(made, folder, way)
    names = [files.MODULE_FILE, files.PROOF] if found.ways else []
    for path in [os.path.join(folder, name) for name in names] + found.stray:
        if os.path.lexists(path) and not _is_somebodys(path):
            made.add("remove %s" % path, _remove, path)
    return made


def _is_somebodys(path):
    """Whether a kept sitecustomize has no other name any more: then it is for a person to look at."""
    return (os.path.basename(path) == files.KEPT
            and read(path) != read(os.path.join(os.path.dirname(path), files.SITECUSTOMIZE)))


def _remove_way(made, folder, way):
    if way == "pth":
        for name in (files.PTH, files.START):
            path = os.path.join(folder, name)
            if os.path.lexists(path):
                made.add("remove %s" % path, _remove, path)
        return
    path, kept = os.path.join(folder, files.SITECUSTOMIZE), os.path.join(folder, files.KEPT)
    if os.path.lexists(kept):
        made.add("restore %s" % path, private.move, kept, path)
    else:
        made.add("empty %s" % path, _write, path, files.INERT.encode("ascii"))
        made.add("remove %s" % path, _remove, path)


def _write(path, data):
    """Write a whole file at once, readable by all whatever the umask: each user's Python has to read it."""
    handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, 0o644)
        if os.path.exists(path):
            # Or its old .pyc would count as this one's: 2.x compares seconds, 3.x also the size.
            now, before = os.stat(draft).st_mtime, os.stat(path).st_mtime
            os.utime(draft, (now, max(int(now), int(before) + 2)))
        private.move(draft, path)
    except BaseException:
        os.remove(draft)
        raise


def _duplicate(path, kept):
    """Give a file a second name: the same file, or the same link."""
    if os.path.lexists(kept):
        os.remove(kept)     # from an activation that was interrupted
    if os.path.islink(path):
        os.symlink(os.readlink(path), kept)
    elif hasattr(os, "link"):
        os.link(path, kept)
    else:
        import shutil
        shutil.copy2(path, kept)


def _remove(path):
    """Remove a file, and then what was compiled of it: 2.x runs a .pyc whose .py is gone."""
    os.remove(path)
    if path.endswith(".py"):
        folder, name = os.path.split(path)
        for old in (path + "c", path + "o"):
            if os.path.exists(old):
                os.remove(old)
        cache = os.path.join(folder, "__pycache__")
        if os.path.isdir(cache):
            for entry in os.listdir(cache):
                if entry.startswith(name[:-2]) and entry.endswith(".pyc"):
                    os.remove(os.path.join(cache, entry))


def compile_start(folder):
    """Compile what each start imports: who may not write there, or sets PYTHONDONTWRITEBYTECODE, would pay each
    time for that. Raises nothing."""
    import py_compile
    startup = os.path.dirname(os.path.abspath(__file__))
    mask = os.umask(0o022)      # each start runs what is written here: nobody else may write it
    for path in [os.path.join(folder, files.MODULE_FILE), os.path.join(os.path.dirname(startup), "__init__.py")] + [
            os.path.join(startup, name) for name in ("__init__.py", "hook.py")]:
        try:
            if path.startswith(os.path.join(folder, "")) or layout.is_inside(path):
                py_compile.compile(path, doraise=True)
        except Exception:       # a folder that is read-only, a package in an archive
            pass
    os.umask(mask)

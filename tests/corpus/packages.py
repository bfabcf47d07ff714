"""The released packages that a corpus names: fetched once by exact name and version, unpacked, never run.

The finder of unearth is used because pip runs the setup.py of whatever it downloads, and most of these
setup.py files are older than the interpreter.
"""
import os
import shutil
import tarfile
import tempfile
import zipfile


def _download(name, version, folder):
    """The archive of one release: its source distribution, or a wheel where it never had one."""
    from unearth import PackageFinder
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple/")
    finder = PackageFinder(index_urls=[index], ignore_compatibility=True)
    matches = list(finder.find_matches("%s==%s" % (name, version), allow_yanked=True))
    if not matches:
        raise RuntimeError("%s==%s is not on %s: take its rows out of the corpus or fix the version."
                           % (name, version, index))
    # bdist_egg and friends are not among what the finder offers; a tie goes to the source.
    best = min(matches, key=lambda match: match.link.is_wheel)
    return _save(finder, best.link, folder)


def _save(finder, link, folder):
    target = os.path.join(folder, link.filename)
    response = finder.session.get(link.normalized)
    response.raise_for_status()
    with open(target, "wb") as handle:
        handle.write(response.content)
    return target


def _unpack(archive, folder):
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as handle:
            handle.extractall(folder)
        return
    with tarfile.open(archive) as handle:
        # Releases of old carry absolute links and device modes; nothing of that is wanted.
        if hasattr(tarfile, "data_filter"):
            handle.extraction_filter = _only_plain
        handle.extractall(folder)


def _only_plain(member, path):
    if not (member.isfile() or member.isdir()):
        return None
    return tarfile.data_filter(member.replace(mode=0o755 if member.isdir() else 0o644), path)


def _top(folder):
    """Where the relative paths of a corpus start: a source distribution has one folder around everything."""
    names = [name for name in os.listdir(folder) if name != "pax_global_header"]
    if len(names) == 1 and os.path.isdir(os.path.join(folder, names[0])):
        return os.path.join(folder, names[0])
    return folder


def fetch(name, version, cache):
    """Return the folder with a release's files, `cache`/NAME-VERSION; downloaded when it is not there."""
    target = os.path.join(cache, "%s-%s" % (name, version))
    if os.path.isdir(target):
        return target
    if not os.path.isdir(cache):
        os.makedirs(cache)
    work = tempfile.mkdtemp(prefix=".fetching-", dir=cache)
    try:
        archive = _download(name, version, work)
        unpacked = os.path.join(work, "unpacked")
        os.mkdir(unpacked)
        _unpack(archive, unpacked)
        os.rename(_top(unpacked) if not archive.endswith(".whl") else unpacked, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target

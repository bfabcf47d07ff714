"""Says what one interpreter has of verifyshim, as JSON; run by that interpreter, 2.6 or any later one."""
import json
import os
import sys

MARK = '# Written by "python -m verifyshim activate"'
NAMES = ("verifyshim-activation.pth", "verifyshim-activation.start", "sitecustomize.py")


def hooks():
    """Paths of the files with which an activation starts, working or left behind."""
    for folder in sys.path:
        for name in NAMES:
            path = os.path.join(os.path.abspath(folder), name)
            try:
                with open(path) as stream:
                    if stream.read(len(MARK)) == MARK:
                        yield path
            except (OSError, IOError, ValueError):
                pass


def version():
    try:
        import verifyshim
        return verifyshim.__version__
    except Exception:       # not there, or half removed
        return ""


print("\n" + json.dumps({"python": "%d.%d.%d" % sys.version_info[:3], "prefix": sys.prefix,
                         "version": version(), "hooks": sorted(set(hooks()))}))

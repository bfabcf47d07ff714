"""``python -m verifyshim VERB`` (2.6: ``python -m verifyshim.__main__ VERB``)."""
import sys

from verifyshim import imports

imports.leave()
from verifyshim.cli import main     # noqa: E402

if __name__ == "__main__":
    sys.exit(main())

"""python -m verifyshim.codemod"""
import sys

if __name__ == "__main__":
    if sys.version_info < (2, 7):
        sys.stderr.write("verifyshim.codemod runs on Python 2.7 and newer, and rewrites sources for 2.5 up\n")
        sys.exit(2)
    from verifyshim import imports
    imports.leave()
    from verifyshim.codemod.cli import main
    sys.exit(main())

"""Packaging, in the one form that pip 9 to 26 and setuptools 36 to today all read."""
import gzip
import io
import os
import re
import shutil
import sys
import tarfile

from setuptools import find_packages, setup
from setuptools.command.sdist import sdist

HERE = os.path.dirname(os.path.abspath(__file__))


def read(*path):
    with io.open(os.path.join(HERE, *path), encoding="utf-8") as handle:
        return handle.read()


class ReproducibleSdist(sdist):
    """An archive that depends on the files alone: not on who packs it, when, or in which order they are found."""

    def make_archive(self, base_name, format, root_dir=None, base_dir=None, owner=None, group=None):
        if format != "gztar":
            return sdist.make_archive(self, base_name, format, root_dir, base_dir, owner, group)
        date = int(os.environ["SOURCE_DATE_EPOCH"])
        paths = [os.path.join(folder, name) for folder, _, names in os.walk(base_dir) for name in names]
        with open(base_name + ".tar.gz", "wb") as raw:
            packed = gzip.GzipFile("", "wb", 9, raw, date)
            archive = tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT)
            for path in sorted(path.replace(os.sep, "/") for path in paths):
                entry = archive.gettarinfo(path)
                entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime = 0, 0, "", "", date
                entry.mode = 0o755 if entry.mode & 0o100 else 0o644
                entry.type, entry.linkname = tarfile.REGTYPE, ""    # setuptools makes hard links where it can
                entry.size = os.path.getsize(path)
                with open(path, "rb") as handle:
                    archive.addfile(entry, handle)
            archive.close()
            packed.close()
        return base_name + ".tar.gz"


if set(["sdist", "bdist_wheel"]) & set(sys.argv):
    # Two builds with the same setuptools are the same, byte for byte, also where no date is given (this one is
    # hatchling's). The umask would show in the wheel, and what an earlier build left behind would be packed.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1580601600")
    os.umask(0o022)
    shutil.rmtree(os.path.join(HERE, "build", "lib"), ignore_errors=True)

setup(
    name="verifyshim",
    version=re.search(r'^__version__ = "(.+)"$', read("compat", "verifyshim", "__init__.py"), re.M).group(1),
    description="HTTPS certificate verification for Python programs that were written without it",
    long_description=read("README.md"),
    long_description_content_type="text/markdown",
    license="MIT",
    author="The verifyshim authors",
    package_dir={"": "compat"},
    packages=find_packages("compat"),
    package_data={"": ["*.pyi"], "verifyshim": ["py.typed"],
                  "verifyshim.cli": ["certificates/*.pem"],
                  "verifyshim.report": ["*.html", "*.css", "*.js", "vendor/*"]},
    # From an archive it works too (python verifyshim.zip demo), but activation needs files.
    zip_safe=False,
    cmdclass={"sdist": ReproducibleSdist},
    python_requires=">=2.6, !=3.0.*, !=3.1.*, !=3.2.*",
    # Markers, not requires-python: pip 18 and older pick releases that do not run (toolchain.md).
    install_requires=[
        'six==1.13.0; python_version < "2.7"',
        'six>=1.16.0; python_version >= "2.7"',
        'certifi==2021.10.8; python_version < "3.6"',
        'certifi>=2021.10.8,<=2025.4.26; python_version == "3.6"',
        'certifi>=2021.10.8; python_version >= "3.7"',
        # ssl.match_hostname came with 2.7.9; the backport needs nothing else.
        'backports.ssl_match_hostname==3.7.0.1; python_full_version < "2.7.9"',
    ],
    extras_require={
        # A progress bar for long runs; configuration in pyproject.toml where the interpreter reads no TOML.
        "codemod": [
            'tqdm==4.62.3; python_version == "2.7" or python_version == "3.6"',
            'tqdm>=4.66.3; python_version >= "3.7"',
            'toml; python_version == "2.7"',
            'tomli; python_version >= "3.6" and python_version < "3.11"',
        ],
        # codemod --executor dask://host:port, on both sides.
        "dask": ['distributed; python_version >= "3.10"'],
        # The page of `report --html`; tqdm's later ones for 2.7 want packages that have to be compiled.
        "report": [
            'Jinja2==2.11.3; python_version == "2.7"',
            'MarkupSafe==1.1.1; python_version == "2.7"',
            'Jinja2>=3.0.3,<3.1; python_version == "3.6"',
            'Jinja2>=3.1.6; python_version >= "3.7"',
            'tqdm==4.62.3; python_version == "2.7" or python_version == "3.6"',
            'tqdm>=4.66.3; python_version >= "3.7"',
        ],
        # SNI and TLS 1.2+ where ssl has no SSLContext; newer interpreters need nothing. What has wheels:
        # 3.3.2 brings OpenSSL 1.1.1; for 2.6 the last are cryptography 2.1.1 and cffi 1.11.2 (OpenSSL 1.1.0,
        # so no TLS 1.3), and 17.4.0 is the last pyOpenSSL that asks for no newer one.
        "tls": [
            'pyOpenSSL==17.4.0; python_version < "2.7"',
            'cryptography==2.1.1; python_version < "2.7"',
            'cffi==1.11.2; python_version < "2.7"',
            'pyOpenSSL==21.0.0; python_version == "2.7" and python_full_version < "2.7.9"',
            'cryptography==3.3.2; python_version == "2.7" and python_full_version < "2.7.9"',
        ],
    },
    entry_points={"console_scripts": ["verifyshim = verifyshim.cli:main",
                                      "verifyshim-codemod = verifyshim.codemod.cli:main"]},
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Developers",
        "Intended Audience :: System Administrators",
        "License :: OSI Approved :: MIT License",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 2",
        "Programming Language :: Python :: 2.6",
        "Programming Language :: Python :: 2.7",
        "Programming Language :: Python :: 3",
    ] + ["Programming Language :: Python :: 3.%d" % minor for minor in range(3, 15)] + [
        "Programming Language :: Python :: Implementation :: CPython",
        "Topic :: Internet :: WWW/HTTP",
        "Topic :: Security",
    ],
)

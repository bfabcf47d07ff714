"""Which Pythons a repository says it is for, and what the configuration files of the codemod say."""
import pytest

from verifyshim.codemod import config, metadata
from verifyshim.codemod.context import Options
from verifyshim.errors import ConfigurationError

CODES = ["VS101", "VS201", "VS202"]


def texts(**files):
    return [files.get(name, "") for name in ("pyproject", "cfg", "setup", "tox")]


@pytest.mark.parametrize("versions, files", [
    (((2, 7, 9), (3, 5, 0)), {"setup": "setup(python_requires='>=2.7', classifiers=["
                                       "'Programming Language :: Python :: 3',"
                                       "'Programming Language :: Python :: 3.5'])"}),
    (((2, 7, 9), (3, 4, 3)), {"setup": "python_requires='>=2.7, !=3.0.*, !=3.1.*, !=3.2.*, !=3.3.*'"}),
    (((2, 7, 5), (3, 4, 3)), {"setup": "python_requires = '>=2.7.5'"}),
    (((2, 6, 0), (3, 3, 0)), {"setup": "'python_requires': '>=2.6, !=3.0.*, !=3.1.*, !=3.2.*',"}),
    (((3, 6, 0),), {"pyproject": "[project]\nrequires-python = \">=3.6\"\n"}),
    (((3, 6, 0),), {"pyproject": "requires-python = '~=3.6'"}),
    (((3, 6, 0),), {"pyproject": "requires-python = '==3.6.*'"}),
    (((3, 6, 0),), {"pyproject": "requires-python = '>3.5'"}),
    (((3, 9, 2),), {"pyproject": "requires-python = '>=3.9.2,<4'"}),
    (((3, 4, 3),), {"pyproject": "requires-python = '>=3'"}),
    (((3, 8, 0),), {"pyproject": "[tool.poetry.dependencies]\nfoo = '1'\npython = '^3.8'\n"}),
    (((2, 7, 9), (3, 5, 0)), {"pyproject": "[tool.poetry.dependencies]\npython = '~2.7 || ^3.5'\n"}),
    (((2, 6, 0), (3, 4, 3)), {"cfg": "[options]\npython_requires = >=2.6\n"}),
    (((3, 7, 0),), {"cfg": "[metadata]\nclassifiers =\n    Programming Language :: Python :: 3.7\n"
                           "    Programming Language :: Python :: 3.10\n"}),
    (((2, 7, 9),), {"setup": "'Programming Language :: Python :: 2 :: Only',"}),
    (((2, 7, 9), (3, 5, 0)), {"tox": "[tox]\nenvlist = py{27,35,36}-django{1,2}, lint\n"}),
    (((2, 6, 0), (3, 3, 0)), {"tox": "[tox]\nenvlist =\n    py26\n    py33\n\n[testenv]\n"}),
    (((3, 10, 0),), {"tox": "[tox]\nenv_list = py3.10, py311\n"}),
    (None, {"setup": "'Programming Language :: Python',"}),
    (None, {"setup": "# python_requires='>=3.6'\n"}),
    (None, {"tox": "[tox]\nenvlist = lint\n"}),
    (None, {}),
])
def test_oldest_python(versions, files):
    assert metadata.from_texts(texts(**files)) == versions


@pytest.mark.parametrize("settles, files", [
    (True, {"setup": "python_requires='>=2.7'"}),
    (True, {"cfg": "Programming Language :: Python :: 3\nProgramming Language :: Python :: 3.7\n"}),
    (True, {"setup": "Programming Language :: Python :: 2.7', 'Programming Language :: Python :: 3'"}),
    (True, {"tox": "[tox]\nenvlist = py27,py35\n"}),
    (False, {"setup": "'Programming Language :: Python :: 3',"}),
    (False, {"setup": "'Programming Language :: Python :: 2', 'Programming Language :: Python :: 3.4'"}),
    (False, {}),
])
def test_who_says_which_pythons_are_too_old(settles, files):
    assert metadata.settles(texts(**files)) == settles


def test_the_nearest_metadata_within_the_repository(tmpdir):
    tmpdir.join("setup.cfg").write("[options]\npython_requires = >=3.9\n")
    repository = tmpdir.mkdir("repository")
    folder = repository.mkdir("a").mkdir("b")
    settings = config.Settings(given(), CODES)
    assert settings.min_python(str(folder), None) == ((3, 9, 0),)
    repository.mkdir(".git")
    assert config.Settings(given(), CODES).min_python(str(folder), None) is None
    repository.join("setup.py").write("setup(python_requires='>=3.7')")
    assert config.Settings(given(), CODES).min_python(str(folder), None) == ((3, 7, 0),)
    assert config.Settings(given(min_python=((3, 8),)), CODES).min_python(str(folder), None) == ((3, 8),)


def given(**values):
    from verifyshim.codemod.work import Given
    return Given(**values)


@pytest.mark.parametrize("text, versions", [
    ("2.7", ((2, 7), (3, 4, 3))), ("2.7.9", ((2, 7, 9), (3, 4, 3))), ("3.6", ((3, 6),)),
    ("3.12.1", ((3, 12, 1),)),
    ("2.6,3.3", ((2, 6), (3, 3))), ("3.3, 2.6", ((2, 6), (3, 3))),
])
def test_min_python_by_hand_is_taken_at_its_word(text, versions):
    assert config.parse_versions(text) == versions


@pytest.mark.parametrize("text", ["3", "4.0", "2.7.9.1", "", "3.6,3.7", "py36", ">=3.6"])
def test_min_python_that_is_none(text):
    with pytest.raises(ValueError):
        config.parse_versions(text)


def test_options_know_both_lines():
    options = Options(((2, 7), (3, 6)))
    assert (options.min_python_2, options.min_python_3) == ((2, 7), (3, 6))
    options = Options(((3, 6),))
    assert (options.min_python_2, options.min_python_3) == (None, (3, 6))


INI = """[verifyshim:codemod]
select = VS1, VS2
ignore = VS202
unsafe = yes
tests = off
min-python = 2.7.9, 3.6
jobs = 3
exclude =
    vendor/
    *_pb2.py
per-path-ignores =
    examples/**: VS201 VS202
    old/: *
"""
TOML = """[tool.verifyshim.codemod]
select = ["VS1", "VS2"]
ignore = "VS202"
unsafe = true
tests = false
min-python = "2.7.9, 3.6"
jobs = 3
exclude = ["vendor/", "*_pb2.py"]
[tool.verifyshim.codemod.per-path-ignores]
"examples/**" = ["VS201", "VS202"]
"old/" = ["*"]
"""


@pytest.mark.parametrize("name, text", [("setup.cfg", INI), ("tox.ini", INI), ("pyproject.toml", TOML)])
def test_a_section_says_the_same_in_each_file(tmpdir, name, text):
    if name == "pyproject.toml":
        from verifyshim.codemod import tomlfile
        if tomlfile._reader() is None:
            pytest.skip("no TOML reader here")
    tmpdir.join(name).write(text)
    section = config.Settings(given(), CODES).section(str(tmpdir.mkdir("below")))
    assert section.select == ("VS1", "VS2") and section.ignore == ("VS202",)
    assert section.unsafe is True and section.tests is False and section.jobs == 3
    assert section.min_python == ((2, 7, 9), (3, 6))
    assert section.exclude.covers(str(tmpdir.join("a", "vendor", "b.py")))
    assert section.exclude.covers(str(tmpdir.join("c_pb2.py")))
    patterns = dict((codes, patterns) for patterns, codes in section.per_path)
    assert patterns[("VS201", "VS202")].covers(str(tmpdir.join("examples", "a", "b.py")))
    assert patterns[("",)].covers(str(tmpdir.join("x", "old", "b.py")))


@pytest.mark.parametrize("line, told", [
    ("colour = red", "colour is none of select, ignore"), ("select = VS999", "VS999, which is no rule"),
    ("unsafe = perhaps", "unsafe must be true or false, not 'perhaps'"),
    ("jobs = 0", "jobs must be a number from 1 up"),
    ("min-python = new", "min-python must be like 2.7.9"), ("per-path-ignores = VS201",
                                                            "is no 'pattern: RULE ...'"),
])
def test_a_mistake_is_told_with_file_and_key(tmpdir, line, told):
    tmpdir.join("setup.cfg").write("[verifyshim:codemod]\n%s\n" % line)
    with pytest.raises(ConfigurationError) as caught:
        config.Settings(given(), CODES).section(str(tmpdir))
    assert told in str(caught.value)
    assert str(tmpdir.join("setup.cfg")) in str(caught.value)


def test_a_file_without_a_section_says_nothing_and_the_next_above_is_asked(tmpdir):
    tmpdir.join("tox.ini").write("[verifyshim:codemod]\nignore = VS2\n")
    below = tmpdir.mkdir("below")
    below.join("tox.ini").write("[tox]\nenvlist = py27\n")
    below.join("pyproject.toml").write("[project]\nname = 'x'\n")
    assert config.Settings(given(), CODES).section(str(below)).ignore == ("VS2",)
    below.mkdir(".hg")      # a repository of its own
    assert config.Settings(given(), CODES).section(str(below)) is None


def test_the_command_line_goes_first(tmpdir):
    tmpdir.join("tox.ini").write("[verifyshim:codemod]\nignore = VS2\nunsafe = true\n")
    settings = config.Settings(given(ignore=("VS1",)), CODES)
    section = settings.section(str(tmpdir))
    assert settings.value("ignore", section) == ("VS1",)
    assert settings.value("unsafe", section, False) is True
    assert settings.value("tests", section, False) is False

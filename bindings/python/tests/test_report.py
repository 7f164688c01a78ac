"""One log, and what terms mean."""

import io
import json
import os
import pickle
import re

import msilog
import pytest
from msilog import _model, _report
from msilog._record import _annotations


def test_a_log_is_a_path_bytes_or_a_file(failed):
    with open(failed, "rb") as log:
        content = log.read()
        log.seek(0)
        of_file = msilog.analyse(log)
    wanted = msilog.analyse(failed)
    assert of_file == wanted, "the name of the file, too"
    for given in (content, bytearray(content), memoryview(content), io.BytesIO(content)):
        report = msilog.analyse(given)
        assert report.path == "-"
        assert report.to_dict() == {**wanted.to_dict(), "path": "-"}
        assert msilog.analyse(given, name=failed) == wanted or isinstance(given, io.BytesIO)


def test_reports_are_those_of_the_program(fixtures, program):
    for name in sorted(os.listdir(fixtures)):
        log = os.path.join(fixtures, name, "install.log")
        if os.path.isfile(log):
            line = program("--format", "ndjson", log).strip()
            report = msilog.analyse(log)
            assert report.to_json() == line, name
            assert report.to_dict() == json.loads(line), name


def test_attributes_are_typed(failed):
    report = msilog.analyse(failed)
    session = report.principal
    assert isinstance(session, msilog.Session)
    assert isinstance(session.lines, list), "as JSON has it, no tuple"
    assert session is not None and session.exit_code == 1603
    assert report.failed and report.outcome == "failed"
    assert report.failure == session.failure
    assert report.signature == report.failure.signature
    assert report.failure.cause.code.space in ("msi", "none")
    assert report.failure.remedies[0].articles is not None
    assert [line.why for line in report.failure.evidence]
    assert "outcome='failed'" in repr(report)
    with pytest.raises(AttributeError):
        report.kind = "burn"
    with pytest.raises(AttributeError):
        report.no_such_thing
    assert report == pickle.loads(pickle.dumps(report))
    assert hash(report) == hash(msilog.analyse(failed))


def _reached(schema):
    """The definitions that the properties of a report lead to."""
    names, waiting = set(), [schema["properties"]]
    while waiting:
        for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(waiting.pop())):
            if name not in names:
                names.add(name)
                waiting.append(schema["$defs"][name])
    return sorted(names)


def test_the_types_are_those_of_the_schema(root):
    with open(os.path.join(root, "src", "report", "msilog-1.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    # The program alone gives them, on request: `--details`.
    del schema["properties"]["details"]
    own = {"SessionReport": "Session", "ArticleReference": "Article"}
    classes = {"LogReport": (_report.Report, schema)}
    for name in _reached(schema):
        described = schema["$defs"][name]
        name = own.get(name, name)
        if "properties" in described and hasattr(_model, name):
            classes[name] = (getattr(_model, name), described)
        else:
            assert "properties" not in described, f"{name} has no class"
    for name, (made, described) in classes.items():
        fields = {field for field in _annotations(made) if not field.startswith("_")}
        assert fields == set(described["properties"]), name


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"hello\nworld\n", bytes(range(256)) * 500, b"\xff\xfe" + b"\xd8" * 9])
def test_bytes_that_are_no_log(content):
    report = msilog.analyse(content)
    assert report.kind == "unrecognised" and report.outcome is None and not report.failed
    assert report.principal is None and report.failure is None and report.signature is None
    assert len(report.rows()) == 1


def test_what_cannot_be_read_is_an_exception(tmp_path, fixtures):
    gone = str(tmp_path / "gone.log")
    with pytest.raises(FileNotFoundError) as told:
        msilog.analyse(gone)
    error = told.value
    assert isinstance(error, msilog.ReadError) and isinstance(error, msilog.MsilogError)
    assert error.path == gone and error.advice.startswith("Check the spelling")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error)
    with pytest.raises(msilog.SeveralLogsError, match="take scan"):
        msilog.analyse(fixtures)
    with pytest.raises(msilog.EncodingError):
        msilog.analyse(b"", encoding="klingon")
    with pytest.raises(TypeError, match="a log is"):
        msilog.analyse(5)
    with pytest.raises(msilog.ReadError):
        msilog.analyse(str(tmp_path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be read here")
def test_what_may_not_be_read(tmp_path):
    log = tmp_path / "secret.log"
    log.write_bytes(b"")
    log.chmod(0)
    with pytest.raises(PermissionError):
        msilog.analyse(log)


def test_what_a_file_object_raises_comes_through(tmp_path):
    class Broken:
        def read(self, size):
            raise ZeroDivisionError("of its own")

    for read in (msilog.analyse, lambda log: msilog.Redactor().learn(log, encoding="utf-8")):
        with pytest.raises(ZeroDivisionError, match="of its own"):
            read(Broken())
    text = tmp_path / "a.log"
    text.write_text("hello")
    with open(text, encoding="utf-8") as log, pytest.raises(TypeError, match="'rb'"):
        msilog.analyse(log)


def test_a_read_that_gives_too_much(failed):
    class Generous(io.BytesIO):
        def read(self, size=-1):
            return super().read(1 << 20)

    with open(failed, "rb") as log:
        content = log.read() * 5
    assert msilog.analyse(Generous(content)) == msilog.analyse(content)


RULE = """
[[rule]]
id = "own-disk"
title = "The share is full"
status = "stable"
when.all = [ { line = "Out of disk space" } ]
cause = "The share is full."
steps = ["Call us."]
sources = ["Ticket 12, help desk"]
confidence = "high"
tests.matches = [ { line = "Out of disk space -- Volume" } ]
tests.not = [ { line = "Out of memory" } ]
"""


def test_rules_of_ones_own(tmp_path, failed):
    rule = tmp_path / "own.toml"
    rule.write_text(RULE)
    rules = msilog.Rules(rule)
    found = msilog.analyse(failed, rules=rules).failure.remedies
    assert "own-disk" in [remedy.rule for remedy in found]
    rule.write_text("[[rule]]\nid = 5\n")
    with pytest.raises(msilog.RuleError) as told:
        msilog.Rules(rule)
    assert told.value.path == str(rule)


def test_terms_mean_what_the_program_says(program):
    for term in ("1603", "0x80070643", "KB976982", "InstallFiles", "no-such-thing", "error 1935"):
        [wanted] = json.loads(program("explain", "--format", "json", term))
        assert msilog.explain(term).to_dict() == wanted, term
    found = msilog.explain(1603)
    assert found.known and found.explanations[0].value == 1603
    assert msilog.explain("0x80070005").explanations[0].hresult.win32.value == 5
    assert msilog.explain(-2147023293).explanations[0].name == "ERROR_INSTALL_FAILURE"
    line = "Error 1310. Error writing to file: C:\\x.dll. System error 5."
    assert msilog.explain(line).known


def test_redaction(tmp_path, failed):
    public = msilog.redact(failed)
    assert b"WEIGH-01" not in public
    with open(failed, "rb") as log:
        assert msilog.redact(log) == public
    report = msilog.analyse(public)
    assert report.signature == msilog.analyse(failed).signature
    out = tmp_path / "public.log"
    msilog.redact(failed, out)
    assert out.read_bytes() == public
    with pytest.raises(FileExistsError):
        msilog.redact(failed, out)
    msilog.redact(failed, out, overwrite=True)
    with pytest.raises(FileExistsError, match="the log itself"):
        msilog.redact(out, out, overwrite=True)
    assert out.read_bytes() == public
    redactor = msilog.Redactor()
    redactor.learn(failed)
    assert redactor.report(msilog.analyse(failed)).principal.machine.name == "machine-1"
    assert "WEIGH-01" not in redactor.text("the machine WEIGH-01")
    assert redactor.counts["machine"][0] == 1

    class Full:
        def write(self, data):
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        redactor.log(failed, Full())

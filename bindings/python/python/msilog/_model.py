"""The parts of a report and of an explanation: the JSON output's fields, typed. The schema of that output is the
source of the former, and a test holds the two together."""

from typing import List, Optional

from ._record import Record


class DotNet(Record):
    """A .NET product."""

    __slots__ = ()

    #: `x86`, `x64`, `arm64` or `ia64`.
    arch: Optional[str]
    #: Which part or form of it: `Client Profile`, `Extended`, `Runtime`, `Hosting bundle`.
    edition: Optional[str]
    #: `netfx`, `netfx-langpack`, `netcore` (up to 3.1), `dotnet` (5 and later), `netstandard`, `aspnetcore`, `sdk` or
    #: `vcredist`.
    family: str
    #: The clue that told. One of `product-code`, `upgrade-code`, `patch-code`, `packed-guid`, `package-name`,
    #: `product-name`.
    matched_by: str
    #: The release as people name it: `4.0`, `3.5 SP1`, `8.0.3`. `4.5 or later` where no clue says more; empty where
    #: nothing tells the version.
    version: str


class Code(Record):
    """A code with its meaning beside it."""

    __slots__ = ()

    #: What it means, in plain words.
    meaning: Optional[str]
    #: Its symbolic name, where it has one.
    name: Optional[str]
    #: Where the number comes from. One of `msi`, `win32`, `hresult`, `exit`, `none`.
    space: str
    #: The number; HRESULTs as unsigned 32 bit value.
    value: Optional[int]


class Cause(Record):
    """The first cause of a failure."""

    __slots__ = ()

    #: The message number or other code on it.
    code: Code
    #: How sure this is the cause. One of `low`, `medium`, `high`.
    confidence: str
    #: What the line says, in plain words with its arguments filled in.
    explanation: Optional[str]
    #: Line of the log, counted from 1.
    line: int
    #: The system error or HRESULT that the message carries.
    nested_code: Optional[Code]
    #: The text is a piece of a log, without the log's beginning and end: what is not in it may tell more.
    piece: bool
    #: The line as it stands there.
    text: str


class CustomAction(Record):
    """What is known of the custom action that failed."""

    __slots__ = ()

    #: The code that the action itself returned.
    actual_code: Optional[int]
    #: The library that holds it (often a temporary copy).
    dll: Optional[str]
    #: The function that was called.
    entry_point: Optional[str]
    #: The program that was started.
    exe: Optional[str]
    #: The package says that a failure of this action does not matter.
    ignored: bool
    #: The method of a managed action, `Assembly!Namespace.Class.Method`.
    method: Optional[str]
    #: The process that hosted it, as the log names it.
    process: Optional[str]
    #: The `Type` number of the package's CustomAction table, where the log shows it.
    type: Optional[int]


class Evidence(Record):
    """A line that proves the diagnosis."""

    __slots__ = ()

    #: Line of the log, counted from 1.
    line: int
    #: The line as it stands there.
    text: str
    #: Why it is shown.
    why: str


class Origin(Record):
    """A failure in another log."""

    __slots__ = ()

    #: The action that failed there.
    action: Optional[str]
    #: What it says, in plain words.
    explanation: Optional[str]
    #: Line of the cause there, counted from 1.
    line: Optional[int]
    #: Path of that log's report.
    path: str
    #: Signature of the failure there.
    signature: str
    #: The line as it stands there.
    text: Optional[str]


class Propagation(Record):
    """An action around the failing one that passed the failure on."""

    __slots__ = ()

    #: Its name.
    action: str
    #: Line of its end.
    line: int


class AppliesTo(Record):
    """What a remedy was written for."""

    __slots__ = ()

    #: .NET versions; empty: any.
    dotnet: List[str]
    #: Windows versions; empty: any.
    windows: List[str]


class Article(Record):
    """A reference to an article."""

    __slots__ = ()

    #: Number in the Microsoft Knowledge Base, or another short key.
    kb: str
    #: What took its place.
    replaced_by: Optional[str]
    #: `live`, `retired`, `replaced` or `archived`.
    status: str
    #: What it is about.
    title: str
    #: Where it is.
    url: str


class Remedy(Record):
    """A remedy: what to do about the cause."""

    __slots__ = ()

    #: What it was written for.
    applies: AppliesTo
    #: Where to read more, with the state of each article today.
    articles: List[Article]
    #: What is wrong, in plain words.
    cause: str
    #: The commands of the steps, as they are typed.
    commands: List[str]
    #: How sure it is that this helps. One of `low`, `medium`, `high`.
    confidence: str
    #: What to do in a few words; null where only the steps say it.
    fix: Optional[str]
    #: Stable id of the rule.
    rule: str
    #: What to do, in order. Commands stand between backticks.
    steps: List[str]
    #: The rule in one line.
    title: str
    #: Which facts of the log it matched.
    why_it_matched: str


class Failure(Record):
    """Why an installation failed."""

    __slots__ = ()

    #: The innermost action that failed, as its author named it.
    action: Optional[str]
    #: What kind of action that is. One of `standard`, `custom-immediate`, `custom-deferred`, `custom-rollback`,
    #: `custom-commit`, `dialog`, `package`, `none`.
    action_kind: str
    #: The first cause; `None` where the log holds no line that says why.
    cause: Optional[Cause]
    #: More on it where it is a custom action.
    custom_action: Optional[CustomAction]
    #: The lines that prove it, in the order of the log.
    evidence: List[Evidence]
    #: Where the engine says that it failed.
    line: int
    #: The failure in another log of this scan that this one only reports: a bundle fails because a package did. The
    #: remedies are for that one then.
    origin: Optional[Origin]
    #: The actions that passed the failure on, from the inside out.
    propagation: List[Propagation]
    #: What to do, best first.
    remedies: List[Remedy]
    #: The script operation that was running (`FileCopy(…)`), where one was.
    script_operation: Optional[str]
    #: Short and stable: the same cause on another machine has the same signature.
    signature: str


class IgnoredFailure(Record):
    """A failure that did not stop the installation."""

    __slots__ = ()

    #: The action that failed.
    action: str
    #: Line of its end.
    line: int
    #: Why it does not count: `continue flag`, `rollback`, `knock-on`, …
    why: str


class Machine(Record):
    """The machine that wrote the log."""

    __slots__ = ()

    #: `x86`, `x64` or `arm64`.
    arch: Optional[str]
    #: Whether the installation ran elevated, with administrator permissions.
    elevated: Optional[bool]
    #: Its name.
    name: Optional[str]
    #: Whether that Windows is a server; some have the version of a client.
    server: Optional[bool]
    #: `UILevel`: 2 none, 3 basic, 4 reduced, 5 full.
    ui_level: Optional[int]
    #: Who ran it.
    user: Optional[str]
    #: Windows version, `6.1.7601`.
    windows: Optional[str]


class Product(Record):
    """The product that a session is about."""

    __slots__ = ()

    #: `ProductCode`, upper case, in braces.
    code: Optional[str]
    #: `ProductLanguage`, a Windows language number.
    language: Optional[int]
    #: `Manufacturer`.
    manufacturer: Optional[str]
    #: `ProductName`.
    name: Optional[str]
    #: Path of the package as it was asked for.
    package: Optional[str]
    #: Patch codes that the log names for this product.
    patches: List[str]
    #: `UpgradeCode`, upper case, in braces.
    upgrade_code: Optional[str]
    #: `ProductVersion`.
    version: Optional[str]


class SlowAction(Record):
    """An action, a step of the script, a package or an item that took long."""

    __slots__ = ()

    #: Its name.
    action: str
    #: Line of its start.
    line: int
    #: How long it took, in milliseconds; without the steps of the script that it ran.
    ms: int


class Session(Record):
    """One run of the engine for one product, client and server halves together."""

    __slots__ = ()

    #: The log ends in the failure, before the result: that it failed is told by its cause.
    cut_off: bool
    #: The .NET product that this is, where it is one.
    dotnet: Optional[DotNet]
    #: From the first to the last time stamp, in milliseconds.
    duration_ms: Optional[int]
    #: As `started`.
    ended: Optional[str]
    #: Exit code (`1603`).
    exit_code: Optional[int]
    #: Its symbolic name.
    exit_name: Optional[str]
    #: Why it failed; `None` unless failed or cancelled, or cut off in a failure.
    failure: Optional[Failure]
    #: Failures that did not stop it.
    ignored_failures: List[IgnoredFailure]
    #: First and last line.
    lines: List[int]
    #: Where it ran.
    machine: Machine
    #: What it set out to do. One of `install`, `upgrade`, `uninstall`, `repair`, `patch`, `admin`, `advertise`,
    #: `unknown`.
    operation: str
    #: How it ended. One of `succeeded`, `succeeded-reboot`, `failed`, `cancelled`, `incomplete`.
    outcome: str
    #: Index of the session that started this one.
    parent: Optional[int]
    #: What was installed.
    product: Product
    #: What took longest, longest first. A step that `InstallFinalize` or `InstallExecute` runs from the script stands
    #: for itself and does not count again in the action around it.
    slowest: List[SlowAction]
    #: Local time of that machine, `2026-07-07T12:02:17`; `None` where the log does not give a date beyond doubt.
    started: Optional[str]


class Related(Record):
    """A log that belongs to this one."""

    __slots__ = ()

    #: How the tie was found; null where the log was not among the logs. One of `log-path`, `file-name`, `product-
    #: code`.
    how: Optional[str]
    #: The line that names it.
    line: Optional[int]
    #: Its path as this log names it.
    named: Optional[str]
    #: The package or item that it is about, as the setup program calls it.
    package: Optional[str]
    #: Path of its report in this scan; null where it was not among the logs.
    path: Optional[str]
    #: Product code of the package, where the setup program tells it.
    product_code: Optional[str]
    #: What it is to this one. One of `package-log`, `setup-log`, `same-run`, `earlier-try`, `later-try`.
    relation: str


class WrappedError(Record):
    """The error of Windows inside an HRESULT of facility 7."""

    __slots__ = ()

    #: The error.
    value: int
    #: Its symbol, where it is known.
    name: Optional[str]
    #: What it means, where it is known.
    meaning: Optional[str]


class Hresult(Record):
    """An HRESULT taken apart."""

    __slots__ = ()

    #: As it is mostly written, `0x80070643`.
    value: str
    #: Whether it is an error: the highest bit.
    failure: bool
    #: Whether it was defined outside Microsoft: the customer bit.
    customer: bool
    #: The facility: which part of the system it comes from.
    facility: int
    #: The facility's symbol, where it is known.
    facility_name: Optional[str]
    #: The code within the facility.
    code: int
    #: The error of Windows that it wraps.
    win32: Optional[WrappedError]


class Argument(Record):
    """An argument of a message."""

    __slots__ = ()

    #: Its place, counted as in the message: `[2]` is the first.
    index: int
    #: What it is, where the list of messages says so: `system error`, `destination file`.
    role: Optional[str]
    #: The argument as it was given; None where none was given for this place.
    value: Optional[str]
    #: What it means, where it is a code.
    meaning: Optional[str]


class Detail(Record):
    """More, with a label. For people; may change."""

    __slots__ = ()

    label: str
    text: str


class Sense(Record):
    """One of the things that a term means."""

    __slots__ = ()

    #: Which list it stands in: `msi`, `win32`, `hresult`, `exit`, `action`, `product-code`, `article`, `rule`, …
    kind: str
    #: The number in that list; an HRESULT or NTSTATUS as the unsigned 32-bit value.
    value: Optional[int]
    #: Its symbol or canonical name: `ERROR_INSTALL_FAILURE`, `InstallFiles`, a GUID in braces, the id of a rule.
    name: Optional[str]
    #: What it is, `exit code 1603, ERROR_INSTALL_FAILURE`. For people; may change.
    heading: str
    #: What is known of it, in words. For people; may change.
    meaning: str
    #: The ways in which the same code is written, or the packed form of a GUID.
    forms: List[str]
    #: The HRESULT in parts, where the code is one or an HRESULT wraps it.
    hresult: Optional[Hresult]
    #: The arguments of a message.
    arguments: List[Argument]
    #: Ids of the rules that this alone makes fit.
    rules: List[str]
    #: Ids of the rules that treat this number or cite this article, alone or with other facts.
    treated_by: List[str]
    #: More, each with a label. For people; may change.
    details: List[Detail]


class Explanation(Record):
    """Everything that one term means."""

    __slots__ = ()

    #: The term as it was asked for.
    term: str
    #: What was asked for with it as arguments of a message.
    arguments: List[str]
    #: Whether anything is known of it beyond what its shape tells.
    known: bool
    #: What it means, one entry for each list that it stands in; never empty.
    explanations: List[Sense]
    #: Terms that may have been meant, where this one is unknown.
    suggestions: List[str]

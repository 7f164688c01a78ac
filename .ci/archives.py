"""Writes the archives of a release. Called by .ci/package in a clean clone.

Arguments: the folder to write to, the program for Linux, the program for Windows (may be empty), and
files that are taken as they are.
Nothing that is written depends on the time, the user or the order of a folder: names are sorted, owners
and modes are fixed, and every time is that of the commit (SOURCE_DATE_EPOCH).
"""

import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import tomllib
import zipfile
from pathlib import Path

OUT, LINUX, WINDOWS = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
PACKAGE = tomllib.loads(Path("Cargo.toml").read_text())["package"]
VERSION = PACKAGE["version"]
TARGETS = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"]
COMPLETIONS = {"powershell": "msilog.ps1", "bash": "msilog.bash", "zsh": "_msilog", "fish": "msilog.fish"}
LICENCE = re.compile(r"^(licen[cs]e|copying|unlicense|notice|copyright)", re.IGNORECASE)
DOWNLOADS = os.environ.get("MSILOG_DOWNLOADS", "https://example.invalid/msilog/" + VERSION)


def said(*arguments):
    """What the program prints."""
    return subprocess.run([LINUX, *arguments], check=True, capture_output=True).stdout


def commands(*above):
    """The program, its commands and theirs, as its help lists them."""
    yield above
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", said(*above, "--help").decode(), re.MULTILINE)
    for name in re.findall(r"^  ([a-z]+) ", listed[1], re.MULTILINE) if listed else []:
        if name != "help":
            yield from commands(*above, name)


def shipped():
    """The crates whose code is in the program, on any system."""
    crates = {}
    for target in TARGETS:
        text = subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target],
            check=True, capture_output=True).stdout
        data = json.loads(text)
        packages = {package["id"]: package for package in data["packages"]}
        nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
        waiting, seen = [data["resolve"]["root"]], set()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            for below in nodes[at]["deps"]:
                if any(kind["kind"] is None for kind in below["dep_kinds"]):
                    waiting.append(below["pkg"])
        for found in seen - {data["resolve"]["root"]}:
            crates[found] = packages[found]
    return sorted(crates.values(), key=lambda crate: (crate["name"], crate["version"]))


def licences():
    """The licence texts of all dependencies, each text once. A crate without one stops the release."""
    texts, missing = {}, []
    for crate in shipped():
        folder = Path(crate["manifest_path"]).parent
        files = sorted(path for path in folder.iterdir() if path.is_file() and LICENCE.match(path.name))
        if not files:
            missing.append(f"{crate['name']} {crate['version']} ({crate['license']})")
        for path in files:
            text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
            texts.setdefault(text, []).append(f"{crate['name']} {crate['version']} ({crate['license']})")
    if missing:
        sys.exit("no licence text comes with: " + ", ".join(missing))
    parts = ["msilog holds code of the crates below, under the licences below. The standard library of Rust is\n"
             "under MIT or Apache-2.0, whose texts are among them.\n"]
    for text, users in sorted(texts.items(), key=lambda item: item[1]):
        line = "=" * 80
        parts.append(f"{line}\n" + "\n".join(dict.fromkeys(users)) + f"\n{line}\n\n{text}\n")
    return "\n".join(parts).encode()


def common():
    """What every archive holds beside the program: name, bytes."""
    files = {name: Path(name).read_bytes() for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]}
    files["LICENSES-OF-DEPENDENCIES.txt"] = licences()
    for page in commands():
        files["man/" + "-".join(["msilog", *page]) + ".1"] = said("man", *page)
    for shell, name in COMPLETIONS.items():
        files["completions/" + name] = said("completions", shell)
    return files


def tar(files):
    """A tar.gz of files: name, (bytes, mode)."""
    folders = {str(parent) for name in files for parent in Path(name).parents} - {"."}
    entries = {**{folder + "/": (None, 0o755) for folder in folders}, **files}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, (data, mode) in sorted(entries.items()):
            entry = tarfile.TarInfo("./" + name)
            entry.mode, entry.mtime, entry.uname, entry.gname = mode, EPOCH, "root", "root"
            if data is None:
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
            else:
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    return packed(plain.getvalue())


def packed(data):
    """gzip without a name and without a time."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def zipped(files):
    """A zip of files: name, bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, time.gmtime(EPOCH)[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def libc_needed():
    """The oldest C library that has every function that the program asks for."""
    found = re.findall(rb"GLIBC_(2\.\d+)\b", LINUX.read_bytes())
    return max((text.decode() for text in found), key=lambda text: int(text.split(".")[1]))


def filled(name, values):
    """A template with its @NAMES@ replaced; one that nobody knows stops the release."""
    text = Path(".ci/templates", name).read_text()
    return re.sub(r"@([A-Z0-9_]+)@", lambda found: values[found[1]], text).encode()


def debian(files):
    """A .deb: an ar archive with the control file and the tree to install."""
    tree = {"usr/bin/msilog": (LINUX.read_bytes(), 0o755)}
    doc = "usr/share/doc/msilog/"
    places = {"msilog.bash": "usr/share/bash-completion/completions/msilog",
              "_msilog": "usr/share/zsh/vendor-completions/_msilog",
              "msilog.fish": "usr/share/fish/vendor_completions.d/msilog.fish"}
    for name, data in files.items():
        folder, _, last = name.rpartition("/")
        if folder == "man":
            tree[f"usr/share/man/man1/{last}.gz"] = (packed(data), 0o644)
        elif folder == "completions":
            if last in places:
                tree[places[last]] = (data, 0o644)
        elif name == "CHANGELOG.md":
            tree[doc + "changelog.gz"] = (packed(data), 0o644)
        else:
            tree[doc + name] = (data, 0o644)
    mit = files["LICENSE-MIT"].decode()
    rights = ("msilog is under MIT or, at your choice, Apache-2.0 (/usr/share/common-licenses/Apache-2.0);\n"
              "the licences of its dependencies stand in LICENSES-OF-DEPENDENCIES.txt.\n\n" + mit)
    tree[doc + "copyright"] = (rights.encode(), 0o644)
    size = sum(len(data) for data, _ in tree.values()) // 1024 + 1
    control = filled("control", {"VERSION": VERSION, "LIBC": libc_needed(), "SIZE": str(size)})
    sums = "".join(f"{hashlib.md5(data).hexdigest()}  {name}\n" for name, (data, _) in sorted(tree.items()))
    parts = {"debian-binary": b"2.0\n",
             "control.tar.gz": tar({"control": (control, 0o644), "md5sums": (sums.encode(), 0o644)}),
             "data.tar.gz": tar(tree)}
    out = b"!<arch>\n"
    for name, data in parts.items():
        out += f"{name:<16}{EPOCH:<12}{0:<6}{0:<6}{0o100644:<8o}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return out


def manifests(name, data):
    """The manifests that name the zip for Windows and its checksum."""
    digest = hashlib.sha256(data).hexdigest()
    values = {"VERSION": VERSION, "DESCRIPTION": PACKAGE["description"], "DOWNLOADS": DOWNLOADS, "WINDOWS_ZIP": name,
              "WINDOWS_FOLDER": name.removesuffix(".zip"), "WINDOWS_SHA256": digest,
              "WINDOWS_SHA256_UPPER": digest.upper(), "DATE": time.strftime("%Y-%m-%d", time.gmtime(EPOCH))}
    return {"winget/msilog.msilog.yaml": filled("winget.yaml", values),
            "scoop/msilog.json": filled("scoop.json", values),
            "chocolatey/msilog.nuspec": filled("msilog.nuspec", values),
            "chocolatey/tools/chocolateyinstall.ps1": filled("chocolateyinstall.ps1", values)}


def module():
    """The PowerShell module, with its licences."""
    folder = Path("bindings/powershell")
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    licences = {f"MsiLog/{name}": Path(name).read_bytes() for name in ["LICENSE-MIT", "LICENSE-APACHE"]}
    return zipped({**files, **licences})


def main():
    files = common()
    # The licences also stand alone, for the page and the wheels.
    made = {f"msilog-{VERSION}-powershell.zip": module(),
            "LICENSES-OF-DEPENDENCIES.txt": files["LICENSES-OF-DEPENDENCIES.txt"]}
    # What other scripts have built: the page, wheels for Python.
    made.update({Path(name).name: Path(name).read_bytes() for name in sys.argv[4:]})
    folder = f"msilog-{VERSION}-x86_64-linux"
    tree = {f"{folder}/{name}": (data, 0o644) for name, data in files.items()}
    tree[f"{folder}/msilog"] = (LINUX.read_bytes(), 0o755)
    made[f"{folder}.tar.gz"] = tar(tree)
    made[f"msilog_{VERSION}-1_amd64.deb"] = debian(files)
    if WINDOWS:
        folder = f"msilog-{VERSION}-x86_64-windows"
        tree = {f"{folder}/{name}": data for name, data in files.items()}
        tree[f"{folder}/msilog.exe"] = Path(WINDOWS).read_bytes()
        made[f"{folder}.zip"] = zipped(tree)
        made.update(manifests(f"{folder}.zip", made[f"{folder}.zip"]))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(made.items()))
    made["SHA256SUMS"] = sums.encode()
    for name, data in made.items():
        path = OUT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


main()

"""Dictionaries are read from the packages that carry them, whose formats are made here in small."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest

from training.lexicons import ANNOTATIONS, CHINESE, JAPANESE, LANGUAGES, LEXICONS, read_lexicons

_CHINESE = [
    ["橋樑", "桥梁", "qiao2 liang2", ["bridge (lit. and fig.)", "other"], [], []],
    ["北京", "北京", "Bei3 jing1", "Beijing", [], []],
    ["妳", "你", "ni3", "variant of 你[ni3]", [], []],
    ["空", "空", "kong1", [], [], []],
]
_JAPANESE = {
    "en": [" [ichi1]  橋 /haɕi/, はし /haɕi/\n(noun (common))\n(1) bridge, span (of wood), (2) mediator\n"],
    "de": [" [ichi1]  橋 /haɕi/\n(noun (common))\n(f) Brücke\n", "稀 /mare/\n(noun)\nselten\n"],
    "fr": [" [news2]  橋 /haɕi/\n(noun (common))\npont\n"],
    "ru": [" [ichi1]  橋 /haɕi/\n(noun (common))\n\n         Note: not plainмост\n"],
}


def _tar(file: Path, members: Mapping[str, str]) -> None:
    with tarfile.open(file, "w:gz") as package:
        for name, content in members.items():
            data = content.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            package.addfile(member, io.BytesIO(data))


def _number(value: int) -> str:
    """A number in base 64 without leading zeros, as dictd writes it."""
    return b64encode(value.to_bytes(6, "big")).decode().lstrip("A") or "A"


def _package(folder: Path, file: str, name: str, entries: list[str]) -> None:
    root = folder / name
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: words\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: words\n"
    )
    dictionary = root / "usr" / "share" / "dictd"
    dictionary.mkdir(parents=True)
    content, lines = b"", []
    for entry in entries:
        lines.append(f"word\t{_number(len(content))}\t{_number(len(entry.encode()))}")
        content += entry.encode()
    (dictionary / f"{name}.index").write_text("\n".join(lines))
    (dictionary / f"{name}.dict.dz").write_bytes(gzip.compress(content))
    subprocess.run(["dpkg-deb", "--build", root, folder / file], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="needs dpkg-deb")
def test_every_lexicon_gives_its_concepts(tmp_path: Path) -> None:
    annotated = {
        f"package/annotations/{language}/annotations.json": json.dumps(
            {"annotations": {"annotations": {"🌉": {"default": [language, "night"], "tts": [f"bridge {language}"]}}}}
        )
        for language in LANGUAGES
    }
    _tar(tmp_path / ANNOTATIONS.file, annotated)
    everything = f"export default {json.dumps({'all': _CHINESE})};\n"
    _tar(tmp_path / CHINESE.file, {"package/data/all.js": everything})
    for language, entries in _JAPANESE.items():
        file = JAPANESE[language].file
        _package(tmp_path, file, file.removeprefix("dict-").split("_")[0], entries)
    concepts = read_lexicons(tmp_path)
    names, keywords, *others = concepts
    assert names == {language: (f"bridge {language}",) for language in LANGUAGES}
    assert keywords["vi"] == ("vi, night",)
    assert others == [
        {"zh": ("桥梁",), "en": ("bridge",)},
        {"ja": ("橋",), "en": ("bridge, span", "bridge"), "de": ("Brücke", "Brücke"), "fr": ("pont", "pont")},
    ]
    assert all(len(lexicon.checksum(tmp_path)) == 64 for lexicon in LEXICONS)

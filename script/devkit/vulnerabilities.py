"""Known vulnerabilities of the pinned packages, as the package index tells them.

python -m devkit.vulnerabilities REQUIREMENTS_FILE…

The index is the one that pip is set to. Where it cannot be asked, that is printed, and it is no failure.
"""

import json
import os
import queue
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

PYPI = 'https://pypi.org/simple'
TIMEOUT, TOTAL = 5, 20  # seconds for one request, and for all of them together
AT_ONCE = 16

# (package, id or alias of the vulnerability): why the pinned version stays all the same.
ACCEPTED = {
    ('lxml', 'CVE-2026-41066'): 'Odoo\'s tests fail with lxml 6; neither Odoo nor the addon parses in the way that it is about without'
    ' forbidding entities'
}


class Vulnerability(NamedTuple):
    names: tuple  # its id and aliases
    fixed_in: tuple
    summary: str


def read_pins(paths):
    """Return {package: version} of the lines that pin one.

    >>> import tempfile; file = tempfile.NamedTemporaryFile('w', suffix='.txt'); _ = file.write('a-b==1.2 # x\\n-r y\\nc>=1\\n')
    >>> file.flush(); read_pins([Path(file.name)])
    {'a-b': '1.2'}
    """
    pins = {}
    for path in paths:
        for line in path.read_text('utf-8').splitlines():
            if match := re.match(r'([A-Za-z0-9._-]+)==([^\s;#]+)', line):
                pins[match[1]] = match[2]
    return pins


def find_index():
    """Return the address of the index that pip is set to."""
    for scope in ('global', 'install'):
        done = subprocess.run(
            [sys.executable, '-m', 'pip', '--disable-pip-version-check', 'config', 'get', f'{scope}.index-url'],
            capture_output=True,
            text=True,
            check=False,
            timeout=TOTAL,
        )
        if address := done.stdout.strip():
            break
    return os.environ.get('PIP_INDEX_URL') or address or PYPI


def _fetch(address):
    bundle = os.environ.get('PIP_CERT') or os.environ.get('REQUESTS_CA_BUNDLE')
    context = ssl.create_default_context(cafile=bundle) if address.startswith('https:') else None
    with urllib.request.urlopen(address, timeout=TIMEOUT, context=context) as answer:
        return json.load(answer)


def ask(index, package, version):
    """Return the vulnerabilities of a version; None where the index does not tell. Raises what the network raises.

    Not every index answers for each version; what it says of the latest one will do for that.
    """
    base = f'{index.rstrip("/").removesuffix("/simple")}/pypi/{quote(package)}'
    try:
        facts = _fetch(f'{base}/{quote(version)}/json')
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        facts = _fetch(f'{base}/json')
        if facts['info']['version'] != version:
            return None
    if 'vulnerabilities' not in facts:
        return None
    return [
        Vulnerability(
            (entry['id'], *entry.get('aliases', ())),
            tuple(entry.get('fixed_in') or ()),
            ' '.join((entry.get('summary') or entry.get('details') or '').split())[:160],
        )
        for entry in facts['vulnerabilities']
        if not entry.get('withdrawn')
    ]


def ask_all(index, pins, total=TOTAL):
    """Return ({package: its vulnerabilities}, {package: why it is not known}) after `total` seconds at most.

    The threads are left behind when the time is over: a name server that does not answer must not keep anybody.
    """
    todo, answers = queue.SimpleQueue(), queue.SimpleQueue()
    for pin in pins.items():
        todo.put(pin)

    def work():
        while True:
            try:
                package, version = todo.get_nowait()
            except queue.Empty:
                return
            try:
                found = ask(index, package, version)
                answers.put((package, found, None if found is not None else 'it does not tell of this version'))
            except (OSError, ValueError, KeyError, TypeError) as error:
                answers.put((package, None, str(getattr(error, 'reason', None) or error) or type(error).__name__))

    for _number in range(min(AT_ONCE, len(pins))):
        threading.Thread(target=work, daemon=True).start()
    known, unknown, waiting = {}, dict.fromkeys(pins, 'no answer in time'), len(pins)
    deadline = time.monotonic() + total
    while waiting and (left := deadline - time.monotonic()) > 0:
        try:
            package, found, reason = answers.get(timeout=left)
        except queue.Empty:
            break
        waiting -= 1
        if reason:
            unknown[package] = reason
        else:
            known[package] = found
            del unknown[package]
    return known, unknown


def check(paths, index=None, total=TOTAL, accepted=None):
    """Print what is known; return 1 if a pinned version has a vulnerability that a newer one has not."""
    accepted = ACCEPTED if accepted is None else accepted
    pins = read_pins(paths)
    index = index or find_index()
    known, unknown = ask_all(index, pins, total)
    if unknown:
        reasons = '; '.join(sorted(set(unknown.values())))[:200]
        print(
            f'skipped for {len(unknown)} of {len(pins)} packages: {urlsplit(index).hostname} cannot be asked for'
            f' known vulnerabilities ({reasons})'
        )
    failed = 0
    for package, vulnerabilities in sorted(known.items()):
        for vulnerability in vulnerabilities:
            why = next((accepted[package, name] for name in vulnerability.names if (package, name) in accepted), None)
            is_bad = vulnerability.fixed_in and not why
            failed += bool(is_bad)
            print(
                f'{"FAIL" if is_bad else "note"}: {package} {pins[package]}: {", ".join(vulnerability.names)}, '
                f'{"fixed in " + ", ".join(vulnerability.fixed_in) if vulnerability.fixed_in else "not fixed yet"}: '
                f'{why or vulnerability.summary}'
            )
    if known:
        print(f'{len(known)} packages are checked for known vulnerabilities, {failed} have to be updated')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(check([Path(name) for name in sys.argv[1:]]))

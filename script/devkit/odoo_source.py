"""Odoo itself: a folder named by the user, or Debian's package unpacked below `.odoo/`.

Debian's package is fetched by apt with a configuration of its own, derived from the source entry
from which the machine gets Debian anyway. Nothing is installed: `dpkg -x` unpacks it, together with
the fonts and JavaScript libraries that its files link to by relative paths. What was fetched is kept in the user's cache
(`XDG_CACHE_HOME`), so that another checkout needs no network for it.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from .errors import DevkitError
from .paths import LOCK_DIR, STATE_DIR
from .system import locked, require_disk, require_program, run, say

PACKAGE = 'odoo-19'
KNOWN_VERSION = '19.0.0+dfsg-1'  # the one with which all tests were last seen green
# Odoo's files link into these packages.
LINKED_PACKAGES = (
    'fonts-dejavu-core',
    'fonts-glyphicons-halflings',
    'fonts-inconsolata',
    'fonts-montserrat',
    'fonts-ocr-b',
    'fonts-roboto-unhinted',
    'gsfonts',
    'libjs-jquery',
    'libjs-jquery-form',
    'libjs-underscore',
)
# Odoo's style sheets use the class names of Font Awesome 4.7; unstable has a later one.
STABLE_PACKAGES = {'fonts-font-awesome': '4.7'}
# Left out of Debian's build, yet named in an asset bundle: without a file there no web page has scripts.
OMITTED_FILES = ('mail/static/lib/selfie_segmentation/selfie_segmentation.js',)

UNSTABLE = 'unstable'
_SUMS = 'SHA256SUMS'  # written with the packages in the cache
UNPACKED = STATE_DIR / 'root'
_LAYOUT = '1'  # raise it when the unpacked tree must be made anew


# Suites whose packages change, so that none of them is taken for the stable one.
_MOVING_SUITES = ('testing', 'forky', 'unstable', 'sid')
# ".../debian", a dated snapshot of it, or a mirror list of that name
_ARCHIVE_URI = re.compile(r'/debian(/\d{8}T\d{6}Z)?/?$|/debian\.list$')


class OdooSource(NamedTuple):
    """Where Odoo's code is: `path` goes onto PYTHONPATH, `addons` onto the addons path."""

    path: Path
    addons: tuple
    version: str  # changes whenever the code may have changed


class AptSource(NamedTuple):
    """One source entry of apt, as far as it matters here."""

    uris: tuple
    suites: tuple
    components: tuple
    options: tuple  # (name, value) pairs in the spelling of deb822


# -- reading the machine's source entries ----------------------------------------

_DEB822_OPTIONS = {
    'signed-by': 'Signed-By',
    'trusted': 'Trusted',
    'architectures': 'Architectures',
    'arch': 'Architectures',
    'check-valid-until': 'Check-Valid-Until',
    'allow-insecure': 'Allow-Insecure',
}


def _parse_stanza(stanza):
    fields, name = {}, None
    for line in stanza.splitlines():
        if line.startswith('#'):
            continue
        if line[:1].isspace() and name:  # a folded value, such as a key in place
            fields[name] += '\n' + line
        elif ':' in line:
            name, _, value = line.partition(':')
            name = name.strip().lower()
            fields[name] = value.strip()
    if 'deb' not in fields.get('types', '').split() or fields.get('enabled', 'yes').lower() in {'no', 'false', '0'}:
        return None
    return AptSource(
        tuple(fields.get('uris', '').split()),
        tuple(fields.get('suites', '').split()),
        tuple(fields.get('components', '').split()),
        tuple((_DEB822_OPTIONS[key], fields[key]) for key in fields if key in _DEB822_OPTIONS),
    )


def parse_deb822(text):
    """Return the enabled binary sources of a `.sources` file."""
    return [source for stanza in re.split(r'\n[ \t]*\n', text.replace('\r', '')) if (source := _parse_stanza(stanza))]


def parse_one_line(text):
    """Return the binary sources of a `.list` file.

    >>> parse_one_line('deb [signed-by=/k.gpg] http://mirror.example/debian stable main # mine')[0].options
    (('Signed-By', '/k.gpg'),)
    """
    sources = []
    for line in text.splitlines():
        match = re.match(r'\s*deb\s+(?:\[(?P<options>[^]]*)\]\s*)?(?P<rest>[^#]+)', line)
        words = match['rest'].split() if match else []
        if len(words) < 3:
            continue
        options = (option.partition('=') for option in (match['options'] or '').split())
        sources.append(
            AptSource(
                (words[0],),
                (words[1],),
                tuple(words[2:]),
                tuple(
                    (_DEB822_OPTIONS[key.lower()], value.replace(',', ' ')) for key, _, value in options if key.lower() in _DEB822_OPTIONS
                ),
            )
        )
    return sources


def read_apt_sources(folder=Path('/etc/apt')):
    """Return all enabled binary sources below an apt configuration folder."""
    sources = []
    for path in [folder / 'sources.list', *sorted((folder / 'sources.list.d').glob('*'))]:
        if path.is_file() and path.suffix in {'.list', '.sources'}:
            text = path.read_text('utf-8', 'replace')
            sources += parse_deb822(text) if path.suffix == '.sources' else parse_one_line(text)
    return sources


def select_debian(sources, codename=''):
    """Return (source, stable suite) of the entry from which this machine gets Debian itself.

    Security, update and third-party entries are ignored. What is wanted offers the component `main`
    of a plain suite, and is signed by Debian's key or has an address that ends like Debian's
    archive does; an entry with both wins. Raises `DevkitError` when there is none.
    """
    known = {codename, 'stable', 'oldstable', 'bullseye', 'bookworm', 'trixie', *_MOVING_SUITES} - {''}
    best = None
    for source in sources:
        suites = [suite for suite in source.suites if suite in known]
        if not suites or 'main' not in source.components:
            continue
        uris = tuple(uri for uri in source.uris if _ARCHIVE_URI.search(uri))
        merit = bool(uris) + ('debian-archive' in dict(source.options).get('Signed-By', ''))
        if merit and (best is None or merit > best[0]):
            source = source._replace(uris=uris or source.uris, suites=tuple(suites), components=('main',))
            best = merit, source, next((suite for suite in suites if suite not in _MOVING_SUITES), 'stable')
    if best:
        return best[1:]
    raise DevkitError(
        'no source entry for Debian found in /etc/apt to fetch Odoo from: '
        'set ODOO_HOME to a folder that holds the package "odoo" (version 19.0), '
        'or add Debian to the sources of apt'
    )


def format_deb822(source, suites):
    """Return the text of a `.sources` file for one source with other suites."""
    lines = [
        'Types: deb',
        f'URIs: {" ".join(source.uris)}',
        f'Suites: {" ".join(suites)}',
        f'Components: {" ".join(source.components)}',
        *(f'{name}: {value}' for name, value in source.options),
    ]
    return '\n'.join(lines) + '\n'


# -- fetching --------------------------------------------------------------------


def _apt_configuration(folder, source, suites):
    """Write an apt configuration that reads and writes nothing of the system's but its keys."""
    for part in ('lists/partial', 'cache/archives/partial', 'state', 'debs'):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / 'debian.sources').write_text(format_deb822(source, suites))
    (folder / 'status').write_text('')
    configuration = folder / 'apt.conf'
    # The system's apt.conf.d stays in force: proxies and certificates are set there.
    configuration.write_text(
        ''.join(
            f'{key} "{value}";\n'
            for key, value in {
                'Dir::Etc::SourceList': folder / 'debian.sources',
                'Dir::Etc::SourceParts': '/dev/null',
                'Dir::Etc::Preferences': '/dev/null',
                'Dir::Etc::PreferencesParts': '/dev/null',
                'Dir::State': folder / 'state',
                'Dir::State::Lists': folder / 'lists',
                'Dir::State::Status': folder / 'status',
                'Dir::Cache': folder / 'cache',
                'APT::Sandbox::User': '',  # the unprivileged user of apt may not reach this folder
                'APT::Architecture': run(['dpkg', '--print-architecture'], what='dpkg').strip(),
                'Acquire::Languages': 'none',
                'Acquire::Retries': '3',
            }.items()
        )
        + ''.join(
            f'#clear {hook};\n' for hook in ('APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success')
        )
    )
    return configuration


def _codename():
    try:
        return platform.freedesktop_os_release().get('VERSION_CODENAME', '')
    except OSError:
        return ''


def _versions(output):
    """Return {version: [suite, ...]} from `apt-cache madison`."""
    versions = {}
    for line in output.splitlines():
        parts = [part.strip() for part in line.split('|')]
        if len(parts) == 3 and parts[2].endswith('Packages'):
            versions.setdefault(parts[1], []).append(parts[2])
    return versions


def choose_version(offered, others=()):
    """Return the version of Odoo's package to take: the first, and so the newest, 19.0 of those that apt offers.

    `others` are the names of Odoo's packages of any version there. Raises `DevkitError` when no 19.0 is offered.

    >>> choose_version(['19.1.0+dfsg-1', '19.0.2+dfsg-1', '19.0.0+dfsg-1'])
    '19.0.2+dfsg-1'
    """
    found = next((version for version in offered if re.match(r'(\d+:)?19\.0(?!\d)', version)), None)
    if found:
        return found
    instead = ', '.join([*(f'{PACKAGE} {version}' for version in offered), *others]) or 'nothing'
    raise DevkitError(
        f'Debian\'s suite "{UNSTABLE}" no longer offers Odoo 19.0 but {instead}: set ODOO_HOME to a folder that holds '
        'Odoo 19.0, for instance a git checkout of its branch 19.0'
    )


def _download(folder):
    """Fetch the packages into `folder`/debs and return their files.

    Files of an earlier, interrupted call are used again when they are complete.
    """
    source, stable = select_debian(read_apt_sources(), _codename())
    suites = list(dict.fromkeys([stable, UNSTABLE]))
    apt = ['-c', str(_apt_configuration(folder, source, suites))]
    environment = {**os.environ, 'LC_ALL': 'C.UTF-8'}
    say('fetching the package lists of Debian')
    # Without --error-on=any a machine without network would get a mere warning here.
    run(
        ['apt-get', *apt, '-q', '--error-on=any', 'update'],
        env=environment,
        what='Debian\'s package lists cannot be fetched (is there a network? else set ODOO_HOME)',
    )

    def ask(*question):
        return run(['apt-cache', *apt, *question], what='apt-cache', env=environment)

    others = [name for name in ask('pkgnames', 'odoo-').split() if re.fullmatch(r'odoo-\d+', name) and name != PACKAGE]
    version = choose_version([*_versions(ask('madison', PACKAGE))], sorted(others))
    if version != KNOWN_VERSION:
        say(f'Odoo {version} is not the version that the tests were last seen green with, {KNOWN_VERSION}')
    wanted = [f'{PACKAGE}={version}', *(f'{name}/{UNSTABLE}' for name in LINKED_PACKAGES)]
    for name, upstream in STABLE_PACKAGES.items():
        found = _versions(ask('madison', name))
        version = next((version for version in found if upstream in version), None)
        if not version:
            raise DevkitError(f'{name} {upstream} is not in the suite "{stable}" of Debian: set ODOO_HOME instead')
        wanted.append(f'{name}={version}')
    say('downloading Odoo (130 MB)')
    run(
        ['apt-get', *apt, '-q', 'download', *wanted],
        cwd=folder / 'debs',
        env=environment,
        what='Odoo\'s package cannot be downloaded (is there a network? else set ODOO_HOME)',
    )
    return sorted((folder / 'debs').glob('*.deb'))


def cache_folder():
    """Return the folder of the user's in which packages are kept, or None where a user has none."""
    try:
        return Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'massarbeit-outreach' / PACKAGE
    except RuntimeError:  # a user without a home
        return None


def read_cache(folder):
    """Return the packages kept in `folder`; none unless all are there as they were fetched."""
    try:
        kept = [line.split('  ', 1) for line in (folder / _SUMS).read_text('utf-8').splitlines()]
        sound = all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for digest, name in kept)
    except (OSError, ValueError):
        return []
    return [folder / name for _digest, name in kept] if sound else []


def fill_cache(files, folder):
    """Keep packages in `folder`, in place of what is there. Without room or right for that nothing is kept."""
    temporary = folder.with_name(f'{folder.name}.{os.getpid()}')
    try:
        temporary.mkdir(parents=True)
        for file in files:
            shutil.copyfile(file, temporary / file.name)
        sums = [f'{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n' for file in files]
        (temporary / _SUMS).write_text(''.join(sums), 'utf-8')
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    except OSError as error:
        say(f'Odoo\'s packages are not kept for other checkouts: {error}')
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _unpack(files, target):
    """Unpack into a temporary folder that becomes `target` in one step."""
    temporary = target.with_name(target.name + '.new')
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    say('unpacking Odoo')
    for file in files:
        run(['dpkg', '-x', str(file), str(temporary)], what=f'{file.name} cannot be unpacked; delete it and try again')
    addons = temporary / 'usr/lib/python3/dist-packages/odoo/addons'
    for name in OMITTED_FILES:
        path = addons / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text('')
    stamp = '\n'.join([_LAYOUT, *(file.name for file in files if file.name.startswith(PACKAGE))])
    (temporary / 'stamp').write_text(stamp)
    shutil.rmtree(target, ignore_errors=True)
    temporary.rename(target)


def _from_debian():
    stamp = UNPACKED / 'stamp'
    with locked(LOCK_DIR / 'source'):
        if not (stamp.exists() and stamp.read_text().startswith(_LAYOUT + '\n')):
            for program in ('apt-get', 'dpkg'):
                if not shutil.which(program):
                    raise DevkitError(f'{program} is missing (no Debian or Ubuntu?): set ODOO_HOME to a folder that holds Odoo 19.0')
            require_program(['ar', 'dpkg-deb'], ['dpkg'], 'dpkg-deb is needed to unpack Odoo')
            require_disk(STATE_DIR, 1500, 'Odoo with its environment and a database')
            folder, cache = STATE_DIR / 'apt', cache_folder()
            files = read_cache(cache) if cache else []
            if not files:
                files = _download(folder)
                if cache:
                    fill_cache(files, cache)
            _unpack(files, UNPACKED)
            shutil.rmtree(folder, ignore_errors=True)
    path = UNPACKED / 'usr/lib/python3/dist-packages'
    return OdooSource(path, (path / 'odoo/addons',), hashlib.sha256(stamp.read_bytes()).hexdigest()[:12])


def from_folder(path):
    """Return the source in a folder that holds the `odoo` package; a git checkout's `addons` too.

    Raises `DevkitError` unless it is Odoo 19.0.
    """
    path = Path(path).expanduser().resolve()
    release = path / 'odoo/release.py'
    if not release.is_file():
        raise DevkitError(f'ODOO_HOME={path} holds no package "odoo" (no odoo/release.py in it)')
    text = release.read_text('utf-8')
    if not re.search(r'^version_info\s*=\s*\(\D*19\D+0\b', text, re.MULTILINE):
        raise DevkitError(f'ODOO_HOME={path} is not Odoo 19.0')
    digest = hashlib.sha256(os.fsencode(path) + text.encode())
    head = subprocess.run(['git', '-C', str(path), 'rev-parse', 'HEAD'], capture_output=True, check=False)
    digest.update(head.stdout)
    addons = tuple(folder for folder in (path / 'addons', path / 'odoo/addons') if folder.is_dir())
    return OdooSource(path, addons, digest.hexdigest()[:12])


def get_source():
    """Return Odoo's code, fetched and unpacked if need be. Raises `DevkitError`."""
    home = os.environ.get('ODOO_HOME')
    return from_folder(home) if home else _from_debian()

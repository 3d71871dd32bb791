"""Where things are in the checkout, and the little that is known about the addon."""

import ast
import hashlib
import os
from pathlib import Path

ADDON = 'maßarbeit_outreach'

ROOT = Path(__file__).resolve().parents[2]
ADDON_DIR = ROOT / ADDON
SCRIPT_DIR = ROOT / 'script'
LAUNCHER = SCRIPT_DIR / 'devkit/launcher/odoo-bin'
STATE_DIR = ROOT / '.odoo'  # git-ignored; all that the scripts fetch or create
# Calls side by side, told apart by this variable (see databases.prefix), keep their logs apart, and so do tests side by side.
LOG_DIR = STATE_DIR / 'log' / os.environ.get('OUTREACH_DB_PREFIX', '') / os.environ.get('PYTEST_XDIST_WORKER', '')
LOCK_DIR = STATE_DIR / 'lock'
RUN_DIR = STATE_DIR / 'run'  # pid files
DATA_DIR = STATE_DIR / 'data'  # Odoo's file store and sessions

# Parts of the addon that no database content comes from.
_NOT_INSTALLED = {'tests', '__pycache__', 'readme', 'description'}


def checkout_key(length=8):
    """Return a short ASCII key of this checkout, for names that live outside of it."""
    return hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:length]


def read_manifest():
    """Return the addon's manifest as a dict; empty when there is no addon (yet)."""
    try:
        return ast.literal_eval((ADDON_DIR / '__manifest__.py').read_text('utf-8'))
    except FileNotFoundError:
        return {}


def addon_hash(addon_dir=ADDON_DIR):
    """Return the hash of everything in the addon that an installed database depends on.

    Tests and documentation are left out: to change them asks for no update.
    """
    digest = hashlib.sha256()
    for path in sorted(addon_dir.rglob('*')):
        relative = path.relative_to(addon_dir)
        if _NOT_INSTALLED.isdisjoint(relative.parts) and path.suffix not in {'.md', '.pyc'} and path.is_file():
            digest.update(os.fsencode(relative) + b'\0' + path.read_bytes() + b'\0')
    return digest.hexdigest()[:16]

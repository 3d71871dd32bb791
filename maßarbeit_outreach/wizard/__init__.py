"""Dialogs."""

from . import base
from . import company
from . import visit
from . import demand
from . import pipeline
from . import people
from . import matching
from . import fair
from . import portal

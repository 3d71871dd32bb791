"""Rooms in their order: each names only those above it."""

from . import base
from . import catalogue
from . import company
from . import visit
from . import demand
from . import pipeline
from . import people
from . import matching
from . import fair
from . import placement
from . import portal
from . import start

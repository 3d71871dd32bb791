"""The way in: start page, first steps, menus."""
from . import test_setup
from . import test_today

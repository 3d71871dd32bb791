"""The official list of municipalities."""

from . import outreach_municipality_import

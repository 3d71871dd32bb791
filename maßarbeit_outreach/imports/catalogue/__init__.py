"""Occupations, skills and industries of KldB, ESCO and WZ, their labels, and the search over them."""

from . import outreach_esco_lookup
from . import outreach_catalogue_import
from . import outreach_catalogue_import_progress
from . import outreach_catalogue_import_table

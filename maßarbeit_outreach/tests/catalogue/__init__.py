"""Occupations, skills and industries of KldB, ESCO and WZ, their labels, and the search over them."""
from . import test_catalogue
from . import test_catalogue_import
from . import test_catalogue_import_files
from . import test_catalogue_search
from . import test_esco_lookup
from . import test_esco_service

"""Occupations, skills and industries of KldB, ESCO and WZ, their labels, and the search over them."""

from . import outreach_catalogue
from . import outreach_search
from . import outreach_industry
from . import outreach_label
from . import outreach_catalogue_link
from . import outreach_occupation
from . import outreach_skill
from . import outreach_search_entry
from . import outreach_everyday_word
from . import ir_module_module
from . import res_config_settings

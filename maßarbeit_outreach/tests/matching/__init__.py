"""Who fits what and why, supply and demand, and figures for those who see no people."""
from . import test_figure
from . import test_figure_label
from . import test_match
from . import test_match_rule
from . import test_published_places

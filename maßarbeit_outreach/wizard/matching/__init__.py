"""Who fits what and why, supply and demand, and figures for those who see no people."""

from . import outreach_figure_ask

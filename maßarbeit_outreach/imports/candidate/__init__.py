"""People out of a case system, without their names."""

from . import outreach_candidate_import

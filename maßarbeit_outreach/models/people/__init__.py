"""Candidates without names, their barriers and permissions to work, and pools. Closed to all but the job centre."""

from . import outreach_candidate
from . import outreach_candidate_line
from . import outreach_barrier
from . import outreach_pool
from . import outreach_permit_request
from . import outreach_job_permit
from . import outreach_demand
from . import outreach_municipality
from . import outreach_holding

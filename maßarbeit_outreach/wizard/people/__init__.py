"""Candidates without names, their barriers and permissions to work, and pools. Closed to all but the job centre."""

from . import mail_compose_message
from . import outreach_candidate_pause
from . import outreach_permit_answer

"""Dialogs of administrators, and of whoever exports."""

from . import outreach_export_reason
from . import outreach_health_token

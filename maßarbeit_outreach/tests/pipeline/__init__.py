"""Outreach as leads of the CRM."""
from . import test_pipeline

"""Outreach as leads of the CRM."""

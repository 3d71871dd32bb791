"""Outreach as leads of the CRM."""

from . import base_partner_merge

"""Contacts with companies: planning, coordination between agencies, reports, promises, referrals, warnings."""

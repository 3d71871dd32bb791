"""What every room stands on: roles, agencies, municipalities, settings, privacy, and mixins."""

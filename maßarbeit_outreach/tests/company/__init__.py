"""The employer: contact data, identity, industry, and who is responsible."""

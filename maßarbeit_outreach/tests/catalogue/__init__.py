"""Occupations, skills and industries of KldB, ESCO and WZ, their labels, and the search over them."""

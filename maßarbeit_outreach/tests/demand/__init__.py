"""What companies look for: demands, their skills, duplicates, repetition, bundles, joint measures."""

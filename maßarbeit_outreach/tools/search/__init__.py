"""Words: German, synonyms, ranking."""

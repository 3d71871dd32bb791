"""Whose the catalogues are: said wherever their words are shown."""

SOURCES = {
    # ESCO asks for exactly this sentence
    'esco': "This service uses the ESCO classification of the European Commission.",
    'kldb': "Klassifikation der Berufe 2010, revised edition 2020: Bundesagentur für Arbeit",
    'wz': "Klassifikation der Wirtschaftszweige (WZ): Statistisches Bundesamt (Destatis)",
}

"""Where the catalogues come from, and how their publishers want to be named.

The texts stand here once; they are shown wherever the data is (import, catalogue pages, sheets)."""

ESCO = 'esco'
KLDB = 'kldb'
WZ = 'wz'
MAPPING = 'mapping'
KEYS = (ESCO, KLDB, MAPPING, WZ)


def source_name(env, key):
    """What a source is called, in the user's language.

    :param env: an Odoo environment; only its translation is used
    :param key: one of :data:`KEYS`
    """
    return {ESCO: env._("ESCO"), KLDB: env._("KldB 2010"), MAPPING: env._("KldB 2010 to ESCO"), WZ: env._("WZ 2008 and WZ 2025")}[key]


def attribution(env, key):
    """The sentence that names the publisher, in the user's language.

    :param env: an Odoo environment; only its translation is used
    :param key: one of :data:`KEYS`
    """
    return {
        # prescribed by the European Commission
        ESCO: env._("This service uses the ESCO classification of the European Commission."),
        KLDB: env._("Klassifikation der Berufe 2010, revised edition 2020: Bundesagentur für Arbeit"),
        MAPPING: env._("Occupation titles and their mapping to ESCO: Bundesagentur für Arbeit"),
        WZ: env._("Klassifikation der Wirtschaftszweige (WZ): Statistisches Bundesamt (Destatis)"),
    }[key]

"""Made-up lists of municipalities in the layouts of the official ones. No Odoo, so that all tests can use it.

The county "Musterland" (15099) does not exist, nor do its neighbours and their places.
"""

import io

COUNTY = '15099'
NEIGHBOUR = '15098'


def record(
    kind, type_, county, name, association='', municipality='', population=None, postcode='', more=False, latitude=None, longitude=None
):
    """One record of a list; `kind` is the record type, `type_` the type of what it is."""
    return {
        'kind': kind,
        'type': type_,
        'county': county,
        'name': name,
        'association': association,
        'municipality': municipality,
        'population': population,
        'postcode': postcode,
        'more': more,
        'latitude': latitude,
        'longitude': longitude,
    }


def musterland():
    """Two counties: a town, an association of two, a market and a forest; beside it a town that shares a postcode."""
    return [
        record('10', '', '15', 'Musterstaat'),
        record('40', '44', NEIGHBOUR, 'Gegenüber'),
        record('50', '50', NEIGHBOUR, 'Nebenstadt, Stadt', '0001'),
        record('60', '63', NEIGHBOUR, 'Nebenstadt, Stadt', '0001', '001', 8000, '01997', latitude=51.9, longitude=11.9),
        record('40', '44', COUNTY, 'Musterland'),
        record('50', '50', COUNTY, 'Musterstadt, Stadt', '0001'),
        record('60', '67', COUNTY, 'Musterstadt, Stadt', '0001', '001', 20000, '01990', True, latitude=52.1, longitude=11.6),
        record('50', '53', COUNTY, 'Probeland', '5001'),
        record('60', '64', COUNTY, 'Probedorf (Heide)', '5001', '002', 1500, '01995', latitude=52.2, longitude=11.7),
        record('60', '64', COUNTY, 'Übungshausen am Großen Wald', '5001', '003', 900, '01995', latitude=52.3, longitude=11.5),
        record('50', '50', COUNTY, 'Beispielau, M', '0004'),
        record('60', '60', COUNTY, 'Beispielau, M', '0004', '004', 3100, '01997', latitude=52.0, longitude=11.8),
        record('60', '66', COUNTY, 'Musterforst, gemfr. Geb.', '9999', '999'),
    ]


def musterland_later():
    """Two years later: the members of the association merged, and the market got another key."""
    gone = ("Probedorf (Heide)", "Übungshausen am Großen Wald", "Probeland")
    records = [one for one in musterland() if one['name'] not in gone]
    for one in records:
        if one['name'] == 'Beispielau, M':
            one.update(municipality='014' if one['municipality'] else '', association='0014')
    return [
        *records,
        record('50', '50', COUNTY, 'Probehausen', '0012'),
        record('60', '64', COUNTY, 'Probehausen', '0012', '012', 2390, '01995', latitude=52.2, longitude=11.6),
    ]


def fixed(records, day='20251231', encoding='utf-8'):
    """The bytes of a GV100AD."""
    lines = []
    for one in records:
        county = one['county'].ljust(5)
        line = f"{one['kind']}{day}{county}{one['municipality']:3}{one['association']:4}{one['name']:50}{'':50}{one['type']:2}{'':4}"
        if one['kind'] == '60':
            population = '' if one['population'] is None else f"{one['population']:011}"
            line += f"{100:011}{population:11}{'':11}{'':4}{one['postcode']:5}{'*****' if one['more'] else ''}"
        lines.append(line.ljust(220))
    return '\r\n'.join([*lines, '']).encode(encoding)


def _parts(one, lose_zeros):
    county = one['county']
    parts = [county[:2], county[2:3], county[3:5], one['association'], one['municipality']]
    return [int(part) if lose_zeros and part else part or None for part in parts]


def table(records, day='31.12.2025', lose_zeros=False):
    """The rows of the spreadsheet edition, as its publisher lays them out."""
    rows = [
        ['Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl', *[None] * 15],
        [],
        [
            'Satz-art',
            'Text-kenn-zeichen',
            'Amtlicher Regionalschlüssel (ARS)',
            None,
            None,
            None,
            None,
            'Gemeindename',
            'Fläche km2 1)',
            'Bevölkerung 2)',
            None,
            None,
            None,
            'Post-leit-zahl3)',
            'Geografische Mittelpunktkoordinaten',
            None,
        ],
        [
            None,
            None,
            'Land',
            'RB',
            'Kreis',
            'VB',
            'Gem',
            None,
            None,
            'insgesamt',
            'männlich',
            'weiblich',
            'je km2',
            None,
            'Längengrad',
            'Breitengrad',
        ],
        [None, None, f'Gebietsstand am {day} (Jahr)'],
        [],
    ]
    for one in records:
        degrees = [f'{one[name]:.6f}'.replace('.', ',') if one[name] is not None else None for name in ('longitude', 'latitude')]
        postcode = int(one['postcode']) if lose_zeros and one['postcode'] else one['postcode'] or None
        kind, type_ = (int(one[name]) if lose_zeros and one[name] else one[name] or None for name in ('kind', 'type'))
        rows.append([kind, type_, *_parts(one, lose_zeros), one['name'], 1.0, one['population'], None, None, None, postcode, *degrees])
    return [*rows, [], ['1) Mit Gewässern.'], ['2) Auf Grundlage des Zensus.']]


def spreadsheet(records, cover=True, **options):
    """The bytes of the spreadsheet edition (xlsx), with a cover sheet in front."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    if cover:
        sheet.title = 'Deckblatt'
        sheet.append(['Gemeindeverzeichnis-Informationssystem'])
        sheet = book.create_sheet('Onlineprodukt_Gemeinden31122025')
    for row in table(records, **options):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()

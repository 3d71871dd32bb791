"""Which column of a company file is what: found by header name, German or English.

Case, spaces, hyphens, underscores, umlaut spelling and footnotes in brackets do not matter.
"""

import re

# target: header names, in the normal form of :func:`header_key`
SYNONYMS = {
    'name': (
        'name firma firmenname firmierung unternehmen unternehmensname betrieb betriebsname '
        'company companyname employer arbeitgeber bezeichnung name1 firmenbezeichnung'
    ),
    'status': 'status registerstatus registrationstatus currentstatus zustand companystatus',
    'street': (
        'street strasse address adresse anschrift strassehausnummer strasseundhausnummer '
        'strassehausnr strassenr street1 streetaddress strassehnr strasseundnr'
    ),
    'house_number': 'housenumber hausnummer hausnr hnr',
    'zip': 'zip postalcode postcode zipcode plz postleitzahl',
    'city': 'city ort stadt gemeinde municipality place town wohnort sitz ortsname firmensitz',
    'ags': (
        'ags gemeindeschluessel amtlichergemeindeschluessel gemeindekennziffer municipalitykey '
        'ars regionalschluessel outreachags agsderseat'
    ),
    'court': 'registrar registergericht amtsgericht court registercourt gericht outreachregistercourt',
    'kind': 'registertype registerart registerkind abteilung registerabteilung outreachregisterkind',
    'number': (
        'registernumber registernummer registernr hrbnummer hrnummer handelsregisternummer hrnr '
        'outreachregisternumber nativecompanynumber'
    ),
    'register': (
        'register registereintrag handelsregister handelsregistereintrag registerentry '
        'commercialregister'
    ),
    'vat': (
        'vat vatid vatnumber ustid ustidnr ustidnummer umsatzsteueridentifikationsnummer '
        'umsatzsteuerid taxid tin umsatzsteueridnr'
    ),
    'betriebsnummer': 'betriebsnummer betriebsnr bbnr establishmentnumber outreachbetriebsnummer',
    'phone': 'phone telefon tel telefonnummer telefonnr phonenumber telephone rufnummer fon festnetz',
    'email': 'email mail emailadresse mailadresse emailaddress epost',
    'website': 'website webseite homepage internet url www web internetadresse',
    'industry': (
        'industry industrycode wz wzcode wz2008 wz2025 wz08 wirtschaftszweig branche branchencode '
        'branchenschluessel wzschluessel outreachindustryid'
    ),
    'size_class': (
        'sizeclass groessenklasse betriebsgroesse groesse beschaeftigtengroessenklasse '
        'outreachsizeclass beschaeftigte mitarbeiter mitarbeiterzahl anzahlmitarbeiter employees '
        'numberofemployees beschaeftigtenzahl'
    ),
}
TARGETS = tuple(SYNONYMS)
# The version of the WZ that a header names; without one the code is looked up in every version.
_WZ_VERSIONS = {'wz2008': '2008', 'wz08': '2008', 'wz2025': '2025'}

_UMLAUTS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss'})
_TARGET_OF = {key: target for target, keys in SYNONYMS.items() for key in keys.split()}


def header_key(text):
    """Normal form of a header name.

    >>> header_key(' Straße / Haus-Nr. '), header_key('register_type'), header_key('E-Mail (geschäftlich)')
    ('strassehausnr', 'registertype', 'email')
    """
    text = re.sub(r'[(\[].*?[)\]]', ' ', str(text).lower())
    return re.sub(r'[^a-z0-9]', '', text.translate(_UMLAUTS))


def target_of(header):
    """The target of a header name, or None.

    >>> target_of('Postal code'), target_of('Amtlicher Gemeindeschlüssel'), target_of('retrieved_at')
    ('zip', 'ags', None)
    """
    return _TARGET_OF.get(header_key(header))


def suggest_mapping(headers):
    """Map column index to target. Of two columns for one target, the first one gets it.

    >>> suggest_mapping(['Firma', 'Ort', 'city', 'Bemerkung'])
    {0: 'name', 1: 'city'}
    """
    mapping, taken = {}, set()
    for index, header in enumerate(headers):
        target = target_of(header)
        if target and target not in taken:
            mapping[index] = target
            taken.add(target)
    return mapping


def wz_version(header):
    """'2008', '2025' or None, as the header of the industry column names it.

    >>> wz_version('WZ 2008'), wz_version('Branche')
    ('2008', None)
    """
    return _WZ_VERSIONS.get(header_key(header))

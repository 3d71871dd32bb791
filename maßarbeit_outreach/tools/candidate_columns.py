"""Which column of a file out of the case system is what: by header name, German or English.

A column that is not listed is not read. Those that look like names, addresses or contact data are named in a warning.
"""
from .company_columns import header_key

# target: header names, in the normal form of `header_key`
SYNONYMS = {
    'reference': 'reference casefile case fallnummer aktenzeichen kundennummer bgnummer fall akte fallakte vorgangsnummer',
    'age_band': 'ageband agegroup altersgruppe altersband alter',
    'birth': 'birthyear yearofbirth geburtsjahr jahrgang birthdate dateofbirth geburtsdatum gebdatum gebdat',
    'ags': 'ags gemeindeschluessel amtlichergemeindeschluessel municipalitykey',
    'zip': 'zip postcode postalcode plz postleitzahl',
    'city': 'city place town ort wohnort gemeinde stadt municipality',
    'reach_km': 'reach reachkm radius umkreis umkreiskm entfernung pendelradius reichweite reichweitekm',
    'has_vehicle': 'vehicle car hasvehicle fahrzeug pkw auto eigenesfahrzeug',
    'is_bus_only': 'busonly publictransport isbusonly nurbus nurbusundbahn oepnv',
    'driving_licence': 'licence drivinglicence driverslicense license fuehrerschein fahrerlaubnis fuehrerscheinklassen fsklasse',
    'german_level': 'german germanlevel deutsch deutschniveau sprachniveau deutschkenntnisse niveaudeutsch',
    'is_german_tested': 'germantested tested isgermantested zertifikat geprueft deutschgeprueft sprachzertifikat',
    'german_date': 'germandate deutschstand deutschvom zertifikatvom sprachstanddatum deutschdatum',
    'skills': 'skills skill competences kompetenzen faehigkeiten fertigkeiten kenntnisse',
    'occupations': 'occupations occupation berufe beruf kldb zielberuf zielberufe',
    'languages': 'languages otherlanguages sprachen weiteresprachen fremdsprachen',
    'permission': 'permission workpermission arbeitserlaubnis beschaeftigungserlaubnis erwerbstaetigkeit',
    'permission_date': 'permissionfrom permissiondate erlaubnisab erlaubnisdatum arbeitserlaubnisab',
    'permission_until': 'permissionuntil permissionvaliduntil erlaubnisbis erlaubnisgueltigbis arbeitserlaubnisbis',
    'residence_title': 'residencetitle aufenthaltstitel titel',
    'regime': 'regime legalregime rechtskreis',
    'regime_from': 'regimefrom regimesince rechtskreisab rechtskreisseit',
    'available_from': 'availablefrom verfuegbarab verfuegbar',
    'does_full_time': 'fulltime vollzeit',
    'does_part_time': 'parttime teilzeit',
    'does_shifts': 'shifts shift schicht schichtarbeit schichten nachtarbeit',
    'does_mini_job': 'minijob',
    'interests': 'interests interessen berufswuensche wunschberufe',
    'status': 'status zustand',
    'paused_until': 'pauseduntil pausebis pausiertbis',
    'officer': 'officer caseworker vermittler integrationsfachkraft sachbearbeiter fallmanager',
    'adviser': 'adviser advisor berater beratungskraft migrationsberater',
}
TARGETS = tuple(SYNONYMS)
_TARGET_OF = {key: target for target, keys in SYNONYMS.items() for key in keys.split()}
_PERSONAL = (
    'name', 'vorname', 'anrede', 'strasse', 'street', 'address', 'adresse', 'anschrift', 'hausnummer', 'telefon', 'phone', 'handy',
    'mobil', 'mail', 'iban', 'konto', 'geburtsort', 'staatsang', 'nationalit', 'religion', 'versicherungsnummer', 'sozialvers',
    'steuer', 'geschlecht', 'gender', 'diagnose', 'krank', 'health', 'gesundheit', 'behinder', 'bemerkung', 'notiz', 'note',
)


def target_of(header):
    """The target of a header name, or None.

    >>> target_of('Aktenzeichen'), target_of('Führerschein (Klassen)'), target_of('Nachname')
    ('reference', 'driving_licence', None)
    """
    return _TARGET_OF.get(header_key(header))


def is_personal(header):
    """Whether a column that is not read looks as if it should not be in the file at all.

    >>> is_personal('Nachname'), is_personal('E-Mail'), is_personal('Teamkürzel')
    (True, True, False)
    """
    key = header_key(header)
    return any(word in key for word in _PERSONAL)


def map_columns(headers):
    """``({column index: target}, [headers that are not read])``. Of two columns for one target, the first one gets it.

    >>> map_columns(['Fallnummer', 'Name', 'Deutsch', 'German'])
    ({0: 'reference', 2: 'german_level'}, ['Name', 'German'])
    """
    mapping, ignored = {}, []
    for index, header in enumerate(headers):
        target = target_of(header)
        if target and target not in mapping.values():
            mapping[index] = target
        elif header:
            ignored.append(header)
    return mapping, ignored

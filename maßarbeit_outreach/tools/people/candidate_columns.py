"""The columns of a file out of the case system, found by header name, German or English.

A column that is not listed is not read. Those that look like names, addresses or contact data are named in a warning.
"""

from ..base import licences, municipality
from ..files.record_columns import Column, Columns, _lt, header_key
from . import candidate_cells
from .candidate_cells import one_of

# The customer number and a date of birth are read by rules of their own, in `candidate_row`. A column that is a field of the candidate
# as it is names none; what is a link or a line of its own says which, and is looked up later.
COLUMNS = Columns(
    [
        Column(
            'reference',
            'reference kundennummer customernumber casefile case fallnummer aktenzeichen bgnummer fall akte fallakte vorgangsnummer',
        ),
        Column(
            'household_number',
            'household householdnumber haushaltsnummer bedarfsgemeinschaft bedarfsgemeinschaftsnummer bgnr',
            candidate_cells.parse_number,
        ),
        Column('age_band', 'ageband agegroup altersgruppe altersband alter', candidate_cells.parse_age_band),
        Column('birth', 'birthyear yearofbirth geburtsjahr jahrgang birthdate dateofbirth geburtsdatum gebdatum gebdat', field='age_band'),
        Column('ags', 'ags gemeindeschluessel amtlichergemeindeschluessel municipalitykey', str, field='municipality_id'),
        Column('zip', 'zip postcode postalcode plz postleitzahl', str, field='municipality_id'),
        Column('city', 'city wohnort place town ort stadt gemeinde municipality', str, field='municipality_id'),
        Column(
            'place',
            'plzort plzundort postleitzahlort postleitzahlundort ortplz ortundplz plzwohnort plzundwohnort',
            municipality.split_place,
            field='municipality_id',
            label=_lt("Postcode and town in one cell"),
        ),
        Column(
            'reach_km',
            'reach reachkm radius umkreis umkreiskm entfernung pendelradius reichweite reichweitekm',
            candidate_cells.parse_reach,
        ),
        Column('has_vehicle', 'vehicle car hasvehicle fahrzeug pkw auto eigenesfahrzeug', one_of(candidate_cells.BOOLEANS)),
        Column('is_bus_only', 'busonly publictransport isbusonly nurbus nurbusundbahn oepnv', one_of(candidate_cells.BOOLEANS)),
        Column(
            'driving_licence',
            'licence drivinglicence driverslicense license fuehrerschein fahrerlaubnis fuehrerscheinklassen fsklasse',
            licences.normalise,
        ),
        Column(
            'german_level',
            'german germanlevel deutsch deutschniveau sprachniveau deutschkenntnisse niveaudeutsch',
            candidate_cells.parse_level,
        ),
        Column(
            'is_german_tested',
            'germantested tested isgermantested zertifikat geprueft deutschgeprueft sprachzertifikat',
            one_of(candidate_cells.BOOLEANS),
        ),
        Column('german_date', 'germandate deutschstand deutschvom zertifikatvom sprachstanddatum deutschdatum', candidate_cells.parse_date),
        Column(
            'skills',
            'skills skill competences kompetenzen faehigkeiten fertigkeiten kenntnisse',
            candidate_cells.items,
            field='skill_ids',
            is_list=True,
        ),
        Column(
            'occupations',
            'occupations occupation berufe beruf kldb zielberuf zielberufe',
            candidate_cells.items,
            field='occupation_ids',
            is_list=True,
        ),
        Column(
            'languages',
            'languages otherlanguages sprachen weiteresprachen fremdsprachen',
            candidate_cells.items,
            field='language_ids',
            is_list=True,
        ),
        Column(
            'permission',
            'permission workpermission arbeitsmarktzugang arbeitserlaubnis beschaeftigungserlaubnis erwerbstaetigkeit',
            one_of(candidate_cells.PERMISSIONS),
        ),
        Column(
            'permission_date',
            'permissionfrom permissiondate erlaubnisab erlaubnisdatum arbeitserlaubnisab beschaeftigungserlaubnisab arbeitsmarktzugangab',
            candidate_cells.parse_date,
        ),
        Column(
            'permission_until',
            'permissionuntil permissionvaliduntil erlaubnisbis erlaubnisgueltigbis arbeitserlaubnisbis beschaeftigungserlaubnisbis'
            ' arbeitsmarktzugangbis',
            candidate_cells.parse_date,
        ),
        Column('residence_title', 'residencetitle aufenthaltstitel', candidate_cells.parse_short),
        Column('regime', 'regime legalregime rechtskreis', one_of(candidate_cells.REGIMES), field='regime'),
        Column('regime_from', 'regimefrom regimesince rechtskreisab rechtskreisseit', candidate_cells.parse_date, field='regime'),
        Column('available_from', 'availablefrom verfuegbarab verfuegbar', candidate_cells.parse_date),
        Column('does_full_time', 'fulltime vollzeit', one_of(candidate_cells.BOOLEANS)),
        Column('does_part_time', 'parttime teilzeit', one_of(candidate_cells.BOOLEANS)),
        Column('does_shifts', 'shifts shift schicht schichtarbeit schichten', one_of(candidate_cells.BOOLEANS)),
        Column('does_nights', 'nights night nacht nachtarbeit nachtschicht', one_of(candidate_cells.BOOLEANS)),
        Column('does_weekends', 'weekends weekend wochenende wochenendarbeit', one_of(candidate_cells.BOOLEANS)),
        Column('does_mini_job', 'minijob', one_of(candidate_cells.BOOLEANS)),
        Column('interests', 'interests interessen berufswuensche wunschberufe', candidate_cells.items, field='interest_ids', is_list=True),
        Column('status', 'status zustand', one_of(candidate_cells.STATUSES)),
        Column('paused_until', 'pauseduntil pausebis pausiertbis', candidate_cells.parse_date),
        Column(
            'officer',
            'officer zustaendig zustaendigeperson caseworker vermittler vermittlung integrationsfachkraft sachbearbeiter fallmanager',
            str,
            field='user_id',
        ),
        Column('adviser', 'adviser advisor beratung berater beratungskraft migrationsberater', str, field='adviser_id'),
    ],
    required='reference',
    is_private=True,
    owners='kunde kunden kundin person bewerber',
    missing=_lt("No column is called “Customer number” (“Kundennummer”, “Aktenzeichen”): it tells who is who."),
)
_PERSONAL = (
    'name',
    'vorname',
    'anrede',
    'strasse',
    'street',
    'address',
    'adresse',
    'anschrift',
    'hausnummer',
    'telefon',
    'phone',
    'handy',
    'mobil',
    'mail',
    'iban',
    'konto',
    'geburtsort',
    'staatsang',
    'nationalit',
    'religion',
    'versicherungsnummer',
    'sozialvers',
    'steuer',
    'geschlecht',
    'gender',
    'diagnose',
    'krank',
    'health',
    'gesundheit',
    'behinder',
    'bemerkung',
    'notiz',
    'note',
)


def is_personal(header):
    """Whether a column that is not read looks as if it should not be in the file at all.

    >>> is_personal('Nachname'), is_personal('E-Mail'), is_personal('Teamkürzel')
    (True, True, False)
    """
    key = header_key(header)
    return any(word in key for word in _PERSONAL)

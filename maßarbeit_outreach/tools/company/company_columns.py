"""The columns of a company file, found by header name, German or English."""

import re

from ..files.record_columns import Column, Columns, _lt, word
from . import betriebsnummer, business_number, company_cells

# Headings of people's names: beside one of these, "Name" is the surname.
_PERSON = 'vorname vornamen firstname givenname rufname'
# Name, place and register entry are read from several columns together, in `company_row`.
COLUMNS = Columns(
    [
        Column(
            'name',
            'firmenname firma firmaname firmierung unternehmensname unternehmen companyname company firmenbezeichnung betriebsname '
            'betrieb employer arbeitgeber arbeitgebername kundenname organisation institution einrichtung name1 name bezeichnung',
            label=_lt("Name"),
            unless={'name': _PERSON, 'name1': _PERSON, 'bezeichnung': f'{_PERSON} wz wzcode wz2008 wz2025'},
        ),
        Column(
            'street',
            'strassehausnummer strasseundhausnummer strassehausnr strassehnr strassenr strassenummer strasseundnr '
            'street strasse street1 streetaddress address adresse anschrift',
            label=_lt("Street"),
        ),
        Column('house_number', 'housenumber hausnummer hausnr hnr', field='street', label=_lt("House number")),
        Column(
            'zip', 'zip postalcode postcode zipcode plz postleitzahl', label=_lt("Postcode"), problem=_lt("“%(value)s” is not a postcode.")
        ),
        Column('city', 'city town ort ortsname stadt wohnort place firmensitz sitz gemeinde municipality', label=_lt("Town or Village")),
        Column(
            'place',
            'plzort plzundort postleitzahlort postleitzahlundort ortplz ortundplz plzstadt plzundstadt plzwohnort zipcity',
            field='city',
            label=_lt("Postcode and town in one cell"),
        ),
        Column(
            'ags',
            'ags gemeindeschluessel amtlichergemeindeschluessel gemeindekennziffer municipalitykey ars regionalschluessel '
            'outreachags agsderseat',
            company_cells.parse_ags,
            field='outreach_ags',
            label=_lt("AGS"),
            problem=_lt("“%(value)s” is not an AGS (8 digits)."),
        ),
        Column(
            'status',
            'status registerstatus registrationstatus currentstatus zustand companystatus',
            company_cells.parse_status,
            field='active',
            label=_lt("Register status"),
            problem=_lt("The status “%(value)s” is not known."),
        ),
        Column(
            'court',
            'registrar registergericht amtsgericht court registercourt gericht outreachregistercourt',
            field='outreach_register_court',
            label=_lt("Register court"),
        ),
        Column(
            'kind',
            'registertype registerart registerkind abteilung registerabteilung outreachregisterkind',
            field='outreach_register_kind',
            label=_lt("Register kind"),
        ),
        Column(
            'number',
            'registernumber registernummer registernr hrbnummer hrnummer handelsregisternummer hrnr '
            'outreachregisternumber nativecompanynumber',
            field='outreach_register_number',
            label=_lt("Register number"),
        ),
        Column(
            'register',
            'register registereintrag handelsregister handelsregistereintrag registerentry commercialregister',
            field='outreach_register_number',
            label=_lt("Register entry in one cell"),
        ),
        Column(
            'vat',
            'vat vatid vatnumber ustid ustidnr ustidnummer umsatzsteueridentifikationsnummer umsatzsteuerid taxid tin umsatzsteueridnr',
            company_cells.parse_vat,
            label=_lt("VAT number"),
            problem=_lt("“%(value)s” is not a VAT number, or its check digit is wrong."),
        ),
        Column(
            'betriebsnummer',
            'betriebsnummer betriebsnr bbnr establishmentnumber outreachbetriebsnummer',
            betriebsnummer.check_betriebsnummer,
            field='outreach_betriebsnummer',
            label=_lt("Betriebsnummer"),
            problem=_lt("“%(value)s” is not a Betriebsnummer (8 digits, the last one a check digit)."),
        ),
        Column(
            'business_number',
            'wirtschaftsidentifikationsnummer wirtschaftsidentifikationsnr wirtschaftsid wirtschaftsidnr wirtschaftsidnummer '
            'widnr widnummer businessidentificationnumber businessid outreachbusinessnumber',
            business_number.check_business_number,
            field='outreach_business_number',
            label=_lt("Business identification number"),
            problem=_lt("“%(value)s” is not a business identification number (DE, 9 digits, and for a site a hyphen and 5 digits)."),
        ),
        Column(
            'phone',
            'phone telefon tel telefonnummer telefonnr phonenumber telephone rufnummer fon festnetz telefonfestnetz mobil '
            'mobiltelefon mobilnummer handy handynummer',
            company_cells.parse_phone,
            label=_lt("Phone"),
            problem=_lt("“%(value)s” is not a phone number."),
        ),
        Column(
            'email',
            'email mail emailadresse mailadresse emailaddress epost',
            company_cells.parse_email,
            label=_lt("E-mail"),
            problem=_lt("“%(value)s” is not an e-mail address."),
        ),
        Column(
            'website',
            'website webseite homepage internet url www web internetadresse',
            company_cells.parse_website,
            label=_lt("Website"),
            problem=_lt("“%(value)s” is not a web address."),
        ),
        Column(
            'industry',
            'wz wzcode wznummer wz2008 wz2025 wz08 wzschluessel wirtschaftszweigschluessel industrycode branchencode '
            'branchenschluessel outreachindustryid wirtschaftszweig industry branche',
            company_cells.parse_industry,
            field='outreach_industry_id',
            label=_lt("Industry (WZ code)"),
            problem=_lt("“%(value)s” is not an industry code (WZ)."),
        ),
        Column(
            'size_class',
            'sizeclass groessenklasse betriebsgroesse groesse beschaeftigtengroessenklasse outreachsizeclass '
            'beschaeftigte mitarbeiter mitarbeiterzahl anzahlmitarbeiter employees numberofemployees beschaeftigtenzahl',
            company_cells.parse_size_class,
            field='outreach_size_class',
            label=_lt("Size class or employees"),
            problem=_lt("“%(value)s” is not a size class or number of employees."),
        ),
    ],
    required='name',
    missing=_lt("No column holds the company's name. Choose it under “Columns” below, then open the preview again."),
    owners='firma firmen betrieb betriebs unternehmen unternehmens company kunde kunden arbeitgeber geschaeftlich dienstlich zentrale',
)
# The version of the WZ that a header names; without one the code is looked up in every version.
_WZ_VERSION = re.compile(r'wz\w*?(?:20)?(08|25)(?!\d)')


def wz_version(header):
    """'2008', '2025' or None, as the header of the industry column names it.

    >>> wz_version('WZ 2008'), wz_version('WZ-Code (2025)'), wz_version('Branche')
    ('2008', '2025', None)
    """
    match = _WZ_VERSION.search(word(header))
    return match and '20' + match[1]

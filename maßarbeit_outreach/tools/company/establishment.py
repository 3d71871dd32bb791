"""Two plants of one company: which rows and records are the same establishment, and which are another one.

One register entry names one legal person, which may have several establishments (Betriebsstätten) with a Betriebsnummer each. What
says another one is never written over the first without a person's word.
"""

from typing import NamedTuple

from .company_names import match_key

# What is known of an establishment, by field name of ``res.partner``, in the order of `Establishment`.
FIELDS = ('name', 'street', 'zip', 'city', 'outreach_betriebsnummer', 'outreach_business_number')


class Establishment(NamedTuple):
    """What tells one establishment of a company from another; empty where nothing is known."""

    name: str = ''
    street: str = ''
    zip: str = ''
    city: str = ''
    betriebsnummer: str = ''
    business_number: str = ''

    @classmethod
    def of(cls, values):
        """Of values by field name of ``res.partner``."""
        return cls(*(values.get(name) or '' for name in FIELDS))

    @property
    def suffix(self):
        """Of the business identification number, which names the establishment."""
        return self.business_number.partition('-')[2]

    def has_number_of(self, other):
        """Whether a number says that these are the same establishment (True) or two of them (False); None if none says anything.

        >>> melle = Establishment(betriebsnummer='29720865', business_number='DE136695976-00001')
        >>> melle.has_number_of(Establishment(betriebsnummer='29720865')), melle.has_number_of(Establishment(betriebsnummer='34567892'))
        (True, False)
        >>> melle.has_number_of(Establishment(business_number='DE136695976-00002')), melle.has_number_of(Establishment('Werk Melle'))
        (False, None)
        >>> melle.has_number_of(Establishment(business_number='DE136695976')) is None  # the company's number
        True
        """
        for mine, theirs in ((self.betriebsnummer, other.betriebsnummer), (self.suffix, other.suffix)):
            if mine and theirs:
                return mine == theirs
        return None

    def is_same(self, other):
        """Whether this is that establishment: by a number, else by its name where it is.

        >>> known = Establishment('Werk Melle', 'Weg 1', '49324', 'Melle', '29720865')
        >>> known.is_same(Establishment('Werk Melle', '', '49324')), known.is_same(Establishment('Werk Melle', '', '49565'))
        (True, False)
        >>> known.is_same(Establishment('Werk Melle', 'Weg 1', '49324', 'Melle', '34567892'))
        False
        """
        same = self.has_number_of(other)
        if same is not None:
            return same
        return match_key(self.name) == match_key(other.name) and not self.is_elsewhere(other)

    def is_another(self, other):
        """Whether this is another establishment than that one, as far as numbers tell; else if name and address are both others.

        >>> first = Establishment('Kette GmbH - Werk Melle', 'Weg 1', '49324', 'Melle', '29720865')
        >>> first.is_another(Establishment('Kette GmbH', 'Weg 1', '49324', 'Melle', '34567892'))
        True
        >>> first.is_another(Establishment('Kette GmbH - Werk Bramsche', 'Weg 2', '49565', 'Bramsche'))
        True
        >>> first.is_another(Establishment('Kette GmbH - Halle 2', 'Weg 9', '49324', 'Melle'))
        True

        A company may be given another name, or move; both at once is worth a question:

        >>> first.is_another(Establishment('Neu GmbH', 'Weg 1', '49324', 'Melle')), first.is_another(Establishment('Neu GmbH'))
        (False, False)
        >>> first.is_another(Establishment('Kette Werk Melle', 'Weg 2', '49565', 'Bramsche'))
        False
        >>> first.is_another(Establishment('Neu GmbH', 'Weg 2', '49565', 'Bramsche', '29720865'))
        False
        """
        same = self.has_number_of(other)
        if same is not None:
            return not same
        return match_key(self.name) != match_key(other.name) and self.is_elsewhere(other)

    def is_elsewhere(self, other):
        """Whether the addresses differ in something that both say.

        >>> Establishment(zip='49324', city='Melle').is_elsewhere(Establishment(zip='49324', city='Melle-Buer'))
        False
        >>> Establishment(city='Melle').is_elsewhere(Establishment(city='melle', street='Weg 1'))
        False
        """
        places = ((self.zip, other.zip), (self.city.casefold(), other.city.casefold()))
        mine, theirs = next((pair for pair in places if all(pair)), ('', ''))
        if mine != theirs:
            return True
        return bool(self.street and other.street) and match_key(self.street) != match_key(other.street)

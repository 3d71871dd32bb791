"""What the search for companies promises for every name, not only for the examples in its doctests."""

from hypothesis import given
from hypothesis import strategies as st
from rules import establishment, search_key

WORDS = [
    "Müller",
    "Mueller",
    "Söhne",
    "&",
    "und",
    "+",
    "GmbH",
    "Co.",
    "KG",
    "e.K.",
    "AG",
    "mbH",
    "Goethe",
    "Straße",
    "Bauer",
    "Quelle",
    "Øre",
    "Œuvre",
    "O'Neil",
    "Hase-Metall",
    "1&1",
    "„Zitat“",
    "Yä",
    "Öl",
    "e.V.",
    "II",
    "Vertriebsgesellschaft",
]
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(' '.join)
SPELT = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'Ö': 'Oe', 'ß': 'ss', '&': ' und '})


def finds(typed, name):
    key = search_key.make_key([name])
    return all(word in key for word in search_key.typed_words(typed))


@given(names | st.text(max_size=60))
def test_a_company_is_found_by_its_name(name):
    assert finds(name, name)
    assert len(search_key.typed_words(name)) <= search_key.MAX_WORDS


@given(names, st.randoms())
def test_order_blanks_and_spelling_do_not_matter(name, random):
    words = name.split()
    random.shuffle(words)
    assert finds('   '.join(words), name)
    assert finds(name.translate(SPELT), name)
    assert finds(name, name.translate(SPELT))
    assert finds(name.upper().replace('SS', 'ß'), name)


@given(names, names)
def test_what_is_left_out_is_not_missed(name, more):
    """A name of which only some words are typed is found, whatever else is in it."""
    assert finds(name.split()[0], f'{name} {more}')


numbers = st.sampled_from(['', '29720865', '34567892'])
establishments = st.builds(
    establishment.Establishment,
    st.sampled_from(['Kette GmbH', 'Kette AG', 'Kette Werk Nord']),
    st.sampled_from(['', 'Weg 1', 'Weg 2']),
    st.sampled_from(['', '49324', '49565']),
    st.sampled_from(['', 'Melle', 'Bramsche']),
    numbers,
    st.sampled_from(['', 'DE136695976', 'DE136695976-00001', 'DE136695976-00002']),
)


@given(establishments, establishments)
def test_two_establishments(one, other):
    """The same from both sides; never the same and another one; a number alone decides where both have it."""
    assert one.is_another(other) == other.is_another(one)
    assert one.is_same(other) == other.is_same(one)
    assert not (one.is_same(other) and one.is_another(other))
    assert one.is_same(one) and not one.is_another(one)
    if one.betriebsnummer and other.betriebsnummer:
        assert one.is_another(other) == (one.betriebsnummer != other.betriebsnummer)

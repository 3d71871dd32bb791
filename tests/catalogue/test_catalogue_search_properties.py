"""What the reading of German words and the ranking of labels promise for every input."""

from hypothesis import assume, given
from hypothesis import strategies as st
from rules import catalogue_ranking as ranking
from rules import german_words as german

letters = st.text('abcdefghijklmnoprstuvwzäöüß', min_size=3, max_size=14)
modifiers = st.sampled_from(['Lager', 'Metall', 'Küchen', 'Büro', 'Straßen', 'Zaun', 'Glas', 'Holz', 'Rohr', 'Garten'])
heads = st.sampled_from(['bauer', 'helfer', 'leiter', 'techniker', 'arbeiter', 'prüfer', 'verkäufer', 'fahrer', 'reiniger'])
titles = st.builds(lambda modifier, head: modifier + head, modifiers, heads)
lists_of_titles = st.lists(titles, min_size=2, max_size=12, unique=True)


class Catalogue:
    """Labels, ranked without a database."""

    def __init__(self, labels):
        self.words = {label: tuple(german.words(label)) for label in labels}
        self.known = set().union(*map(ranking.vocabulary_of, self.words.values()))
        self.readings = {label: ranking.read(words, self.known) for label, words in self.words.items()}
        frequencies = {}
        for reading in self.readings.values():
            for feature in ranking.features(reading):
                frequencies[feature] = frequencies.get(feature, 0) + 1
        self.weights = ranking.Weights(len(self.words), frequencies)

    def scores(self, typed):
        wanted = ranking.Typed(ranking.read_typed(typed, self.known), self.weights)
        return {label: wanted.score(reading) for label, reading in self.readings.items()}

    def best(self, typed):
        scores = self.scores(typed)
        return max(scores, key=scores.get)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    for reading, factor in ranking.read_typed(text, {'lager'}):
        assert reading.words and reading.units and reading.grams
        assert 0 < factor <= 1
    for number in ranking.grams_of(text):
        assert -(2**31) <= number < 2**31


@given(st.text(max_size=100))
def test_words_of_words_are_the_same(text):
    """What was read once reads the same again, unless letters that have moved together look like an umlaut or a mark of gender."""
    folded = german.fold(text)
    assume(german.without_spelt_umlauts(folded) == folded)
    assume(not german._GENDER_ENDING.search(folded) and not german._GENDER_MARK.search(folded))
    once = german.words(text)
    assert set(german.words(' '.join(once))) <= set(once) | {german.neutral(word) for word in once}
    assert german.fold(folded).split() == folded.split()


@given(titles)
def test_gender_forms_are_one(title):
    forms = [
        title,
        f'{title}in',
        f'{title}/in',
        f'{title}/-in',
        f'{title}:in',
        f'{title}*in',
        f'{title}_in',
        f'{title}In',
        f'{title} (m/w/d)',
        f'{title}/{title}in',
        f'{title}innen',
        f'{title}in (w/m/d)',
        f'{title}(in)',
    ]
    assert len({tuple(german.words(form)) for form in forms}) == 1


@given(titles)
def test_spellings_are_one(title):
    spelt = title.replace('ä', 'ae').replace('ö', 'oe').replace('ü', 'ue').replace('ß', 'ss')
    assert german.words(title) == german.words(spelt) == german.words(title.upper().replace('ẞ', 'SS'))


@given(letters, st.sets(letters, max_size=5))
def test_parts_make_the_word(word, known):
    folded = german.fold(word).strip()
    assume(folded)
    assert ''.join(german.parts(folded, known)) == folded
    assert all(
        german.uninflected(part) in german.pieces(folded) | {german.uninflected(folded)} or len(part) < 4
        for part in german.parts(folded, known)
    )


@given(lists_of_titles, st.data())
def test_the_same_text_comes_first(labels, data):
    label = data.draw(st.sampled_from(labels))
    scores = Catalogue(labels).scores(label)
    assert scores[label] == max(scores.values()) >= 1
    assert all(score >= 0 for score in scores.values())


@given(lists_of_titles, st.data())
def test_order_of_words_matters_little(labels, data):
    label, other = data.draw(st.sampled_from(labels)), data.draw(titles)
    assume(label != other)
    catalogue = Catalogue([*labels, f'{label} {other}'])
    assert catalogue.best(f'{other} {label}') == f'{label} {other}'


@given(lists_of_titles, st.data())
def test_filler_changes_nothing(labels, data):
    label = data.draw(st.sampled_from(labels))
    catalogue = Catalogue(labels)
    assert catalogue.scores(label) == catalogue.scores(f'wir suchen dringend 2 {label} (m/w/d) ab sofort')


@given(lists_of_titles, st.data())
def test_what_is_typed_so_far_finds(labels, data):
    """A beginning that only one label has finds this one."""
    label = data.draw(st.sampled_from(labels))
    length = data.draw(st.integers(5, len(label)))
    folded = {other: german.fold(other) for other in labels}
    begun = german.fold(label[:length]).strip()
    assume(begun == german.neutral(begun) and begun not in german.STOP_WORDS | german.FILLER_WORDS)
    assume(sum(begun in text for text in folded.values()) == 1)
    assert Catalogue(labels).best(label[:length]) == label

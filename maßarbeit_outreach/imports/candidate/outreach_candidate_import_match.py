"""Who a row is, what its words mean in the catalogues, what it would change, and writing that. Queries per batch, not per row."""

from markupsafe import Markup

from odoo.fields import Command, Date
from odoo.tools import SQL

from ...models.base.groups import JOB_CENTRE, MIGRATION_CENTRE
from ...tools.files.record_columns import word
from ...tools.people import candidate_cells, candidate_row
from ...tools.people.candidate_columns import COLUMNS
from ..record_matcher import RecordMatcher
from ..record_reader import RecordReader

# Columns that are one field each, and fields that one or more columns name a record for.
SCALARS = tuple(column.target for column in COLUMNS if column.parse and not column.field)
MANY2ONES = tuple(dict.fromkeys(column.field for column in COLUMNS if column.parse is str))


def _find_level(text):
    """The level of a language, or None."""
    try:
        return candidate_cells.parse_level(text).level
    except ValueError:
        return None


class CandidateReader(RecordReader):
    """Ages are told as of today, and the customer number stays with a row that is rejected."""

    def _parse(self, cells):
        return candidate_row.parse(cells, Date.context_today(self.job))

    def _tell_row(self, row):
        return {
            **super()._tell_row(row),
            'reference': row['values'].get('reference'),
            'has_other_zeros': any(problem.code == 'zeros' for problem in row['problems']),
        }


class CandidateMatcher(RecordMatcher):
    """Candidates of the organisation, by their customer number."""

    model, key = 'outreach.candidate', 'reference'

    def find(self, keys):
        found = self.records.search([('company_id', '=', self.env.company.id), ('reference', 'in', list(keys))])
        return {candidate.reference: candidate for candidate in found}

    def match(self, rows):
        """A number that is known with other zeros in front is neither that candidate nor another one, until a person has looked:
        the row is rejected under the number that is known, so that nobody is missing by it."""
        known = self._find_other_zeros(row['values'].get('reference') for row in rows)
        for row in rows:
            if other := known.get(row['values'].get('reference')):
                row['values']['reference'] = other
                row['problems'].append(COLUMNS.make_problem('zeros', 'reference', rejects=True))
        return super().match(rows)

    def _find_other_zeros(self, references):
        """{reference that is not known: the one that is, and differs in nothing but what a spreadsheet drops}."""
        numbers = {reference: number for reference in references if reference and (number := candidate_row.bare_number(reference))}
        self.records.flush_model(['reference', 'company_id'])
        found = self.env.execute_query(
            SQL(
                "SELECT reference FROM outreach_candidate WHERE company_id = %s AND reference ~ '^[0-9]+([.,]0)?$'"
                " AND ltrim(regexp_replace(reference, '[.,]0$', ''), '0') = ANY(%s) ORDER BY id",
                self.env.company.id,
                list(numbers.values()),
            )
        )
        exact = {reference for (reference,) in found}
        others = {candidate_row.bare_number(reference): reference for reference in exact}
        return {reference: others[number] for reference, number in numbers.items() if reference not in exact and number in others}

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def resolve(self, rows):
        directory = self.env['outreach.municipality']._get_directory()
        skills = self._concepts('skill', {item.key for row in rows for item in row.get('skills', ())})
        occupations = self._concepts(
            'occupation', {item.key for row in rows for name in ('occupations', 'interests') for item in row.get(name, ())}
        )
        languages = self._languages()
        logins = {row[name] for row in rows for name in ('officer', 'adviser') if name in row}
        people = {user.login: user for user in self.env['res.users'].sudo().search([('login', 'in', list(logins))])}
        return [self._resolve(row, directory, skills, occupations, languages, people) for row in rows]

    def _resolve(self, row, directory, skills, occupations, languages, people):
        problems = []

        def found(item, target, catalogue):
            concept = next(filter(None, map(catalogue.get, candidate_cells.spellings(item.key))), None)
            if not concept:
                problems.append(COLUMNS.make_problem('entry', target))
            return concept

        def detail(item, target, *words):
            """The details of an entry, each by the first vocabulary that knows it."""
            out = [None] * len(words)
            for text in filter(None, item.details):
                for index, vocabulary in enumerate(words):
                    if out[index] is None and (value := vocabulary(text)) is not None:
                        out[index] = value
                        break
                else:
                    problems.append(COLUMNS.make_problem('entry', target))
            return out

        vals = {name: Date.to_string(row[name]) if hasattr(row[name], 'isoformat') else row[name] for name in SCALARS if name in row}
        if row:
            vals['reference'] = row['reference']
        if any(name in row for name in ('ags', 'zip', 'city')):
            place = directory.resolve(row.get('zip'), row.get('city'), row.get('ags'))
            if place.key:
                vals['municipality_id'] = place.key
            else:
                problems.append(COLUMNS.make_problem('municipality', 'city'))
        for target, fname, group in (('officer', 'user_id', JOB_CENTRE), ('adviser', 'adviser_id', MIGRATION_CENTRE)):
            if target in row:
                if (user := people.get(row[target])) and user.has_group(group):
                    vals[fname] = user.id
                else:
                    problems.append(COLUMNS.make_problem('login', target))
        if 'skills' in row:
            vals['skills'] = {
                str(concept): detail(item, 'skills', lambda text: candidate_cells.SKILL_LEVELS.get(word(text)))[0]
                for item in row['skills']
                if (concept := found(item, 'skills', skills))
            }
        if 'occupations' in row:
            vals['occupations'] = {
                str(concept): detail(
                    item,
                    'occupations',
                    lambda text: int(text) if text.isdigit() and int(text) <= 60 else None,
                    lambda text: candidate_cells.RECOGNITIONS.get(word(text)),
                )
                for item in row['occupations']
                if (concept := found(item, 'occupations', occupations))
            }
        if 'languages' in row:
            vals['languages'] = {
                str(concept): level
                for item in row['languages']
                if (concept := found(item, 'languages', languages))
                # a level that is not understood would become the mother tongue
                for level in detail(item, 'languages', _find_level)
                if level or not any(item.details)
            }
        if 'interests' in row:
            vals['interests'] = sorted({concept for item in row['interests'] if (concept := found(item, 'interests', occupations))})
        if 'regime' in row:
            vals['regime'] = [row['regime'], Date.to_string(row['regime_from']) if 'regime_from' in row else None]
        return vals, list(dict.fromkeys(problems))

    def _concepts(self, kind, keys):
        """{key in lower case: id} of a catalogue: by URI, code, name in any language, or another label that only one has."""
        if not keys:
            return {}
        keys = list({spelling for key in keys for spelling in candidate_cells.spellings(key)})
        model = self.env[f'outreach.{kind}']
        model.flush_model()
        self.env['outreach.label'].flush_model()
        code = SQL("CASE WHEN c.scheme = 'kldb' THEN c.code END") if kind == 'occupation' else SQL("NULL")
        rows = self.env.execute_query(
            SQL(
                """SELECT key, min(id) FROM (
                   SELECT found.*, min(rank) OVER (PARTITION BY key) AS best FROM (
                       SELECT lower(c.uri) AS key, c.id, 1 AS rank FROM %(table)s c WHERE lower(c.uri) = ANY(%(keys)s) AND c.active
                       UNION SELECT %(code)s, c.id, 1 FROM %(table)s c WHERE %(code)s = ANY(%(keys)s) AND c.active
                       UNION SELECT lower(n.value), c.id, 2 FROM %(table)s c, jsonb_each_text(c.name) n
                        WHERE lower(n.value) = ANY(%(keys)s) AND c.active
                       UNION SELECT lower(l.name), c.id, 3 FROM outreach_label l JOIN %(table)s c ON c.id = l.%(column)s
                        WHERE lower(l.name) = ANY(%(keys)s) AND c.active
                   ) AS found
               ) AS ranked WHERE rank = best GROUP BY key HAVING count(DISTINCT id) = 1""",
                table=SQL.identifier(model._table),
                column=SQL.identifier(f'{kind}_id'),
                keys=keys,
                code=code,
            )
        )
        return dict(rows)

    def _languages(self):
        found = {}
        for lang in {'en_US', 'de_DE'} & {code for code, __ in self.env['res.lang'].get_installed()}:
            for language in self.env['outreach.language'].with_context(lang=lang).search([]):
                found.update({language.name.lower(): language.id, language.code.lower(): language.id})
        return found

    # ------------------------------------------------------------
    # COMPARING
    # ------------------------------------------------------------

    def get_difference(self, vals, candidate):
        """The case system knows of no proposals: whoever is available there may be in one here."""
        simple = {name: vals[name] for name in (*SCALARS, *MANY2ONES) if name in vals}
        change = self.compare(simple, self.get_current(candidate, simple))
        if change.get('status') == 'available' and candidate.status == 'proposed':
            del change['status']
        if 'german_level' in change:
            # a test, and the day of it, are of one level
            untested = {name: vals.get(name, False) for name in ('is_german_tested', 'german_date')}
            change.update(self.compare(untested, self.get_current(candidate, untested)))
        if 'interests' in vals and sorted(candidate.interest_ids.ids) != vals['interests']:
            change['interests'] = vals['interests']
        current = {str(line.skill_id.id): line.level for line in candidate.skill_ids}
        if 'skills' in vals and current != {key: level or current.get(key) for key, level in vals['skills'].items()}:
            change['skills'] = vals['skills']
        current = {str(line.language_id.id): line.level for line in candidate.language_ids}
        if 'languages' in vals and current != {key: level or current.get(key) for key, level in vals['languages'].items()}:
            change['languages'] = vals['languages']
        current = {str(line.occupation_id.id): [line.years, line.recognition] for line in candidate.occupation_ids}
        if 'occupations' in vals and current != {
            key: [years if years is not None else current.get(key, [None])[0], recognition or current.get(key, [None, None])[1]]
            for key, (years, recognition) in vals['occupations'].items()
        }:
            change['occupations'] = vals['occupations']
        if 'regime' in vals:
            regime, since = vals['regime']
            same = any(line.regime == regime and Date.to_string(line.date_from) == since for line in candidate.regime_ids)
            if not (same or (not since and candidate.regime == regime)):
                change['regime'] = vals['regime']
        return change

    def get_current(self, candidate, names):
        return super().get_current(candidate, [name for name in names if name in SCALARS or name in MANY2ONES])

    def describe(self, change, current):
        """Of what stands in lines of its own, only that it changes."""
        lines = [super().describe({name: value for name, value in change.items() if name in current}, current)]
        lines += [self.env._("%(field)s: changed", field=self.get_label(COLUMNS.get_field(name))) for name in change if name not in current]
        return '\n'.join(filter(None, lines))

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def insert(self, vals_list):
        """New candidates. The import has checked the right to create."""
        Candidate = self.env['outreach.candidate'].sudo().with_context(**self.quiet)
        today = Date.to_string(Date.context_today(Candidate))
        created = Candidate.create(
            [
                {
                    'user_id': False,
                    'adviser_id': False,  # whoever imports is not responsible for all
                    **{name: vals[name] for name in ('reference', *SCALARS, *MANY2ONES) if name in vals},
                    'interest_ids': [Command.set(vals.get('interests', []))],
                    'skill_ids': [Command.create(self._skill(key, level)) for key, level in vals.get('skills', {}).items()],
                    'language_ids': [Command.create(self._language(key, level)) for key, level in vals.get('languages', {}).items()],
                    'occupation_ids': [
                        Command.create(self._occupation(key, values)) for key, values in vals.get('occupations', {}).items()
                    ],
                    'regime_ids': [Command.create({'regime': vals['regime'][0], 'date_from': vals['regime'][1] or today})]
                    if 'regime' in vals
                    else [],
                }
                for vals in vals_list
            ]
        )
        created._message_log_batch(dict.fromkeys(created.ids, self.env._("Import: new")))
        return created.ids

    def update(self, changes):
        candidates = self.records.union(*(candidate for candidate, *__ in changes))
        candidates.check_access('write')
        candidates = candidates.sudo().with_context(**self.quiet)
        news = {}
        for candidate, change, __ in changes:
            # only of fields that everybody who reads the candidate may read
            shared = {name: value for name, value in change.items() if not candidate._fields[COLUMNS.get_field(name)].groups}
            if shared:
                text = self.describe(shared, self.get_current(candidate, shared))
                news[candidate.id] = Markup("<br/>").join([self.env._("Import"), *text.splitlines()])
        today = Date.context_today(candidates)
        lines = {name: [] for name in ('skill', 'language', 'occupation', 'regime')}
        gone = {name: self.env[f'outreach.candidate.{name}'].sudo() for name in lines}
        for candidate, (__, change, __) in zip(candidates, changes, strict=True):
            if scalars := {name: change[name] for name in (*SCALARS, *MANY2ONES) if name in change}:
                candidate.write(scalars)
            if 'interests' in change:
                candidate.interest_ids = [Command.set(change['interests'])]
            for name, prepare in (('skill', self._skill), ('language', self._language), ('occupation', self._occupation)):
                if f'{name}s' in change:
                    wanted = dict(change[f'{name}s'])
                    for line in candidate[f'{name}_ids']:
                        key = str(line[f'{name}_id'].id)
                        if key not in wanted:
                            gone[name] += line
                            continue
                        values = prepare(key, wanted.pop(key))
                        if any(line[fname] != value for fname, value in values.items() if not fname.endswith('_id')):
                            line.write(values)
                    lines[name] += [{'candidate_id': candidate.id, **prepare(key, value)} for key, value in wanted.items()]
            if 'regime' in change:
                regime, since = change['regime']
                since = Date.to_date(since) or today
                if line := candidate.regime_ids.filtered(lambda line, since=since: line.date_from == since):
                    line.regime = regime
                else:
                    lines['regime'].append({'candidate_id': candidate.id, 'regime': regime, 'date_from': since})
        for name, values in lines.items():
            gone[name].unlink()
            gone[name].create(values)
        candidates.filtered(lambda candidate: candidate.id in news)._message_log_batch(news)

    @staticmethod
    def _skill(key, level):
        return {'skill_id': int(key), **({'level': level} if level else {})}

    @staticmethod
    def _language(key, level):
        return {'language_id': int(key), **({'level': level} if level else {})}

    @staticmethod
    def _occupation(key, values):
        years, recognition = values
        return {
            'occupation_id': int(key),
            **({'years': years} if years is not None else {}),
            **({'recognition': recognition} if recognition else {}),
        }

"""Who a row is, what its words mean in the catalogues, what it would change, and writing that. Queries per batch, not per row."""
from markupsafe import Markup

from odoo.fields import Command, Date
from odoo.tools import SQL

from ..models.outreach_candidate import CANDIDATE_GROUPS
from ..tools import candidate_row

SCALARS = (
    'age_band', 'reach_km', 'has_vehicle', 'is_bus_only', 'driving_licence', 'german_level', 'is_german_tested', 'german_date',
    'permission', 'permission_date', 'permission_until', 'residence_title', 'available_from', 'does_full_time', 'does_part_time',
    'does_shifts', 'does_mini_job', 'status', 'paused_until',
)
MANY2ONES = ('municipality_id', 'user_id', 'adviser_id')
# What a target of the file is called where people read it.
FIELDS = {
    'birth': 'age_band', 'ags': 'municipality_id', 'zip': 'municipality_id', 'city': 'municipality_id', 'skills': 'skill_ids',
    'occupations': 'occupation_ids', 'languages': 'language_ids', 'interests': 'interest_ids', 'regime_from': 'regime',
    'officer': 'user_id', 'adviser': 'adviser_id',
}


class CandidateMatcher:
    """One batch of rows against the candidates of the organisation. `vals` are what `resolve` makes: JSON, ids resolved."""

    def __init__(self, env):
        self.env = env
        self.candidates = env['outreach.candidate'].with_context(active_test=False)

    def known(self, references):
        """{case file: candidate}, with all that `difference` compares."""
        found = self.candidates.search([('company_id', '=', self.env.company.id), ('reference', 'in', references)])
        return {candidate.reference: candidate for candidate in found}

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def resolve(self, rows):
        """[(vals, problems)] for the values of parsed rows."""
        directory = self.env['outreach.municipality']._get_directory()
        skills = self._concepts('skill', {item.key for row in rows for item in row.get('skills', ())})
        occupations = self._concepts(
            'occupation', {item.key for row in rows for name in ('occupations', 'interests') for item in row.get(name, ())})
        languages = self._languages()
        logins = {row[name] for row in rows for name in ('officer', 'adviser') if name in row}
        people = {user.login: user for user in self.env['res.users'].sudo().search([('login', 'in', list(logins))])}
        return [self._resolve(row, directory, skills, occupations, languages, people) for row in rows]

    def _resolve(self, row, directory, skills, occupations, languages, people):
        problems = []

        def found(item, target, catalogue):
            concept = catalogue.get(item.key.lower())
            if not concept:
                problems.append(candidate_row.Problem('entry', target))
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
                    problems.append(candidate_row.Problem('entry', target))
            return out

        vals = {name: Date.to_string(row[name]) if hasattr(row[name], 'isoformat') else row[name]
                for name in SCALARS if name in row}
        if row:
            vals['reference'] = row['reference']
        if any(name in row for name in ('ags', 'zip', 'city')):
            place = directory.resolve(row.get('zip'), row.get('city'), row.get('ags'))
            if place.key:
                vals['municipality_id'] = place.key
            else:
                problems.append(candidate_row.Problem('municipality', 'city'))
        for target, fname, group in (('officer', 'user_id', CANDIDATE_GROUPS[0]), ('adviser', 'adviser_id', CANDIDATE_GROUPS[1])):
            if target in row:
                if (user := people.get(row[target])) and user.has_group(group):
                    vals[fname] = user.id
                else:
                    problems.append(candidate_row.Problem('login', target))
        if 'skills' in row:
            vals['skills'] = {
                str(concept): detail(item, 'skills', lambda text: candidate_row.SKILL_LEVELS.get(candidate_row.word(text)))[0]
                for item in row['skills'] if (concept := found(item, 'skills', skills))}
        if 'occupations' in row:
            vals['occupations'] = {
                str(concept): detail(
                    item, 'occupations', lambda text: int(text) if text.isdigit() and int(text) <= 60 else None,
                    lambda text: candidate_row.RECOGNITIONS.get(candidate_row.word(text)))
                for item in row['occupations'] if (concept := found(item, 'occupations', occupations))}
        if 'languages' in row:
            vals['languages'] = {
                str(concept): detail(item, 'languages', lambda text: candidate_row.LEVELS.get(candidate_row.word(text)))[0]
                for item in row['languages'] if (concept := found(item, 'languages', languages))}
        if 'interests' in row:
            vals['interests'] = sorted({concept for item in row['interests'] if (concept := found(item, 'interests', occupations))})
        if 'regime' in row:
            vals['regime'] = [row['regime'], Date.to_string(row['regime_from']) if 'regime_from' in row else None]
        return vals, list(dict.fromkeys(problems))

    def _concepts(self, kind, keys):
        """{key in lower case: id} of a catalogue: by URI, code, name in any language, or another label that only one has."""
        if not keys:
            return {}
        keys = [key.lower() for key in keys]
        model = self.env[f'outreach.{kind}']
        model.flush_model()
        self.env['outreach.label'].flush_model()
        code = SQL("CASE WHEN c.scheme = 'kldb' THEN c.code END") if kind == 'occupation' else SQL("NULL")
        rows = self.env.execute_query(SQL(
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
            table=SQL.identifier(model._table), column=SQL.identifier(f'{kind}_id'), keys=keys, code=code))
        return dict(rows)

    def _languages(self):
        found = {}
        for lang in {'en_US', 'de_DE'} & {code for code, __ in self.env['res.lang'].get_installed()}:
            for language in self.env['outreach.language'].with_context(lang=lang).search([]):
                found.update({language.name.lower(): language.id, language.code.lower(): language.id})
        return found

    def problem_text(self, problem):
        """What is wrong, by column; the cell itself may hold what must not be stored."""
        label = self._label(FIELDS.get(problem.target, problem.target))
        code, __, line = problem.code.partition(':')
        return {
            'quoting': lambda: self.env._("A quotation mark is not closed, or text follows behind a closing one."),
            'bad_cell': lambda: self.env._("The row has a cell with a formula error, such as #REF!."),
            'too_many_cells': lambda: self.env._(
                "The row has more cells than there are columns. Is a delimiter inside a cell not quoted?"),
            'undecodable': lambda: self.env._("Broken characters: this row is not in the encoding of the file."),
            'reference_missing': lambda: self.env._("The case file is missing."),
            'reference': lambda: self.env._("The case file is no number such as “BG-1234/56”. A name is not taken."),
            'same_as': lambda: self.env._("The same case file is in line %(line)s already.", line=line),
            'permission_date_missing': lambda: self.env._("Say from when work is permitted, or until when it is blocked."),
            'paused_until_missing': lambda: self.env._("Say until when the candidate is paused."),
            'value': lambda: self.env._("%(column)s: not understood. The cell is left out.", column=label),
            'entry': lambda: self.env._("%(column)s: an entry is not in the catalogue, or not clear. It is left out.", column=label),
            'municipality': lambda: self.env._(
                "%(column)s: not exactly one municipality of the county. The cell is left out.", column=label),
            'login': lambda: self.env._("%(column)s: nobody with this login has the role. The cell is left out.", column=label),
        }[code]()

    def _label(self, name):
        field = self.env['outreach.candidate']._fields.get(name)
        return field._description_string(self.env) if field else name

    # ------------------------------------------------------------
    # COMPARING
    # ------------------------------------------------------------

    def difference(self, vals, candidate):
        """The part of `vals` that would change something; only what the row says counts. The case system knows of no
        proposals: whoever is available there may be in one here."""
        change = {}
        for name in SCALARS:
            if name in vals:
                current = candidate[name]
                if (Date.to_string(current) if candidate._fields[name].type == 'date' else current) != vals[name]:
                    change[name] = vals[name]
        if change.get('status') == 'available' and candidate.status == 'proposed':
            del change['status']
        change.update({name: vals[name] for name in MANY2ONES if name in vals and candidate[name].id != vals[name]})
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
                for key, (years, recognition) in vals['occupations'].items()}:
            change['occupations'] = vals['occupations']
        if 'regime' in vals:
            regime, since = vals['regime']
            same = any(line.regime == regime and Date.to_string(line.date_from) == since for line in candidate.regime_ids)
            if not (same or (not since and candidate.regime == regime)):
                change['regime'] = vals['regime']
        return change

    def describe(self, change, candidate, shared=False):
        """The changes in words, one per line; `shared`: only of fields that everybody who reads the candidate may read."""
        lines = []
        for name, value in change.items():
            fname = FIELDS.get(name, name)
            field = candidate._fields[fname]
            if shared and field.groups:
                continue
            label = self._label(fname)
            if name in MANY2ONES:
                names = self._names(field.comodel_name)
                lines.append(f"{label}: {names.get(candidate[name].id, '–')} → {names.get(value, '–')}")
            elif field.type == 'selection' and name in SCALARS:
                texts = dict(self._selection(field))
                lines.append(f"{label}: {texts.get(candidate[name], '–')} → {texts.get(value, '–')}")
            elif field.type == 'boolean':
                lines.append(f"{label}: {self.env._('yes') if value else self.env._('no')}")
            elif name in SCALARS:
                lines.append(f"{label}: {candidate[name] or '–'} → {value or '–'}")
            else:
                lines.append(self.env._("%(field)s: changed", field=label))
        return '\n'.join(lines)

    def _selection(self, field):
        texts = self.__dict__.setdefault('_selections', {})
        if field.name not in texts:
            texts[field.name] = field._description_selection(self.env)
        return texts[field.name]

    def _names(self, model):
        names = self.__dict__.setdefault('_names_by_model', {})
        if model not in names:
            domain = [('share', '=', False)] if model == 'res.users' else []
            names[model] = {record.id: record.display_name
                            for record in self.env[model].sudo().with_context(active_test=False).search(domain)}
        return names[model]

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def insert(self, vals_list):
        """New candidates. The caller has checked the right to create."""
        if not vals_list:
            return
        Candidate = self.env['outreach.candidate'].sudo().with_context(tracking_disable=True, mail_create_nosubscribe=True)
        today = Date.to_string(Date.context_today(Candidate))
        created = Candidate.create([{
            'user_id': False, 'adviser_id': False,  # whoever imports is not responsible for all
            **{name: vals[name] for name in ('reference', *SCALARS, *MANY2ONES) if name in vals},
            'interest_ids': [Command.set(vals.get('interests', []))],
            'skill_ids': [Command.create(self._skill(key, level)) for key, level in vals.get('skills', {}).items()],
            'language_ids': [Command.create(self._language(key, level)) for key, level in vals.get('languages', {}).items()],
            'occupation_ids': [Command.create(self._occupation(key, values)) for key, values in vals.get('occupations', {}).items()],
            'regime_ids': [Command.create({'regime': vals['regime'][0], 'date_from': vals['regime'][1] or today})]
            if 'regime' in vals else [],
        } for vals in vals_list])
        created._message_log_batch(dict.fromkeys(created.ids, self.env._("Import: new")))

    def update(self, changes):
        """Write ``{candidate: difference}``."""
        if not changes:
            return
        candidates = self.candidates.union(*changes)
        candidates.check_access('write')
        candidates = candidates.sudo().with_context(tracking_disable=True)
        news = {candidate.id: Markup("<br/>").join([
            self.env._("Import"), *self.describe(change, candidate, shared=True).splitlines()])
            for candidate, change in changes.items() if self.describe(change, candidate, shared=True)}
        today = Date.context_today(candidates)
        lines = {name: [] for name in ('skill', 'language', 'occupation', 'regime')}
        gone = {name: self.env[f'outreach.candidate.{name}'].sudo() for name in lines}
        for candidate, change in zip(candidates, map(changes.get, changes), strict=True):
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
        return {'occupation_id': int(key), **({'years': years} if years is not None else {}),
                **({'recognition': recognition} if recognition else {})}

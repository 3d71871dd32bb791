"""Two people have the same form open: the second one to save is told, and nothing is overwritten unseen."""

from odoo import fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.tools import format_date, format_datetime

# Key under which the web client sends what it knew of the fields that it is about to save, see static/src/base/conflict.
KNOWN = 'outreach_known'
COMPARED = ('boolean', 'char', 'date', 'datetime', 'float', 'html', 'integer', 'many2one', 'monetary', 'selection', 'text')


class OutreachConflict(UserError):
    """What is being saved was changed in between. `context` reaches the web client with the error."""

    def __init__(self, message, conflict):
        super().__init__(message)
        self.context = {'outreach_conflict': conflict}


class OutreachConflictMixin(models.AbstractModel):
    """
    SPECIFICATION
     * The web client sends, along with the fields that it saves, what these said when the form was loaded. A field that says
       something else by now, and not what is being saved either, is a conflict: nothing is saved, and the message says who
       changed it, when, and to what. The form stays as it is, with all that was typed.
     * Field by field: what others changed elsewhere on the record stays, and is no conflict. The same for each line of a list
       and each answer of a questionnaire.
     * Two at the same instant: both write the same row, so the server repeats the later one, which then sees the earlier one.
     * A page that is closed saves without waiting for an answer. There, the rest is saved, and a note in the record's history
       names what was not. What was typed stands in it only where whoever reads the history may read it as well: not of records
       about persons, of lines, or of fields with groups.
     * Code, imports and RPC that send nothing of the kind write as before.
    """

    _name = 'outreach.conflict.mixin'
    _description = "Conflicts while saving are told"

    # OVERRIDE to compare before saving; remove when core tells of conflicts.
    def web_save(self, vals, specification, next_id=None):
        # not popped: the server repeats a request with the same arguments
        sent = vals.get(KNOWN)
        vals = {name: value for name, value in vals.items() if name != KNOWN}
        if len(self) == 1 and isinstance(sent, dict) and isinstance(sent.get('values'), dict):
            self.check_access('write')  # who may not save is told nothing of what others changed
            conflicts = list(_find_conflicts(self, vals, sent['values']))
            if conflicts and sent.get('urgent') and isinstance(self, self.env.registry['mail.thread']):
                self._note_conflicts(conflicts)
            elif conflicts:
                raise OutreachConflict(
                    self._word_conflicts(conflicts),
                    {
                        'person': conflicts[0]['person'],
                        'time': conflicts[0]['time'],
                        'fields': [
                            {key: conflict[key] for key in ('path', 'label', 'type', 'theirs', 'shown', 'mine')} for conflict in conflicts
                        ],
                    },
                )
        return super().web_save(vals, specification, next_id)

    def _word_conflicts(self, conflicts):
        """Without the values, and the names of lines: what people are told is in the server's log."""
        names = dict.fromkeys(self._fields[conflict['path'][0]]._description_string(self.env) for conflict in conflicts)
        return self.env._(
            "%(person)s changed this on %(time)s, while you had it open: %(fields)s. Nothing of yours is saved yet. Save the form to"
            " choose what is to stay.",
            person=conflicts[0]['person'],
            time=conflicts[0]['time'],
            fields=', '.join(names),
        )

    def _note_conflicts(self, conflicts):
        """Leave out what conflicts, and note it."""
        lines = []
        for conflict in conflicts:
            conflict['leave_out']()
            field = self._fields[conflict['path'][0]]
            if not conflict['is_restricted']:
                lines.append(f"{conflict['label']}: {conflict['mine']}")
            elif not field.groups:
                lines.append(field._description_string(self.env))
        if lines := list(dict.fromkeys(lines)):
            self._message_log(
                body=self.env._(
                    "Typed by %(user)s and not saved, since %(person)s had changed it on %(time)s, before the page was closed: %(fields)s",
                    user=self.env.user.name,
                    person=conflicts[0]['person'],
                    time=conflicts[0]['time'],
                    fields=' – '.join(lines),
                )
            )


def _find_conflicts(record, vals, known, path=(), label=''):
    """What in `vals` would overwrite a change that `known` does not know. The caller's rights decide what is read, and to whom
    it is told: what they may not write is no conflict, it is refused when it is saved. Answers of a questionnaire come all at
    once: those that were not changed are put as they are now.

    Yields dicts: `path` from the form's record to the value, `label`, `type`, `theirs` (the value now), `shown` and `mine` (both
    in words), `person`, `time`, `is_restricted`, `leave_out` (takes it out of `vals`).
    """
    is_about_person = isinstance(record, record.env.registry['outreach.person.mixin'])

    def conflict(key, title, kind, theirs, shown, mine, leave_out):
        return {
            'path': [*path, *key],
            'label': f'{label}{title}',
            'type': kind,
            'theirs': theirs,
            'shown': shown,
            'mine': mine,
            'person': record.sudo().write_uid.name,
            'time': format_datetime(record.env, record.write_date, dt_format='short'),
            'is_restricted': bool(field.groups or path or is_about_person),
            'leave_out': leave_out,
        }

    for name in vals.keys() & known.keys() & record._fields.keys():
        field, value = record._fields[name], vals[name]
        if not record._has_field_access(field, 'write'):
            continue
        title = field._description_string(record.env)
        if field.type in COMPARED:
            now, mine = _plain(field, record[name]), value if value != '' else False
            if now not in (known[name], mine):
                yield conflict(
                    [name], title, field.type, now, _word(record, field, now), _word(record, field, mine), lambda name=name: vals.pop(name)
                )
        elif field.type == 'one2many' and isinstance(known[name], dict):
            for command in value:
                if command[0] == Command.UPDATE and isinstance(of_line := known[name].get(str(command[1])), dict):
                    line = record[name].filtered(lambda line, number=command[1]: line.id == number)
                    if line and line.has_access('write'):
                        yield from _find_conflicts(
                            line, command[2], of_line, [*path, name, line.id], f'{label}{title} · {line.display_name} · '
                        )
        elif field.type == 'properties' and isinstance(known[name], dict) and isinstance(value, list):
            present = dict(record[name] or {})
            for answer in value:
                key = answer.get('name')
                if key in known[name] and key in present:
                    now, mine, before = map(_plain_answer, (present[key], answer.get('value'), known[name][key]))
                    if mine == before:
                        answer['value'] = now
                    elif now not in (before, mine):
                        yield conflict(
                            [name, key],
                            answer.get('string') or title,
                            'property',
                            now,
                            _word_answer(answer, now),
                            _word_answer(answer, mine),
                            lambda answer=answer, now=now: answer.update(value=now),
                        )


def _plain(field, value):
    """A value as the web client sends it."""
    if field.type == 'many2one':
        return value.id
    if field.type == 'date':
        return fields.Date.to_string(value)
    if field.type == 'datetime':
        return fields.Datetime.to_string(value)
    if field.type in ('char', 'text', 'html'):
        return str(value) if value else False
    return value


def _plain_answer(value):
    """An answer without the names of what it refers to, which the web client sends along."""
    if isinstance(value, models.BaseModel):
        return value.ids
    if isinstance(value, dict):
        return value.get('id') or False
    if isinstance(value, list | tuple):
        if len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], str):
            return value[0]
        return [_plain_answer(part) for part in value]
    return value if value is not None and value != '' else False


def _word(record, field, value):
    env = record.env
    if field.type == 'boolean':
        return env._("yes") if value else env._("no")
    if value is False or value is None:
        return env._("empty")
    if field.type == 'selection':
        return dict(field._description_selection(env)).get(value, str(value))
    if field.type == 'datetime':
        return format_datetime(env, value, dt_format='short')
    if field.type == 'date':
        return format_date(env, value)
    if field.type == 'many2one':
        try:
            return env[field.comodel_name].browse(value).display_name
        except (AccessError, MissingError):
            return f'#{value}'
    return str(value)


def _word_answer(answer, value):
    labels = {option[0]: option[1] for option in answer.get('selection') or []}
    return ', '.join(str(labels.get(part, part)) for part in (value if isinstance(value, list) else [value]) if part is not False) or '–'

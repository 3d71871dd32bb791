"""Addresses that a press opens: a call, a map. They hold a number or an address, and nothing else leaves the house."""

from urllib.parse import quote

MAP = 'https://www.openstreetmap.org/search?query='


def tel_link(phone: str | None) -> str:
    """
    >>> tel_link('+49 (0)5461 / 12-34'), tel_link('05461 1234'), tel_link('on request'), tel_link(None)
    ('tel:+4954611234', 'tel:054611234', '', '')
    """
    digits = ''.join(sign for sign in (phone or '').replace('(0)', '') if sign.isdigit() or sign == '+')
    return f'tel:{digits}' if digits.strip('+') else ''


def map_link(address: str | None) -> str:
    """
    >>> map_link('Musterweg 1, 49565 Bramsche'), map_link(' ')
    ('https://www.openstreetmap.org/search?query=Musterweg%201%2C%2049565%20Bramsche', '')
    """
    return MAP + quote(address.strip()) if (address or '').strip() else ''

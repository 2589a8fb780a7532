"""Network addresses as the limits count them."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PREFIX = 64  # bits: what one subscriber or one server gets of IPv6 (RFC 6177), to change at will


def parse_address(text: str) -> Address | None:
    """Return the address a text names, an IPv4 one also where it is written in IPv6; None for others.

    >>> str(parse_address("::ffff:192.0.2.7"))
    '192.0.2.7'
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def counted_as(text: str) -> str:
    """Return whom a limit counts: an IPv4 address by itself, an IPv6 one by its network of 64 bits.

    Whoever has one IPv6 address has 2^64 of them, and would never meet a limit for one.

    >>> counted_as("192.0.2.7"), counted_as("2001:db8:1:2:aaaa::1"), counted_as("unix:")
    ('192.0.2.7', '2001:db8:1:2::', '')
    """
    address = parse_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.ip_network((int(address), PREFIX), strict=False).network_address
    return "" if address is None else str(address)

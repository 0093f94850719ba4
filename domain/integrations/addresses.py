"""Which IP addresses are on the open internet. Pure, and the same in every release of Python.

`ipaddress.is_global` follows the registries as they were when that release was made: Python 3.12.1
takes 192.0.0.192, where one cloud answers with the machine's own credentials, as public. So the list
is our own, from IANA's special-purpose registries (RFC 6890 and what has been added since):

- IPv4: everything is public but `DENIED_IPV4`;
- IPv6: only 2000::/3 has ever been given out for use on the internet. Of it, `DENIED_IPV6` is not
  public either;
- an IPv6 address that stands for an IPv4 address is judged as that one.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

DENIED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host on this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared by a provider's customers; metadata of some clouds
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments; metadata of one cloud at .192
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112: the nearest such server, which may be our own
        "192.52.193.0/24",  # AMT: the nearest relay
        "192.88.99.0/24",  # 6to4: the nearest relay (deprecated)
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)

GIVEN_OUT_IPV6 = IPv6Network("2000::/3")
"""Outside it, among others: loopback, unique local, link-local, site-local, multicast, discard-only."""

DENIED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID, anycast services
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 (deprecated): sent to the IPv4 address within, as another protocol
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_STANDS_FOR_IPV4 = tuple(
    IPv6Network(network)
    for network in (
        "::ffff:0:0/96",  # IPv4-mapped
        "64:ff9b::/96",  # NAT64: how hosts with IPv6 alone reach the IPv4 internet
    )
)
"""The IPv4 address is the last 32 bits."""

_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""The first half of an interface id whose other half is the IPv4 address of a tunnel's end."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the open internet, not of this machine or its networks.

    A zone (`fe80::1%eth0`) makes no difference. Raises `ValueError` for what is no IP address.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in DENIED_IPV4)
    if any(ip in network for network in _STANDS_FOR_IPV4):
        return is_public(str(_last_half(ip)))
    if ip not in GIVEN_OUT_IPV6 or any(ip in network for network in DENIED_IPV6):
        return False
    return (int(ip) >> 32) & 0xFFFF_FFFF not in _ISATAP or is_public(str(_last_half(ip)))


def _last_half(ip: IPv6Address) -> IPv4Address:
    """The IPv4 address in the last 32 bits."""
    return IPv4Address(int(ip) & 0xFFFF_FFFF)

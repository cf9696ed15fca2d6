"""Find the addresses of this computer on home networks, without sending anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

import ifaddr

_HOME: Final = tuple(map(IPv4Network, ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")))
# Networks that exist only inside this computer, or end at an employer.
_VIRTUAL: Final = ("docker", "br-", "veth", "virbr", "vmnet", "vmware", "virtualbox", "vboxnet", "vethernet", "hyper-v",
                   "wsl", "tun", "utun", "tap", "wg", "zt", "tailscale", "vpn", "bridge", "lxc", "podman")  # fmt: skip


@dataclass(frozen=True, slots=True)
class HomeAddress:
    """An IPv4 address of this computer, and the name of the network interface that has it."""

    address: str
    interface: str

    @property
    def is_virtual(self) -> bool:
        """Whether its name says that no phone is on that network."""
        return self.interface.lower().startswith(_VIRTUAL) or any(
            word in self.interface.lower() for word in ("virtual", "vethernet", "vpn")
        )


def home_addresses() -> list[HomeAddress]:
    """Return this computer's addresses on private networks, the likeliest one first; none without a network."""
    found = [
        HomeAddress(str(ip.ip), adapter.nice_name)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4 and is_home(str(ip.ip))
    ]
    return sorted_by_chance(found)


def is_home(address: str) -> bool:
    """Whether an IPv4 address is one of a private network (RFC 1918)."""
    return any(IPv4Address(address) in network for network in _HOME)


def sorted_by_chance(addresses: Iterable[HomeAddress]) -> list[HomeAddress]:
    """Sort real networks before virtual ones, and within each the usual ranges of homes first."""

    def rank(one: HomeAddress) -> tuple[bool, int]:
        place = next((at for at, network in enumerate(_HOME) if IPv4Address(one.address) in network), len(_HOME))
        return one.is_virtual, place

    return sorted(addresses, key=rank)

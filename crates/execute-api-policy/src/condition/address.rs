//! IP addresses and ranges.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// An address or a range in CIDR notation. Bits after the mask do not count. An IPv4 address written as IPv6
/// (`::ffff:…`) counts as the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressRange(IpNet);

impl AddressRange {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let range = match text.split_once('/') {
            None => IpNet::from(text.parse::<IpAddr>().ok()?),
            Some((address, length)) => {
                let is_number = length.bytes().all(|byte| byte.is_ascii_digit());
                let length = is_number.then(|| length.parse().ok()).flatten()?;
                IpNet::new(address.parse().ok()?, length).ok()?
            }
        };
        Some(Self(canonical(range)))
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether this range contains all addresses of the other range.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.0.contains(&other.0)
    }

    pub(crate) fn is_ipv4(&self) -> bool {
        matches!(self.0, IpNet::V4(_))
    }

    /// Whether it contains every address of its family.
    pub(crate) fn is_everything(&self) -> bool {
        self.0.prefix_len() == 0
    }

    /// Whether bits after the mask are set.
    pub(crate) fn has_host_bits(&self) -> bool {
        self.0.addr() != self.0.network()
    }
}

fn canonical(range: IpNet) -> IpNet {
    let IpNet::V6(mapped) = range else {
        return range;
    };
    let (address, length) = (mapped.addr().to_ipv4_mapped(), mapped.prefix_len());
    match (address, length.checked_sub(96)) {
        (Some(address), Some(length)) => Ipv4Net::new(address, length).map_or(range, IpNet::V4),
        _ => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_contain_addresses() {
        for (range, address, contains) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.99/24", "192.0.2.1", true),
            ("192.0.2.0/25", "192.0.2.128", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "192.0.2.1", false),
            ("2001:DB8::/32", "2001:db8:1::1", true),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
        ] {
            let range = AddressRange::parse(range).unwrap();
            assert_eq!(
                range.contains(address.parse().unwrap()),
                contains,
                "{range:?} {address}"
            );
        }
    }

    #[test]
    fn texts_that_are_not_ranges_are_rejected() {
        for text in [
            "",
            "garbage",
            "192.0.2/24",
            "192.0.2.0/33",
            "192.0.2.*",
            "::/129",
            "10.0.0.0/",
            "010.0.0.0/8",
        ] {
            assert!(AddressRange::parse(text).is_none(), "{text}");
        }
    }
}

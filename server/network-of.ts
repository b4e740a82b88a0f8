import { isIPv6 } from 'node:net'

/**
 * One subscriber is given a whole IPv6 subnet (RFC 6177), and would else have 2^64 addresses to come from. IPv4 in an
 * IPv6 dress counts as what it is.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const after = tail === undefined ? 0 : tail.split(':').filter((group) => group !== '').length
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - after)).fill('0')
  return `${[...groups, ...zeros, ...(tail ?? '').split(':')].slice(0, 4).join(':')}::/64`
}

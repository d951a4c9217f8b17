import FXCore
import Glibc

/// A string of a JSON document: its checked bytes between the quotes, escapes not yet resolved.
public struct JSONText {
  /// The bytes between the quotes, as they stand.
  public let raw: UnsafeRawBufferPointer
  /// Whether the bytes hold escapes.
  public let hasEscapes: Bool

  /// Tells whether the string is an ASCII literal.
  @inline(__always) public func equals(_ literal: StaticString) -> Bool {
    guard !hasEscapes else { return string == literal.description }
    return raw.count == literal.utf8CodeUnitCount
      && memcmp(raw.baseAddress!, literal.utf8Start, raw.count) == 0
  }

  /// Returns the string with its escapes resolved.
  public var string: String {
    hasEscapes
      ? withDecodedBytes { String(decoding: $0, as: UTF8.self) }
      : String(decoding: raw, as: UTF8.self)
  }

  /// Interns the string.
  @inline(__always) public func intern(in table: StringTable) -> Atom {
    hasEscapes ? withDecodedBytes { table.intern($0) } : table.intern(raw)
  }

  /// Calls `body` with the UTF-8 bytes after resolving escapes.
  func withDecodedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    // Resolving never makes a string longer: six bytes of escape become at most three.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count + 1) { buffer in
      var end = 0
      var at = 0
      while at < raw.count {
        let byte = raw[at]
        if byte != 0x5C {
          buffer[end] = byte
          end += 1
          at += 1
        } else if raw[at + 1] == 0x75 {
          at = decodeUnicode(at, to: buffer, &end)
        } else {
          buffer[end] = Self.simpleEscape(raw[at + 1])
          end += 1
          at += 2
        }
      }
      return body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<end]))
    }
  }

  private static func simpleEscape(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x62: 0x08
    case 0x66: 0x0C
    case 0x6E: 0x0A
    case 0x72: 0x0D
    case 0x74: 0x09
    default: byte
    }
  }

  private func decodeUnicode(
    _ at: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, _ end: inout Int
  )
    -> Int
  {
    var scalar = unit(at)
    var next = at + 6
    if scalar & 0xFC00 == 0xD800 {
      scalar = 0x10000 + (scalar & 0x3FF) << 10 + (unit(next) & 0x3FF)
      next += 6
    }
    guard let character = Unicode.Scalar(scalar) else { return next }
    for byte in String(character).utf8 {
      buffer[end] = byte
      end += 1
    }
    return next
  }

  private func unit(_ at: Int) -> UInt32 {
    raw[(at + 2)..<(at + 6)].hexUnit ?? 0
  }
}

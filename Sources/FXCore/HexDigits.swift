extension UInt8 {
  /// Returns the value of an ASCII hexadecimal digit; nil for any other byte.
  var hexDigitValue: UInt32? {
    switch self {
    case 48...57: UInt32(self - 48)
    case 65...70: UInt32(self - 55)
    case 97...102: UInt32(self - 87)
    default: nil
    }
  }
}

extension Collection<UInt8> {
  /// Returns the number that four hexadecimal digits stand for; nil for anything else.
  package var hexUnit: UInt32? {
    guard count == 4 else { return nil }
    var value: UInt32 = 0
    for byte in self {
      guard let digit = byte.hexDigitValue else { return nil }
      value = value << 4 | digit
    }
    return value
  }
}

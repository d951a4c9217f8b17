import COneDNN

/// oneDNN, opened when the first large product or convolution needs it.
struct OneDNN: Hashable, @unchecked Sendable {
  /// The library as its functions take it.
  let handle: OpaquePointer

  /// Finds the library of a major version; nil where it is not installed or can't be used.
  init?(major: Int32) {
    guard let handle = fx_onednn_find(major) else { return nil }
    self.handle = handle
  }

  /// The major versions that can be used, the newest first.
  static let majors = (FX_OLDEST_ONEDNN...FX_NEWEST_ONEDNN).reversed()

  /// The newest library that is there; nil where there is none.
  static let installed: OneDNN? = {
    if SystemLibrary.oneDNN.isLeftOut { return nil }
    return majors.lazy.compactMap { OneDNN(major: $0) }.first
  }()

  /// The library's version: `3.2.1`.
  var version: String {
    guard let numbers = fx_onednn_version(handle) else { return "?" }
    return "\(numbers[0]).\(numbers[1]).\(numbers[2])"
  }

  /// The name by which the library was opened.
  var name: String { fx_onednn_name(handle).map { String(cString: $0) } ?? "" }
}

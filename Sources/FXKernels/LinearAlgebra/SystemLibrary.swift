import FXCore
import Glibc

extension FXError.Code {
  /// A library of the system that an operator needs is not there.
  public static let runLibrary = FXError.Code("run.library")
}

/// A library of the system that FXKit opens where it is installed, and does without where it is not.
public enum SystemLibrary: String, CaseIterable, Sendable {
  /// Products of all sizes, and factorizations.
  case openBLAS = "OpenBLAS"
  /// Large products and convolutions of floats.
  case oneDNN = "oneDNN"

  /// The library's own name of itself and the file that was opened; nil where it is not there.
  public var found: String? {
    switch self {
    case .openBLAS: return OpenBLAS.installed.map { "\($0.version) (\($0.name))" }
    case .oneDNN: return OneDNN.installed.map { "\($0.version) (\($0.name))" }
    }
  }

  /// What is slower, or can't be run, where the library is not there.
  public var meaning: String {
    switch self {
    case .openBLAS:
      "without it factorizations (linalg.solve, inv, svd, …) can't be run, and products are FXKit's own, "
        + "at half to nine tenths of the speed"
    case .oneDNN:
      "without it convolutions and large products of float32 take about twice the time"
    }
  }

  /// The packages that have the library.
  public var packages: String {
    switch self {
    case .openBLAS:
      "Debian, Ubuntu: libopenblas0-pthread; Fedora, RHEL: openblas-threads; Arch: openblas"
    case .oneDNN: "Debian 12: libdnnl2; Ubuntu, Debian 13: libdnnl3; Fedora, Arch: onednn"
    }
  }

  /// Whether the library is not there.
  public var isMissing: Bool {
    switch self {
    case .openBLAS: OpenBLAS.installed == nil || OpenBLAS.isHidden
    case .oneDNN: OneDNN.installed == nil
    }
  }

  /// Returns the error of something that needs the library.
  public func missingError(for user: String) -> FXError {
    FXError(.runLibrary, "\(user) needs \(rawValue), which is not installed (\(packages))")
  }

  /// Whether the environment's `FXKIT_WITHOUT` names the library, so that it is not opened.
  var isLeftOut: Bool {
    guard let names = getenv("FXKIT_WITHOUT").map({ String(cString: $0) }) else { return false }
    return names.split(separator: ",").contains { $0.lowercased() == rawValue.lowercased() }
  }
}

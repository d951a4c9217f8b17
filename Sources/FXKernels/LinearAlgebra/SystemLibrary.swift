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
    let reason =
      isLeftOut ? "\(Self.variable) switches off" : "is not installed (\(packages))"
    return FXError(.runLibrary, "\(user) needs \(rawValue), which \(reason)")
  }

  /// The environment's variable that names libraries not to open.
  private static let variable = "FXKIT_WITHOUT"

  /// The libraries that `FXKIT_WITHOUT` names.
  private static var leftOutNames: [Substring] {
    getenv(variable).map { String(cString: $0).split(separator: ",") } ?? []
  }

  /// The error of a name in `FXKIT_WITHOUT` that is no library's; nil where all are.
  public static var environmentError: FXError? {
    let known = allCases.map { $0.rawValue.lowercased() }
    guard let unknown = leftOutNames.first(where: { !known.contains($0.lowercased()) }) else {
      return nil
    }
    return FXError(
      .runLibrary,
      "\(variable) names '\(unknown)', which is not a library: use \(known.joined(separator: ", "))"
        + Spelling.hint(for: unknown.lowercased(), among: known))
  }

  /// Whether `FXKIT_WITHOUT` names the library, so that it is not opened.
  public var isLeftOut: Bool {
    Self.leftOutNames.contains { $0.lowercased() == rawValue.lowercased() }
  }
}

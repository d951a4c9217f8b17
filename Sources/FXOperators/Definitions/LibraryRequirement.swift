import FXCore
import FXKernels

extension [OperatorDefinition] {
  /// Returns the definitions with a library that all their calls need.
  package func requiring(_ library: SystemLibrary) -> [OperatorDefinition] {
    map { $0.requiring(library) }
  }
}

/// A library of the system without which calls of an operator can't be computed.
public struct LibraryRequirement: Sendable {
  /// Tells whether a call needs the library, by those arguments that are constants and by the rank
  /// of the first one, as far as both are known.
  public typealias Condition = @Sendable (_ constants: [IValue?], _ rank: Int?) -> Bool

  /// The library.
  public let library: SystemLibrary
  let applies: Condition

  /// Makes sure that a call can be computed on this machine.
  ///
  /// - Throws: `run.library`.
  public func check(_ operatorName: String, _ constants: [IValue?], rank: Int?) throws(FXError) {
    guard library.isMissing, applies(constants, rank) else { return }
    throw library.missingError(for: "'\(operatorName)'")
  }
}

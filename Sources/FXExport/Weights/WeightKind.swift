/// What a weight is for the program that uses it.
public enum WeightKind: String, Hashable, Sendable {
  /// A tensor of the state dict that is trained.
  case parameter
  /// A tensor of the state dict that is not trained.
  case buffer
  /// A buffer that is no part of the state dict.
  case nonPersistentBuffer = "non_persistent_buffer"
  /// A tensor that the program was exported with.
  case constant
  /// An object that is no tensor.
  case object
}

extension GraphSignature {
  /// Returns the kind of each weight, constant and object that the program uses, by name.
  public var weightKinds: [String: WeightKind] {
    var kinds: [String: WeightKind] = [:]
    for spec in inputs {
      switch spec.kind {
      case .parameter(_, let target): kinds[target] = .parameter
      case .buffer(_, let target, let isPersistent):
        kinds[target] = isPersistent ? .buffer : .nonPersistentBuffer
      case .tensorConstant(_, let target): kinds[target] = .constant
      case .customObject(_, _, let target): kinds[target] = .object
      case .userInput, .constantInput, .token: break
      }
    }
    return kinds
  }
}

extension WeightEntry {
  /// Returns what the archive alone says of the kind.
  public var storedKind: WeightKind {
    if isObject { return .object }
    return isConstant ? .constant : meta.isParameter ? .parameter : .buffer
  }
}

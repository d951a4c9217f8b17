import FXCore

extension TreeValue: CustomStringConvertible {
  /// The value as Python's `repr` spells it: `{'logits': tensor([0.5000]), 'sizes': (1, 2)}`.
  public var description: String {
    switch self {
    case .leaf(let value): return value.description
    case .list(let parts): return PythonText.list(parts.map(\.description))
    case .tuple(let parts): return PythonText.tuple(parts.map(\.description))
    case .dictionary(let entries):
      return PythonText.dictionary(entries.map { ($0.key, $0.value.description) })
    case .object(let type, let fields):
      let name = type.split(separator: ".").last ?? ""
      let parts = fields.map { field in
        (field.name.map { "\($0)=" } ?? "") + field.value.description
      }
      return "\(name)(\(parts.joined(separator: ", ")))"
    }
  }
}

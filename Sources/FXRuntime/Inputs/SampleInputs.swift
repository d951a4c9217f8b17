import FXCore
import FXExport
import FXOperators
import FXTensor

/// The inputs that a program was exported with, as its archive keeps them.
public struct SampleInputs {
  /// The leaves in flattened order: positional arguments, then keyword arguments.
  public let values: [IValue]

  /// Reads a model's sample inputs; nil where the archive has none.
  ///
  /// - Throws: a `pickle` or `zip` code.
  public init?(of archive: PT2Archive, model: String) throws {
    let path = PT2Path.sampleInputs(model)
    guard let size = archive.size(of: path), size > 0 else { return nil }
    let member = try archive.contents(path)
    let checkpoint = try TorchCheckpoint(
      MappedFile(part: member, path: archive.memberName(of: path)), keepsObjects: true)
    var reader = Reader(checkpoint: checkpoint)
    try reader.flatten(checkpoint.value)
    values = reader.values
  }

  private struct Reader {
    let checkpoint: TorchCheckpoint
    var values: [IValue] = []
    var loader = TensorLoader()
    var storages: [String: MemberBytes] = [:]

    init(checkpoint: TorchCheckpoint) { self.checkpoint = checkpoint }

    mutating func flatten(_ value: PickleValue) throws {
      switch value {
      case .none: values.append(.none)
      case .bool(let value): values.append(.bool(value))
      case .int(let value): values.append(.int(value))
      case .float(let value): values.append(.float(value))
      case .complex(let real, let imaginary): values.append(.complex(real, imaginary))
      case .string(let value): values.append(.string(value))
      case .list(let parts), .tuple(let parts), .set(let parts):
        for part in parts { try flatten(part) }
      case .dictionary(let entries): for entry in entries { try flatten(entry.value) }
      case .object(_, let fields):
        // A data class has no leaves for attributes that are None.
        for field in fields where field.name == nil || field.value != .none {
          try flatten(field.value)
        }
      case .size(let sizes): values += sizes.map { .int($0) }
      case .dtype(let dtype): values.append(.dtype(dtype))
      case .device(let device): values.append(.device(device))
      case .layout(let layout): values.append(.layout(layout))
      case .bytes: values.append(.object("bytes"))
      case .tensor(let pickled): values.append(.tensor(try tensor(pickled)))
      }
    }

    private mutating func tensor(_ pickled: PickledTensor) throws -> Tensor {
      let bytes: MemberBytes
      if let known = storages[pickled.storage] {
        bytes = known
      } else {
        bytes = try checkpoint.zip.contents(of: checkpoint.storage(of: pickled))
        storages[pickled.storage] = bytes
      }
      return try loader.tensor(TensorView(pickled.meta, storage: bytes))
    }
  }
}

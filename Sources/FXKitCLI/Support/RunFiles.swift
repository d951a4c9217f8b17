import FXKit

/// The files of tensors that `run` writes.
struct RunFiles {
  private typealias File = (path: String, form: TensorFile.Form)

  private let outputs: File?
  private let mutations: File?
  private let trace: File?

  /// Reads the options `outputs`, `to`, `mutations` and `trace-values`.
  ///
  /// - Throws: `UsageError` where the form of a file can't be told.
  init(_ arguments: Arguments, _ console: Console) throws(UsageError) {
    func file(_ option: String) throws(UsageError) -> File? {
      guard let path = arguments.value(option),
        let form = try arguments.tensorForm(of: option, console)
      else { return nil }
      return (path, form)
    }
    if arguments.has("to"), !arguments.has("outputs") {
      throw arguments.usage("--to goes with --outputs")
    }
    outputs = try file("outputs")
    mutations = try file("mutations")
    trace = try file("trace-values")
    if let trace, trace.form == .npy {
      throw arguments.usage("--trace-values writes many tensors: use .safetensors or .npz")
    }
    if [outputs, mutations, trace].count(where: { $0?.path == "-" }) > 1 {
      throw arguments.usage("only one file can be standard output")
    }
  }

  /// Finds before the run whether the file of outputs can't hold what the program says that it gives.
  ///
  /// - Throws: `npy.size`, `npy.dtype`, with the file and the output.
  func check(_ document: Document) throws {
    guard let outputs, let program = document.program else { return }
    let items = ProgramSummary(of: program).outputs.filter { $0.target == nil }
    let known = items.enumerated().compactMap { index, item in
      item.value?.tensor.map { (Self.label(index, item.name), $0.dtype) }
    }
    // Numbers are written as tensors; what has no value may be one.
    guard known.count == items.count else { return }
    try Self.check(known, for: outputs)
  }

  /// Writes the outputs of the run under their positions.
  ///
  /// - Throws: `npy.size`, `npy.dtype`, with the file and the output, or what writing throws.
  func write(_ values: [IValue], named names: [String?]) throws {
    guard let outputs else { return }
    let tensors = try values.enumerated().compactMap { index, value in
      try value.storedTensor.map { (name: "\(index)", tensor: $0) }
    }
    let labels = tensors.map { name, tensor in
      let index = Int(name) ?? 0
      return (Self.label(index, names.indices.contains(index) ? names[index] : nil), tensor.dtype)
    }
    try Self.check(labels, for: outputs)
    try Self.write(tensors, to: outputs)
  }

  /// Writes the buffers and inputs that the run wrote to, under their names.
  ///
  /// - Throws: `npy.size`, `npy.dtype`, with the file, or what writing throws.
  func write(_ written: [Mutation]) throws {
    guard let mutations else { return }
    var names: Set<String> = []
    let tensors = try written.map { mutation in
      // An input may have the name of a buffer.
      let isNew = names.insert(mutation.name).inserted
      let name = isNew ? mutation.name : "\(mutation.kindName).\(mutation.name)"
      return (name: name, tensor: try mutation.tensor.contiguous())
    }
    try Self.check(tensors.map { ($0.name, $0.tensor.dtype) }, for: mutations)
    try Self.write(tensors, to: mutations)
  }

  /// Writes the results of all nodes.
  func write(_ values: ValueTrace) throws {
    guard let trace else { return }
    try Self.write(values.tensors, to: trace)
  }

  private static func write(_ tensors: [(name: String, tensor: Tensor)], to file: File) throws {
    let output = try AtomicOutput(path: file.path)
    try TensorFile.write(tensors, as: file.form, to: output)
    try output.commit()
  }

  private static func check(
    _ tensors: [(name: String, dtype: ScalarType)], for file: File
  ) throws {
    do throws(FXError) {
      try TensorFile.check(tensors, for: file.form)
    } catch {
      throw error.inMember(file.path)
    }
  }

  private static func label(_ index: Int, _ name: String?) -> String {
    "output \(index)" + (name.map { $0.isEmpty ? "" : " '\($0)'" } ?? "")
  }
}

extension IValue {
  /// The value as a tensor that a file can hold; nil for values that are neither tensor nor number.
  fileprivate var storedTensor: Tensor? {
    get throws {
      switch self {
      case .tensor(let tensor): try tensor.contiguous()
      case .int(let value): try .scalar(.int(value))
      case .float(let value): try .scalar(.float(value), .float64)
      case .bool(let value): try .scalar(.bool(value))
      default: nil
      }
    }
  }
}

/// Names the members of a PT2 archive, relative to its root folder.
public enum PT2Path {
  /// The member that says `pt2`.
  public static let archiveFormat = "archive_format"
  /// The version of the archive's layout.
  public static let archiveVersion = "archive_version"
  /// The order of bytes in numbers: `little`.
  public static let byteOrder = "byteorder"
  /// The version of PyTorch's file writer.
  public static let fileVersion = ".data/version"
  /// An identifier that stands for names and contents.
  public static let serializationID = ".data/serialization_id"

  static let models = "models/"
  static let weights = "data/weights/"
  static let constants = "data/constants/"
  static let sampleInputs = "data/sample_inputs/"
  static let extra = "extra/"
  static let aotInductor = "data/aotinductor/"
  static let executorch = "data/executorch/"
  static let weightsConfigSuffix = "_weights_config.json"
  static let constantsConfigSuffix = "_constants_config.json"

  /// Returns the path of a model's JSON.
  public static func model(_ name: String) -> String { "\(models)\(name).json" }
  /// Returns the path of the configuration that says where a model's weights are.
  public static func weightsConfig(_ model: String) -> String {
    "\(weights)\(model)\(weightsConfigSuffix)"
  }
  /// Returns the path of the configuration that says where a model's constants are.
  public static func constantsConfig(_ model: String) -> String {
    "\(constants)\(model)\(constantsConfigSuffix)"
  }
  /// Returns the path of a file of weights: `weight_0`.
  public static func weight(_ file: String) -> String { weights + file }
  /// Returns the path of a file of constants: `tensor_0`, `custom_obj_0`.
  public static func constant(_ file: String) -> String { constants + file }
  /// Returns the path of a model's pickled sample inputs.
  public static func sampleInputs(_ model: String) -> String { "\(sampleInputs)\(model).pt" }
  /// Returns the path of a file that the user added.
  public static func extra(_ name: String) -> String { extra + name }
}

/// What a member of a PT2 archive is for.
public enum PT2Role: Hashable, Sendable {
  /// The JSON of the named model.
  case model(String)
  /// Where the named model's weights are.
  case weightsConfig(model: String)
  /// The bytes of one or several weights.
  case weight(file: String)
  /// Where the named model's constants are.
  case constantsConfig(model: String)
  /// The bytes of one or several constants.
  case constant(file: String)
  /// The pickled sample inputs of the named model.
  case sampleInputs(model: String)
  /// A file that the user added.
  case extra(String)
  /// What says that this is a PT2 archive, and of which version.
  case format
  /// Anything else: compiled code, data of other tools.
  case other

  /// Tells the role from a path relative to the root folder.
  public init(path: String) {
    func name(_ prefix: String, _ suffix: String = "") -> String? {
      // By bytes: a combining mark after the slash would hide it among a string's characters.
      let bytes = path.utf8
      guard bytes.count > prefix.utf8.count + suffix.utf8.count, bytes.starts(with: prefix.utf8),
        bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
      else { return nil }
      let inner = bytes.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
      return String(decoding: inner, as: UTF8.self)
    }
    if let model = name(PT2Path.models, ".json") {
      self = .model(model)
    } else if let model = name(PT2Path.weights, PT2Path.weightsConfigSuffix) {
      self = .weightsConfig(model: model)
    } else if let file = name(PT2Path.weights) {
      self = .weight(file: file)
    } else if let model = name(PT2Path.constants, PT2Path.constantsConfigSuffix) {
      self = .constantsConfig(model: model)
    } else if let file = name(PT2Path.constants) {
      self = .constant(file: file)
    } else if let model = name(PT2Path.sampleInputs, ".pt") {
      self = .sampleInputs(model: model)
    } else if let file = name(PT2Path.extra) {
      self = .extra(file)
    } else if Self.formatPaths.contains(path) {
      self = .format
    } else {
      self = .other
    }
  }

  private static let formatPaths: Set<String> = [
    PT2Path.archiveFormat, PT2Path.archiveVersion, PT2Path.byteOrder, PT2Path.fileVersion,
    PT2Path.serializationID,
  ]
}

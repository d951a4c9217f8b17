import FXCore

/// A tensor that an archive stores, as far as the verifier looks at it.
public struct StoredTensor: Hashable, Sendable {
  /// The name by which a signature refers to it.
  public var name: String
  /// The tensor's layout in its storage.
  public var meta: TensorMeta
  /// The size of its storage; nil where there are no data, or where they are pickled.
  public var byteCount: Int?
  /// Whether it is stored as a parameter.
  public var isParameter: Bool
  /// The archive member that holds the bytes, where known.
  public var member: String?
  /// Whether there are no data of its elements: it was a fake tensor, or one on the meta device.
  public var hasNoData: Bool

  /// Gathers what is known.
  public init(
    name: String, meta: TensorMeta, byteCount: Int?, isParameter: Bool, member: String? = nil,
    hasNoData: Bool = false
  ) {
    self.name = name
    self.meta = meta
    self.byteCount = byteCount
    self.isParameter = isParameter
    self.member = member
    self.hasNoData = hasNoData
  }
}

/// What an archive stores beside a program.
public struct StoredWeights: Hashable, Sendable {
  /// Parameters and persistent buffers.
  public var stateDict: [StoredTensor]
  /// Tensor constants and buffers that are not persistent.
  public var constants: [StoredTensor]
  /// The names of stored objects that are no tensors.
  public var objects: [String]
  /// The names of tensors whose data the archive lacks.
  public var external: [String]

  /// Gathers what is known.
  public init(
    stateDict: [StoredTensor] = [], constants: [StoredTensor] = [], objects: [String] = [],
    external: [String] = []
  ) {
    self.stateDict = stateDict
    self.constants = constants
    self.objects = objects
    self.external = external
  }
}

extension TensorMeta {
  /// Tells whether every size, every stride and the offset is a number.
  var isStatic: Bool {
    storageOffset.int != nil && sizes.allSatisfy { $0.int != nil }
      && strides.allSatisfy { $0.int != nil }
  }
}

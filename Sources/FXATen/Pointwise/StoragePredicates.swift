import FXCore
import FXOperators
import FXTensor

/// Operators that tell how tensors are stored, and what PyTorch has at hand.
enum StoragePredicates {
  static let all: [OperatorDefinition] = [
    size, stride, storageOffset, denseDimensions, sparseDimensions, isContiguous, isSetTo,
    hasSameCount, hasCompatibleType, overlap, device, absent, present,
  ]

  /// `size.int(Tensor self, int dim) -> int`
  static let size = OperatorDefinition("aten::size.int") { call, e in
    try e.apply("aten::sym_size.int", call.arguments)
  }

  /// `stride.int(Tensor self, int dim) -> int`
  static let stride = OperatorDefinition("aten::stride.int") { call, e in
    try e.apply("aten::sym_stride.int", call.arguments)
  }

  /// `storage_offset(Tensor self) -> int`
  static let storageOffset = OperatorDefinition("aten::storage_offset") { call, e in
    try e.apply("aten::sym_storage_offset", call.arguments)
  }

  /// `dense_dim(Tensor self) -> int`
  static let denseDimensions = OperatorDefinition("aten::dense_dim") { call, _ in
    .int(try call[0].rank)
  }

  /// `sparse_dim(Tensor self) -> int`
  static let sparseDimensions = OperatorDefinition("aten::sparse_dim") { _, _ in .int(0) }

  /// `is_contiguous(Tensor self) -> bool`, and of a memory format
  static let isContiguous = OperatorDefinition(
    "aten::is_contiguous", "aten::is_contiguous.memory_format"
  ) { call, e in
    try e.apply("aten::sym_is_contiguous", call.arguments)
  }

  /// `is_set_to(Tensor self, Tensor tensor) -> bool`
  static let isSetTo = OperatorDefinition("aten::is_set_to", shape: ShapeRules.truth) { call in
    let (a, b) = (try call.tensor(0), try call.tensor(1))
    return .bool(
      a.storage === b.storage && a.sizes == b.sizes && a.strides == b.strides
        && a.storageOffset == b.storageOffset)
  }

  /// `_has_same_storage_numel(Tensor self, Tensor other) -> bool`
  static let hasSameCount = OperatorDefinition(
    "aten::_has_same_storage_numel", shape: ShapeRules.truth
  ) { call in
    let (a, b) = (try call.tensor(0), try call.tensor(1))
    return .bool(a.storage.byteCount / a.itemSize == b.storage.byteCount / b.itemSize)
  }

  /// `_has_compatible_shallow_copy_type(Tensor self, Tensor from) -> bool`
  static let hasCompatibleType = OperatorDefinition(
    "aten::_has_compatible_shallow_copy_type"
  ) { _, _ in .bool(true) }

  /// `_debug_has_internal_overlap(Tensor self) -> int`: 0 for no, 1 for yes, 2 for unknown
  static let overlap = OperatorDefinition(
    "aten::_debug_has_internal_overlap", shape: { _ in .int(0) },
    kernel: { call in
      let tensor = try call.tensor(0)
      if tensor.isDense { return .int(0) }
      let repeats = zip(tensor.sizes, tensor.strides).contains { $0 > 1 && $1 == 0 }
      return .int(repeats ? 1 : 2)
    })

  /// `get_device(Tensor self) -> int`: the number of the device, -1 for the CPU
  static let device = OperatorDefinition("aten::get_device") { call, _ in
    let device = try call[0].device
    return .int(device.type == Device.cpu.type ? -1 : device.index ?? 0)
  }

  /// What is not there: pinned memory, and libraries of other devices.
  static let absent = OperatorDefinition(
    "aten::is_pinned", "aten::is_vulkan_available", "aten::cudnn_is_acceptable",
    "aten::_use_cudnn_ctc_loss", "aten::_use_cudnn_ctc_loss.Tensor",
    "aten::_use_miopen_ctc_loss", "aten::_use_miopen_ctc_loss.Tensor"
  ) { _, _ in .bool(false) }

  /// What builds of PyTorch for x86-64 say that they have.
  static let present = OperatorDefinition(
    "aten::_nnpack_available", "aten::_use_cudnn_rnn_flatten_weight"
  ) { _, _ in .bool(true) }
}

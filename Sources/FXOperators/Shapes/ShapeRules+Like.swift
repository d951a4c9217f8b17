import FXCore
import FXGraph

/// What the keyword arguments of creating operators say of the tensor: dtype, device, format.
package struct CreationOptions {
  package let dtype: ScalarType?
  package let device: Device?
  package let format: MemoryFormat?

  /// Reads the arguments of a call that are named `dtype`, `device` and `memory_format`.
  package init(_ call: OperatorCall) throws {
    dtype = try call.index(of: "dtype").flatMap { try call.optionalDType($0) }
    device = try call.index(of: "device").flatMap { try call.optionalDevice($0) }
    format = try call.index(of: "memory_format").flatMap { try call.optionalMemoryFormat($0) }
  }
}

extension ShapeRules {
  /// The rule of operators that change the elements of a copy of their first argument.
  package static let same: OperatorDefinition.ShapeRule = { call in
    .fake(try call.fake(0).like(nil, nil, .preserve, call.symbols))
  }

  /// The rule of operators that make a tensor like their first argument.
  package static let like: OperatorDefinition.ShapeRule = { call in
    let options = try CreationOptions(call)
    let model = try call.fake(0)
    return .fake(
      try model.like(options.dtype, options.device, options.format ?? .preserve, call.symbols))
  }
}

extension FakeTensor {
  /// Describes a tensor of the same sizes, with the strides that a memory format gives it.
  package func like(
    _ dtype: ScalarType?, _ device: Device?, _ format: MemoryFormat, _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    let strides: [SymbolicSize]?
    switch format {
    case .preserve:
      strides =
        try ShapeRules.isDense(self, symbols)
        ? self.strides : ShapeRules.elementwiseStrides(sizes, [self], symbols)
    case .channelsLast where rank == 4:
      strides = try SymbolicSize.strides(sizes, fastestFirst: [1, 3, 2, 0])
    case .channelsLast3d where rank == 5:
      strides = try SymbolicSize.strides(sizes, fastestFirst: [1, 4, 3, 2, 0])
    default: strides = nil
    }
    return FakeTensor(
      dtype ?? self.dtype, sizes, strides: strides, device: device ?? self.device)
  }
}

extension SymbolicSize {
  /// Returns dense strides for an order of dimensions that starts with the fastest.
  package static func strides(
    _ sizes: [SymbolicSize], fastestFirst order: [Int]
  ) throws -> [SymbolicSize] {
    var strides = sizes
    var stride: SymbolicSize = 1
    for axis in order {
      strides[axis] = stride
      stride = try stride * sizes[axis]
    }
    return strides
  }
}

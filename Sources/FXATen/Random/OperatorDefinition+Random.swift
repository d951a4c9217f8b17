import FXCore
import FXKernels
import FXOperators
import FXTensor

extension OperatorDefinition {
  /// Fills a tensor with random numbers, as a call's arguments say.
  typealias Draw = @Sendable (OperatorCall, Tensor, RandomGenerator) throws -> Void

  /// Defines operators that make a tensor of random numbers, of the sizes in the argument `size`.
  static func drawing(
    _ names: [String], dtype fallback: ScalarType = .float32, _ draw: @escaping Draw
  ) -> OperatorDefinition {
    OperatorDefinition(
      names,
      shape: { call in
        let options = try CreationOptions(call)
        guard let index = call.index(of: "size") else { throw call.wrong(0, "sizes") }
        let dtype = options.dtype ?? fallback
        return .fake(FakeTensor(dtype, try call.sizes(index), device: options.device ?? .cpu))
      },
      kernel: { call in
        let options = try CreationOptions(call)
        guard let index = call.index(of: "size") else { throw call.wrong(0, "sizes") }
        let result = try Tensor.empty(
          call.ints(index), options.dtype ?? fallback, device: options.device ?? .cpu)
        try draw(call, result, call.environment.generator)
        return .tensor(result)
      })
  }

  /// Defines operators that make a tensor of random numbers like their first argument.
  static func drawingLike(_ names: [String], _ draw: @escaping Draw) -> OperatorDefinition {
    OperatorDefinition(
      names, shape: ShapeRules.like,
      kernel: { call in
        let options = try CreationOptions(call)
        let result = try call.tensor(0).emptyLike(
          options.dtype, device: options.device, format: options.format ?? .preserve)
        try draw(call, result, call.environment.generator)
        return .tensor(result)
      })
  }

  /// Defines operators that fill their first argument with random numbers, or a tensor like it.
  ///
  /// In place the argument itself is filled, as the order of numbers is that of its memory.
  static func filling(
    _ names: [String], decomposition: Decomposition? = nil, _ draw: @escaping Draw
  ) -> OperatorDefinition {
    OperatorDefinition(
      names, shape: ShapeRules.like(0), decomposition: decomposition,
      kernel: { call in
        let tensor = try call.tensor(0)
        var result = tensor
        if call.destination !== tensor { result = try tensor.emptyLike() }
        try draw(call, result, call.environment.generator)
        return .tensor(result)
      })
  }

  /// Defines the overloads of a list of names.
  init(
    _ names: [String], shape: ShapeRule?, decomposition: Decomposition? = nil,
    kernel: @escaping Kernel
  ) {
    self.init("", shape: shape, decomposition: decomposition, kernel: kernel)
    self.names = names
  }
}

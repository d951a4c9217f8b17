import FXCore
import FXOperators
import FXTensor

/// Functions of Python that switch modes of a run: grad mode, autocast, `vmap`.
extension PythonFunction {
  static let modes = [
    setGradEnabled, enterAutocast, exitAutocast, loadDecompositions, incrementNesting,
    decrementNesting, addBatchDim, removeBatchDim,
  ]

  /// `torch._C._set_grad_enabled(enabled)`
  private static let setGradEnabled = PythonFunction(name: Targets.setGradEnabled) {
    arguments, _, environment in
    if case .bool(let value)? = arguments.first { environment.modes.isGradEnabled = value }
    return .none
  }

  /// `torch.amp.autocast_mode._enter_autocast(device_type, dtype=None, enabled=True,
  /// cache_enabled=None)`
  private static let enterAutocast = PythonFunction(name: Targets.enterAutocast) {
    arguments, keywords, environment in
    func argument(_ place: Int, _ name: String, _ fallback: IValue) -> IValue {
      if place < arguments.count { return arguments[place] }
      return keywords.first { $0.name == name }?.value ?? fallback
    }
    let before = environment.modes.autocastDType
    environment.modes.autocastDType = try Autocast.dtype(
      inRegion: [
        argument(0, "device_type", "cpu"), argument(1, "dtype", nil), argument(2, "enabled", true),
      ], outside: before)
    return .tuple([.object("autocast"), before.map { .dtype($0) } ?? .none])
  }

  /// `torch.amp.autocast_mode._exit_autocast(mode)`
  private static let exitAutocast = PythonFunction(name: Targets.exitAutocast) {
    arguments, _, environment in
    guard let parts = arguments.first?.elements, parts.count == 2 else {
      throw wrong(Targets.exitAutocast)
    }
    if case .dtype(let before) = parts[1] {
      environment.modes.autocastDType = before
    } else {
      environment.modes.autocastDType = nil
    }
    return .none
  }

  // MARK: vmap

  private static let predispatch = "torch._functorch.predispatch."

  /// `lazy_load_decompositions()`
  private static let loadDecompositions = PythonFunction(
    name: predispatch + "lazy_load_decompositions"
  ) { _, _, _ in .none }

  /// `_vmap_increment_nesting(batch_size, randomness)`
  private static let incrementNesting = PythonFunction(
    name: predispatch + "_vmap_increment_nesting"
  ) { _, _, environment in
    environment.batchLevel += 1
    if environment.batches == nil { environment.batches = BatchedTensors() }
    return .int(environment.batchLevel)
  }

  /// `_vmap_decrement_nesting()`
  private static let decrementNesting = PythonFunction(
    name: predispatch + "_vmap_decrement_nesting"
  ) { _, _, environment in
    environment.batches?.forget(above: environment.batchLevel)
    environment.batchLevel = max(environment.batchLevel - 1, 0)
    if environment.batchLevel == 0 { environment.batches = nil }
    return .int(environment.batchLevel)
  }

  /// `_add_batch_dim(tensor, batch_dim, level)`
  private static let addBatchDim = PythonFunction(name: predispatch + "_add_batch_dim") {
    arguments, _, environment in
    guard arguments.count == 3, case .tensor(let tensor) = arguments[0],
      case .int(let axis) = arguments[1], case .int(let level) = arguments[2],
      let batches = environment.batches
    else { throw wrong(predispatch + "_add_batch_dim") }
    return .tensor(try batches.add(tensor, axis: axis, level: level, environment))
  }

  /// `_remove_batch_dim(tensor, level, batch_size, out_dim)`
  private static let removeBatchDim = PythonFunction(name: predispatch + "_remove_batch_dim") {
    arguments, _, environment in
    guard arguments.count == 4, case .tensor(let tensor) = arguments[0],
      case .int(let level) = arguments[1], case .int(let size) = arguments[2],
      case .int(let axis) = arguments[3], let batches = environment.batches
    else { throw wrong(predispatch + "_remove_batch_dim") }
    return try batches.remove(tensor, level: level, size: size, axis: axis, environment)
  }

  private static func wrong(_ name: String) -> FXError {
    FXError(.argumentType, "'\(name)' does not take these arguments")
  }
}

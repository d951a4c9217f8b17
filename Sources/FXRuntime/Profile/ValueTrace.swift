import FXCore
import FXGraph
import FXOperators
import FXTensor

/// Keeps the results of all nodes of a run, to be looked at or written to a file.
public final class ValueTrace {
  /// The tensors in the order of the run: a node's name, with the position for parts of a tuple.
  public private(set) var tensors: [(name: String, tensor: Tensor)] = []
  private var counts: [String: Int] = [:]

  /// Starts without values.
  public init() {}

  /// Has the results of an interpreter's runs kept; a node that runs again gets `#2` behind its name.
  public func attach(to interpreter: Interpreter) {
    interpreter.hooks.observe = { [self] node, value in
      guard node.kind != .output, node.kind != .placeholder else { return }
      let turn = counts[node.name, default: 0] + 1
      counts[node.name] = turn
      try keep(turn == 1 ? node.name : "\(node.name)#\(turn)", value)
    }
  }

  private func keep(_ name: String, _ value: IValue) throws {
    switch value {
    // A later write must not change what is kept.
    case .tensor(let tensor): tensors.append((name, try tensor.clone(format: .contiguous)))
    case .list(let parts), .tuple(let parts):
      for (index, part) in parts.enumerated() { try keep("\(name).\(index)", part) }
    default: break
    }
  }
}
